#include "core/model/json/calibration_json.hpp"

#include "core/model/json/json_fields.hpp"

namespace credit_risk {
namespace {

using namespace json_fields;

constexpr char kPath[] = "$.calibration";

void append_field(std::string& out, const char* key, double number) {
  out += std::string(",\"") + key + "\":";
  append_number(out, number);
}

void append_points(std::string& out, const Calibration& map) {
  out += ",\n  \"points\":[";
  for (std::size_t k = 0; k < map.inputs.size(); ++k) {
    out += k == 0 ? "[" : ",[";
    append_number(out, map.inputs[k]);
    out += ',';
    append_number(out, map.outputs[k]);
    out += ']';
  }
  out += ']';
}

void read_points(const JsonValue& points, Calibration& map) {
  for (std::size_t k = 0; k < points.size(); ++k) {
    const std::string path = item(std::string(kPath) + ".points", k);
    if (!points[k].is_array() || points[k].size() != 2) fail(path, "two numbers are expected");
    map.inputs.push_back(as_number(points[k][0], item(path, 0)));
    map.outputs.push_back(as_number(points[k][1], item(path, 1)));
  }
}

double number_at(const JsonValue& value, const char* key) {
  return as_number(member(value, kPath, key), std::string(kPath) + "." + key);
}

}  // namespace

void append_calibration(std::string& out, const Calibration& map) {
  out += std::string(",\n \"calibration\":{\"kind\":\"") + name_of(map.kind) + "\"";
  if (map.kind == CalibrationKind::kSigmoid) {
    append_field(out, "slope", map.slope);
    append_field(out, "intercept", map.intercept);
  }
  if (map.odds_ratio != 1) append_field(out, "odds_ratio", map.odds_ratio);
  if (map.kind == CalibrationKind::kIsotonic) append_points(out, map);
  out += '}';
}

Calibration read_calibration(const JsonValue& value) {
  expect_object(value, kPath, {"kind", "slope", "intercept", "points", "odds_ratio"});
  Calibration map;
  map.kind = static_cast<CalibrationKind>(as_choice(member(value, kPath, "kind"),
                                                    std::string(kPath) + ".kind",
                                                    {"prior", "sigmoid", "isotonic"}));
  const bool sigmoid = map.kind == CalibrationKind::kSigmoid;
  if (sigmoid || value.contains("slope")) map.slope = number_at(value, "slope");
  if (sigmoid || value.contains("intercept")) map.intercept = number_at(value, "intercept");
  if (map.kind == CalibrationKind::kIsotonic || value.contains("points"))
    read_points(array_member(value, kPath, "points"), map);
  if (map.kind == CalibrationKind::kPrior || value.contains("odds_ratio"))
    map.odds_ratio = number_at(value, "odds_ratio");
  return map;
}

}  // namespace credit_risk
