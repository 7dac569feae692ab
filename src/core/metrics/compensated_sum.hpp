// A running sum that keeps what rounding would lose (Knuth's TwoSum): twice the digits of a double.
#pragma once

namespace credit_risk {

class CompensatedSum {
 public:
  void add(double term) noexcept {
    const double sum = high_ + term;
    const double part = sum - high_;
    low_ += (high_ - (sum - part)) + (term - part);
    high_ = sum;
  }

  double value() const noexcept { return high_ + low_; }

 private:
  double high_ = 0.0;
  double low_ = 0.0;
};

}  // namespace credit_risk
