#include "core/model/summary.hpp"

#include "core/json.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {

std::string summary(const Model& model) {
  using nlohmann::json;
  json features = json::array();
  for (const Feature& feature : model.features) {
    const bool categorical = feature.kind == FeatureKind::kCategorical;
    json entry = {{"name", feature.name}, {"kind", categorical ? "categorical" : "numeric"}};
    if (categorical) entry["categories"] = feature.categories;
    features.push_back(std::move(entry));
  }
  return json{{"algorithm", model.algorithm},
              {"link", model.link == Link::kLogit ? "logit" : "identity"},
              {"trees", model.trees.tree_count()},
              {"nodes", model.trees.node_count()},
              {"explainable", has_cover(model)},
              {"features", std::move(features)}}
      .dump();
}

}  // namespace credit_risk
