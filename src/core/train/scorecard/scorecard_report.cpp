#include "core/train/scorecard/scorecard_report.hpp"

#include <cmath>

#include "core/metrics/compensated_sum.hpp"
#include "core/metrics/tables/weight_of_evidence.hpp"

namespace credit_risk {
namespace {

using Json = nlohmann::json;

// The points that the term has for the rows of a bin.
double points_of(const Term& term, const FeatureBin& bin, std::size_t range) {
  switch (bin.kind) {
    case BinKind::kRange:
      return term.values[range];
    case BinKind::kSpecial:
      for (std::size_t i = 0; i < term.specials.size(); ++i)
        if (term.specials[i] == bin.lower) return term.special_values[i];
      return 0.0;
    case BinKind::kMissing:
      return *term.missing;
    case BinKind::kUnrecognized:
      return *term.unrecognized;
    default:
      return term.values[bin.codes.front()];
  }
}

double mean_distance(const Term& term, const FeatureBins& bins) {
  CompensatedSum sum;
  for (std::size_t i = 0; i < bins.bins.size(); ++i) {
    const FeatureBin& bin = bins.bins[i];
    if (bin.count.rows() == 0) continue;
    sum.add(std::fabs(points_of(term, bin, i) - *term.mean) * bin.weight.rows());
  }
  return sum.value() / bins.weight.rows();
}

// JSON has no infinity and no NaN.
Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json bin_json(const Feature& feature, const FeatureBin& bin, const Json& points) {
  Json object = {{"kind", bin_kind_name(bin.kind)},
                 {"lower", number_or_null(bin.lower)},
                 {"upper", number_or_null(bin.upper)},
                 {"rows", bin.count.rows()},
                 {"events", bin.count.events},
                 {"woe", bin.woe},
                 {"iv", bin.iv},
                 {"points", points}};
  if (bin.kind == BinKind::kCategory || bin.kind == BinKind::kUnrecognized) {
    object["categories"] = Json::array();
    for (const std::uint32_t code : bin.codes)
      object["categories"].push_back(feature.categories[code]);
  }
  return object;
}

Json feature_json(const Feature& feature, const ScorecardFeature& trained, const Term* term) {
  Json object = {{"fate", fate_name(trained.fate)},
                 {"information_value", trained.bins.information_value},
                 {"trend", trend_name(trained.bins.trend)},
                 {"coefficient", number_or_null(trained.coefficient)},
                 {"standard_error", number_or_null(trained.standard_error)},
                 {"p_value", number_or_null(trained.p_value)},
                 {"bins", Json::array()}};
  if (trained.fate == Fate::kOneBin) object["barred_information"] = trained.bins.barred_information;
  const std::vector<FeatureBin>& bins = trained.bins.bins;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const Json points = term == nullptr ? Json(nullptr) : Json(points_of(*term, bins[i], i));
    object["bins"].push_back(bin_json(feature, bins[i], points));
    // Otherwise events / rows is what it says.
    if (trained.bins.weighted && bins[i].count.rows() > 0)
      object["bins"].back()["event_rate"] = bins[i].weight.events / bins[i].weight.rows();
  }
  return object;
}

}  // namespace

std::vector<double> scorecard_importance(const Scorecard& scorecard) {
  std::vector<double> importance(scorecard.features.size());
  double total = 0;
  for (const Term& term : scorecard.model.terms) {
    const auto feature = static_cast<std::size_t>(term.feature);
    importance[feature] = mean_distance(term, scorecard.features[feature].bins);
    total += importance[feature];
  }
  for (double& one : importance) one = total > 0 ? one / total : 0.0;
  return importance;
}

Json scorecard_report(const Scorecard& scorecard) {
  std::vector<const Term*> terms(scorecard.features.size(), nullptr);
  for (const Term& term : scorecard.model.terms)
    terms[static_cast<std::size_t>(term.feature)] = &term;
  Json report = Json::object();
  for (std::size_t f = 0; f < scorecard.features.size(); ++f) {
    const Feature& feature = scorecard.model.features[f];
    report[feature.name] = feature_json(feature, scorecard.features[f], terms[f]);
  }
  return report;
}

}  // namespace credit_risk
