// What long loops poll in order to be cancelled, and where they say how far they are.
#pragma once
#include <cstdint>

#include "core/error.hpp"

namespace credit_risk {

// Reads two flags that signal handlers raise (cancel this statement; end this process); null never
// stops.
class StopFlag {
 public:
  StopFlag() = default;
  explicit StopFlag(const volatile int* cancel, const volatile int* end = nullptr)
      : cancel_(cancel), end_(end) {}

  bool raised() const noexcept { return is_up(cancel_) || is_up(end_); }

  // Throws kCancelled when the flag is up. Call at least every 10 ms of work.
  void poll() const {
    if (raised()) throw Error(ErrorKind::kCancelled, "canceled");
  }

  // The same flag, whose steps are counted into two numbers that another process may be reading.
  StopFlag counting_into(volatile std::int64_t* done, volatile std::int64_t* all) const noexcept {
    StopFlag flag = *this;
    flag.done_ = done;
    flag.all_ = all;
    return flag;
  }

  // `done` of `all` steps of the work (trees, iterations) are behind us; nobody need be counting.
  void count(std::uint64_t done, std::uint64_t all) const noexcept {
    if (done_ == nullptr) return;
    *done_ = static_cast<std::int64_t>(done);
    *all_ = static_cast<std::int64_t>(all);
  }

 private:
  static bool is_up(const volatile int* flag) noexcept { return flag != nullptr && *flag != 0; }
  const volatile int* cancel_ = nullptr;
  const volatile int* end_ = nullptr;
  volatile std::int64_t* done_ = nullptr;
  volatile std::int64_t* all_ = nullptr;
};

}  // namespace credit_risk
