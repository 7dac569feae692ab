// The memory that a parsed JSON or UBJSON file may take, told before it is taken: an array of empty
// objects takes 40 times its size.
#pragma once
#include <cstddef>

#include "core/error.hpp"

namespace credit_risk {

class JsonRoom {
 public:
  void take_scalar() { take(kScalar); }
  void take_text(std::size_t size) { take(56 + size); }
  void take_container() { take(80); }
  void take_key(std::size_t size) { take(96 + size); }

  // Of so many values that are to come.
  void need(std::size_t values) const {
    if (values > left_ / kScalar) refuse();
  }

 private:
  static constexpr std::size_t kScalar = 24;  // with the room that a growing array keeps

  [[noreturn]] static void refuse() {
    throw Error(ErrorKind::kLimit, "model file takes too much memory",
                "Its values would take more than 2 GB.", "Train fewer or smaller trees.");
  }

  void take(std::size_t bytes) {
    if (bytes > left_) refuse();
    left_ -= bytes;
  }

  std::size_t left_ = std::size_t{2} << 30;
};

}  // namespace credit_risk
