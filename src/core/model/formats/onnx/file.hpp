// The parts of an ONNX file (a ModelProto: onnx/onnx.proto of onnx/onnx) that scoring depends on.
// All texts point into the file.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace credit_risk {

enum class OnnxType : std::int32_t {
  kUndefined = 0,
  kFloat = 1,
  kUint8 = 2,
  kInt32 = 6,
  kInt64 = 7,
  kString = 8,
  kBool = 9,
  kDouble = 11,
};

struct OnnxTensor {
  std::string_view name;
  OnnxType type = OnnxType::kUndefined;
  std::vector<std::int64_t> dimensions;
  std::vector<float> floats;    // of kFloat
  std::vector<double> doubles;  // of kDouble
  std::vector<std::int64_t> integers;
};

struct OnnxAttribute {
  std::string_view name;
  float real = 0;
  std::int64_t integer = 0;
  std::string_view text;
  std::vector<float> floats;
  std::vector<std::int64_t> integers;
  std::vector<std::string_view> texts;
  OnnxTensor tensor;
};

struct OnnxNode {
  std::string_view name, operation, domain;
  std::vector<std::string_view> inputs, outputs;
  std::vector<OnnxAttribute> attributes;

  const OnnxAttribute* find(std::string_view attribute) const;  // or null

  // `node "name" (operation)`, for complaints.
  std::string place() const;
};

struct OnnxInput {
  std::string_view name;
  OnnxType type = OnnxType::kUndefined;  // of a tensor, else undefined
  std::vector<std::int64_t> dimensions;  // 0: any
};

struct OnnxGraph {
  std::vector<OnnxInput> inputs;  // initializers may be among them
  std::vector<std::string_view> outputs;
  std::vector<OnnxNode> nodes;
  std::vector<OnnxTensor> constants;
};

// Throws kBadModel naming the byte, or kLimit.
OnnxGraph read_onnx(std::string_view content);

}  // namespace credit_risk
