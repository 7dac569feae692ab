// What long loops poll in order to be cancelled.
#pragma once
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

 private:
  static bool is_up(const volatile int* flag) noexcept { return flag != nullptr && *flag != 0; }
  const volatile int* cancel_ = nullptr;
  const volatile int* end_ = nullptr;
};

}  // namespace credit_risk
