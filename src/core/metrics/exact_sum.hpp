// The sum of any number of non-negative finite doubles without rounding: a fixed-point number as
// wide as the range of double (Kulisch, "long accumulator"). Rounded once, when read, so that the
// result depends neither on the order of the terms nor on how workers shared them.
#pragma once
#include <cstddef>
#include <cstdint>

namespace credit_risk {

class ExactSum {
 public:
  // `term` is finite and not negative.
  void add(double term) noexcept;
  void append(const ExactSum& others) noexcept;

  // The double nearest to the sum, ties to even; infinite beyond the range of double.
  double value() const noexcept;

 private:
  // 32 bits each, lowest first, in units of 2^-1074; the upper halves hold carries not yet passed
  // on. 2046 shifts of 53 bits reach limb 65; two more take the carries of 2^64 terms.
  static constexpr int kLimbs = 68;
  void carry() noexcept;

  std::uint64_t limb_[kLimbs] = {};
  std::uint32_t uncarried_ = 0;
};

}  // namespace credit_risk
