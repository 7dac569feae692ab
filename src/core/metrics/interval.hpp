// An estimate's range.
#pragma once

namespace credit_risk {

struct Interval {
  double low;
  double high;
};

}  // namespace credit_risk
