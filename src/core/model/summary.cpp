#include "core/model/summary.hpp"

#include "core/json_value.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

std::string described(const Feature& feature) {
  std::string text = "{\"name\":" + json_quoted(feature.name);
  if (feature.kind == FeatureKind::kNumeric) return text + ",\"kind\":\"numeric\"}";
  text += ",\"kind\":\"categorical\",\"categories\":[";
  for (std::size_t i = 0; i < feature.categories.size(); ++i) {
    if (i != 0) text += ',';
    text += json_quoted(feature.categories[i]);
  }
  return text + "]}";
}

const char* kind_of(const Model& model) noexcept {
  if (!model.members.empty()) return "ensemble";
  return model.points ? "scorecard" : model.terms.empty() ? "trees" : "additive";
}

}  // namespace

std::string summary(const Model& model) {
  std::string text = "{\"algorithm\":" + json_quoted(model.algorithm);
  text += model.link == Link::kLogit ? ",\"link\":\"logit\"" : ",\"link\":\"identity\"";
  text += std::string(",\"kind\":\"") + kind_of(model) + "\"";
  text += ",\"trees\":" + std::to_string(model.trees.tree_count());
  text += ",\"nodes\":" + std::to_string(model.trees.node_count());
  text += ",\"terms\":" + std::to_string(model.terms.size());
  if (model.calibration)
    text += std::string(",\"calibration\":\"") + name_of(model.calibration->kind) + "\"";
  text += is_explainable(model) ? ",\"explainable\":true" : ",\"explainable\":false";
  text += ",\"features\":[";
  for (std::size_t i = 0; i < model.features.size(); ++i) {
    if (i != 0) text += ',';
    text += described(model.features[i]);
  }
  return text + "]}";
}

}  // namespace credit_risk
