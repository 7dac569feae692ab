#include "pg/explain.hpp"

#include <cmath>

#include "core/explain/contributions.hpp"
#include "pg/arrays.hpp"
#include "pg/guard.hpp"

namespace credit_risk::pg {
namespace {

constexpr int kExplainColumns = 6;

// NULL gives all.
std::int32_t top_arg(FunctionCallInfo fcinfo, int arg, std::int32_t features) {
  if (PG_ARGISNULL(arg)) return features;
  const std::int32_t top = PG_GETARG_INT32(arg);
  if (top < 0) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("top must not be negative"),
                    errdetail("The value is %d.", top), errhint("Pass NULL for all features.")));
  }
  return top < features ? top : features;
}

void put_row(const ReturnSetInfo* result, const CallSite& site, const FeatureRow& row,
             const Explanation& explanation, std::int32_t rank) {
  const std::int32_t feature = explanation.order[rank];
  char buffer[kTextBuffer];
  const TextSpan value = feature_value_text(site.model(), row, feature, buffer);
  const std::string& name = site.model().features()[feature].name;
  Datum values[kExplainColumns] = {
      Int32GetDatum(rank + 1),
      PointerGetDatum(cstring_to_text_with_len(name.data(), static_cast<int>(name.size()))),
      value.data == nullptr
          ? Datum{0}
          : PointerGetDatum(cstring_to_text_with_len(value.data, static_cast<int>(value.size))),
      Float8GetDatum(explanation.impacts[feature]),
      Float8GetDatum(explanation.base_value),
      Float8GetDatum(explanation.margin)};
  bool nulls[kExplainColumns] = {false, false, value.data == nullptr, false, false, false};
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

}  // namespace

Explanation explain_row(LoadedModel& model, const FeatureRow& row) {
  const std::size_t count = model.features().size();
  Explanation explanation{};
  explanation.impacts = static_cast<double*>(palloc0(count * sizeof(double)));
  explanation.order = static_cast<std::int32_t*>(palloc(count * sizeof(std::int32_t)));
  guard([&] {
    const Explainer& explainer = model.explainer();
    explanation.margin =
        explainer.explain(row.values, explanation.impacts, model.explainer_scratch());
    explanation.base_value = explainer.base_value();
    rank_by_size(explanation.impacts, count, explanation.order);
  });
  return explanation;
}

TextSpan feature_value_text(const LoadedModel& model, const FeatureRow& row, std::int32_t feature,
                            char (&buffer)[kTextBuffer]) {
  const double value = row.values[feature];
  if (std::isnan(value)) return {nullptr, 0};
  const Feature& known = model.features()[feature];
  if (known.kind == FeatureKind::kNumeric) return number_text(value, buffer);
  if (value != kUnrecognized) {
    const std::string& category = known.categories[static_cast<std::size_t>(value)];
    return {category.data(), category.size()};
  }
  if (row.unrecognized_texts[feature].data != nullptr) return row.unrecognized_texts[feature];
  constexpr const char* kNoText = "(unrecognized)";
  return {kNoText, std::strlen(kNoText)};
}

// (features, model, top) -> rank, feature, value, impact, base_value, output
CR_FUNCTION(cr_shap_explain) {
  InitMaterializedSRF(fcinfo, 0);
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  CallSite& site = CallSite::of(fcinfo, 0);
  site.use_deployed(fcinfo, 1);
  const auto features = static_cast<std::int32_t>(site.model().features().size());
  const std::int32_t top = top_arg(fcinfo, 2, features);
  const FeatureRow& row = site.read(fcinfo);
  const Explanation explanation = explain_row(site.model(), row);
  const auto* result = reinterpret_cast<const ReturnSetInfo*>(fcinfo->resultinfo);
  for (std::int32_t rank = 0; rank < top; ++rank) put_row(result, site, row, explanation, rank);
  PG_RETURN_NULL();
}

// (features, model) -> impacts in feature order, then the base value
CR_FUNCTION(cr_shap_values) {
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  CallSite& site = CallSite::of(fcinfo, 0);
  site.use_deployed(fcinfo, 1);
  const Explanation explanation = explain_row(site.model(), site.read(fcinfo));
  const std::size_t count = site.model().features().size();
  auto* values = static_cast<double*>(palloc((count + 1) * sizeof(double)));
  std::memcpy(values, explanation.impacts, count * sizeof(double));
  values[count] = explanation.base_value;
  return float8_array_datum(values, count + 1);
}

}  // namespace credit_risk::pg
