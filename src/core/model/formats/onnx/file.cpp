#include "core/model/formats/onnx/file.hpp"

#include <cstring>

#include "core/error.hpp"
#include "core/model/formats/json_node.hpp"
#include "core/model/formats/onnx/wire.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

constexpr char kLibrary[] = "ONNX";
constexpr std::size_t kMaxGraphNodes =
    2 * kMaxFeatures;                       // each column may have an input of its own
constexpr std::size_t kMaxAttributes = 32;  // of a node

OnnxType type_of(const WireField& field) {
  const std::int64_t type = field.integer();
  if (type < 0 || type > 100) field.fail("such a type does not exist");
  return static_cast<OnnxType>(type);
}

// The bytes of a tensor, little endian as on this machine.
template <class Value>
void read_raw(const WireField& field, std::vector<Value>& values) {
  const std::string_view bytes = field.text();
  if (bytes.size() % sizeof(Value) != 0) field.fail("a value of the tensor is cut");
  if (bytes.size() / sizeof(Value) > kMaxNodes) field.fail("the tensor is too large");
  values.resize(bytes.size() / sizeof(Value));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
}

void read_raw(const WireField& field, OnnxTensor& tensor) {
  switch (tensor.type) {
    case OnnxType::kFloat:
      return read_raw(field, tensor.floats);
    case OnnxType::kDouble:
      return read_raw(field, tensor.doubles);
    case OnnxType::kInt64:
      return read_raw(field, tensor.integers);
    case OnnxType::kUint8: {
      std::vector<std::uint8_t> bytes;
      read_raw(field, bytes);
      tensor.integers.assign(bytes.begin(), bytes.end());
      return;
    }
    default:
      return;  // of no use here
  }
}

OnnxTensor read_tensor(const WireField& message) {
  OnnxTensor tensor;
  WireReader reader(message);
  WireField field, raw;
  while (reader.next(field)) {
    switch (field.number) {
      case 1:
        field.append_to(tensor.dimensions);
        break;
      case 2:
        tensor.type = type_of(field);
        break;
      case 4:
        field.append_to(tensor.floats);
        break;
      case 5:
      case 7:
        field.append_to(tensor.integers);
        break;
      case 8:
        tensor.name = field.text();
        break;
      case 9:
        raw = field;
        break;
      case 10:
        field.append_to(tensor.doubles);
        break;
      case 13:
      case 14:
        if (field.number == 13 || field.integer() != 0)
          refuse_unsupported(kLibrary, "It keeps numbers in another file.",
                             "Save the model with all data in one file.");
        break;
      default:
        break;
    }
  }
  if (raw.number != 0) read_raw(raw, tensor);
  return tensor;
}

OnnxAttribute read_attribute(const WireField& message) {
  OnnxAttribute attribute;
  WireReader reader(message);
  WireField field;
  while (reader.next(field)) {
    switch (field.number) {
      case 1:
        attribute.name = field.text();
        break;
      case 2:
        attribute.real = field.real();
        break;
      case 3:
        attribute.integer = field.integer();
        break;
      case 4:
        attribute.text = field.text();
        break;
      case 5:
        attribute.tensor = read_tensor(field);
        break;
      case 7:
        field.append_to(attribute.floats);
        break;
      case 8:
        field.append_to(attribute.integers);
        break;
      case 9:
        if (attribute.texts.size() >= kMaxNodes) field.fail("there are too many texts");
        attribute.texts.push_back(field.text());
        break;
      default:
        break;
    }
  }
  return attribute;
}

OnnxNode read_node(const WireField& message) {
  OnnxNode node;
  WireReader reader(message);
  WireField field;
  while (reader.next(field)) {
    switch (field.number) {
      case 1:
        node.inputs.push_back(field.text());
        break;
      case 2:
        node.outputs.push_back(field.text());
        break;
      case 3:
        node.name = field.text();
        break;
      case 4:
        node.operation = field.text();
        break;
      case 5:
        if (node.attributes.size() == kMaxAttributes) field.fail("there are too many attributes");
        node.attributes.push_back(read_attribute(field));
        break;
      case 7:
        node.domain = field.text();
        break;
      default:
        break;
    }
  }
  return node;
}

// A dimension without a number is any.
std::vector<std::int64_t> read_shape(const WireField& message) {
  std::vector<std::int64_t> dimensions;
  WireReader reader(message);
  WireField dimension, field;
  while (reader.next(dimension)) {
    if (dimension.number != 1) continue;
    if (dimensions.size() == 8) dimension.fail("there are too many dimensions");
    dimensions.push_back(0);
    WireReader parts(dimension);
    while (parts.next(field)) {
      if (field.number == 1) dimensions.back() = field.integer();
    }
  }
  return dimensions;
}

void read_type(const WireField& message, OnnxInput& input) {
  WireReader reader(message);
  WireField tensor, field;
  while (reader.next(tensor)) {
    if (tensor.number != 1) continue;
    WireReader parts(tensor);
    while (parts.next(field)) {
      if (field.number == 1) input.type = type_of(field);
      if (field.number == 2) input.dimensions = read_shape(field);
    }
  }
}

OnnxInput read_input(const WireField& message) {
  OnnxInput input;
  WireReader reader(message);
  WireField field;
  while (reader.next(field)) {
    if (field.number == 1) input.name = field.text();
    if (field.number == 2) read_type(field, input);
  }
  return input;
}

void read_graph(const WireField& message, OnnxGraph& graph) {
  WireReader reader(message);
  WireField field;
  while (reader.next(field)) {
    switch (field.number) {
      case 1:
        if (graph.nodes.size() == kMaxGraphNodes) field.fail("there are too many nodes");
        graph.nodes.push_back(read_node(field));
        break;
      case 5:
        if (graph.constants.size() == kMaxGraphNodes) field.fail("there are too many constants");
        graph.constants.push_back(read_tensor(field));
        break;
      case 11:
        if (graph.inputs.size() == kMaxGraphNodes) field.fail("there are too many inputs");
        graph.inputs.push_back(read_input(field));
        break;
      case 12:
        graph.outputs.push_back(read_input(field).name);
        break;
      default:
        break;
    }
  }
}

void check_operator_set(const WireField& message) {
  constexpr std::int64_t kNewest = 5;
  std::string_view domain;
  std::int64_t version = 0;
  WireReader reader(message);
  WireField field;
  while (reader.next(field)) {
    if (field.number == 1) domain = field.text();
    if (field.number == 2) version = field.integer();
  }
  if (domain != "ai.onnx.ml" || (version >= 1 && version <= kNewest)) return;
  refuse_unsupported(kLibrary, "Its operators of ai.onnx.ml have version " +
                                   std::to_string(version) + "; 1 to " + std::to_string(kNewest) +
                                   " are known.");
}

}  // namespace

const OnnxAttribute* OnnxNode::find(std::string_view attribute) const {
  for (const OnnxAttribute& a : attributes) {
    if (a.name == attribute) return &a;
  }
  return nullptr;
}

std::string OnnxNode::place() const {
  const auto shown = [](std::string_view text) {
    text = text.substr(0, 100);
    return std::string(is_valid_text(text) ? text : "?");
  };
  return "node \"" + shown(name) + "\" (" + shown(operation) + ")";
}

OnnxGraph read_onnx(std::string_view content) {
  OnnxGraph graph;
  WireReader reader(content);
  WireField field;
  bool found = false;
  while (reader.next(field)) {
    if (field.number == 7) {
      if (found) field.fail("there is a second graph");
      found = true;
      read_graph(field, graph);
    }
    if (field.number == 8) check_operator_set(field);
    if (field.number == 25)
      refuse_unsupported(kLibrary, "It defines operators of its own.",
                         "Convert the model to trees.");
  }
  if (!found) refuse_broken(kLibrary, "byte 0", "there is no graph");
  return graph;
}

}  // namespace credit_risk
