#include "core/model/formats/onnx/columns.hpp"

#include <cmath>
#include <cstring>
#include <limits>

namespace credit_risk {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

float after_steps(const std::vector<OnnxStep>& steps, float x) {
  for (const OnnxStep& step : steps) {
    if (!step.imputes)
      x = (x - step.first) * step.second;
    else if (std::isnan(x))
      x = step.first;
  }
  return x;
}

// The float32 numbers from -infinity on, numbered in their order.
float number_at(std::int64_t rank) {
  const std::uint32_t bits = rank >= 0 ? static_cast<std::uint32_t>(rank)
                                       : 0x80000000u | static_cast<std::uint32_t>(-rank - 1);
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

constexpr std::int64_t kGreatestRank = 0x7F7FFFFF;  // of the greatest finite number

}  // namespace

OnnxThreshold before_steps(const std::vector<OnnxStep>& steps, float threshold) {
  OnnxThreshold result{threshold};
  const float missing = after_steps(steps, std::numeric_limits<float>::quiet_NaN());
  result.missing_known = !std::isnan(missing);
  result.missing_left = missing <= threshold;
  if (steps.empty()) return result;
  std::int64_t left = -kGreatestRank - 2, right = kGreatestRank + 1;  // first right of the split
  while (right - left > 1) {
    const std::int64_t middle = left + (right - left) / 2;
    (after_steps(steps, number_at(middle)) <= threshold ? left : right) = middle;
  }
  result.threshold = left > kGreatestRank - 1    ? kInfinity
                     : left < -kGreatestRank - 1 ? -kInfinity
                                                 : number_at(left);
  return result;
}

}  // namespace credit_risk
