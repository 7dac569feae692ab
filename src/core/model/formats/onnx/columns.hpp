// The columns that a node of an ONNX graph reads, and what the graph did to them before.
#pragma once
#include <cstdint>
#include <vector>

#include "core/model/formats/onnx/file.hpp"

namespace credit_risk {

// In float32, as ONNX Runtime computes.
struct OnnxStep {
  bool imputes;  // a missing value becomes `first`; else x becomes (x - first) * second
  float first;   //
  float second;  // positive
};

struct OnnxColumn {
  std::int32_t feature;
  std::vector<OnnxStep> steps;
};

struct OnnxColumns {
  OnnxType type = OnnxType::kFloat;  // kDouble, or a type that is compared in float32
  bool rounded = true;               // values are float32 numbers
  std::vector<OnnxColumn> columns;
};

// "after the steps, x <= threshold" as a split of x itself.
struct OnnxThreshold {
  double threshold;            // may be infinite
  bool missing_known = false;  // a step gives missing values a side
  bool missing_left = false;
};

// Steps never fall with x, also when rounded to float32: there is a greatest x that goes left.
OnnxThreshold before_steps(const std::vector<OnnxStep>& steps, float threshold);

}  // namespace credit_risk
