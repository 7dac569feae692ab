#include "pg/explain/explain.hpp"

#include <cmath>

#include "pg/arrays.hpp"

namespace credit_risk::pg {
namespace {

constexpr int kExplainColumns = 6;

// Null where all members are missing.
TextSpan group_value(const LoadedModel& model, const FeatureRow& row,
                     const FeatureGroups::Line& group) {
  StringInfoData told;
  initStringInfo(&told);
  bool any_given = false;
  for (const std::int32_t member : group.members) {
    char buffer[kTextBuffer];
    const TextSpan value = feature_value_text(model, row, member, buffer);
    const Feature& feature = model.features()[member];
    any_given = any_given || value.data != nullptr;
    if (value.data == nullptr) continue;
    if (feature.kind == FeatureKind::kNumeric && row.values[member] == 0) continue;
    appendStringInfo(&told, "%s%s = ", told.len > 0 ? ", " : "", feature.name.c_str());
    appendBinaryStringInfo(&told, value.data, static_cast<int>(value.size));
  }
  if (told.len == 0 && any_given) appendStringInfoString(&told, "all 0");
  return {told.len == 0 ? nullptr : told.data, static_cast<std::size_t>(told.len)};
}

Datum text_datum(TextSpan span) {
  return PointerGetDatum(cstring_to_text_with_len(span.data, static_cast<int>(span.size)));
}

void put_row(const ReturnSetInfo* result, const ExplainSite& site, const FeatureRow& row,
             const Explanation& explanation, std::int32_t rank) {
  const std::int32_t line = explanation.order[rank];
  char buffer[kTextBuffer];
  const TextSpan value = line_value(site, row, line, buffer);
  const bool missing = value.data == nullptr;
  Datum values[kExplainColumns] = {Int32GetDatum(rank + 1),
                                   text_datum(line_name(site, line)),
                                   missing ? Datum{0} : text_datum(value),
                                   Float8GetDatum(explanation.impacts[line]),
                                   Float8GetDatum(explanation.base_value),
                                   Float8GetDatum(explanation.output)};
  bool nulls[kExplainColumns] = {false, false, missing, false, false, false};
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

// Arguments 2 and 3: scale, method.
Datum values_of_row(ExplainSite& site, FunctionCallInfo fcinfo) {
  site.choose(text_arg(fcinfo, 2), text_arg(fcinfo, 3));
  const FeatureRow& row = site.read(fcinfo);
  const std::size_t count = site.model().features().size();
  auto* const values = static_cast<double*>(palloc((count + 1) * sizeof(double)));
  double output;
  site.explain_rows(row.values, 1, values, &output);
  values[count] = site.base_value();
  return float8_array_datum(values, count + 1);
}

}  // namespace

std::int32_t top_arg(FunctionCallInfo fcinfo, int arg, std::int32_t lines) {
  if (PG_ARGISNULL(arg)) return lines;
  const std::int32_t top = PG_GETARG_INT32(arg);
  if (top < 0) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("top must not be negative"),
                    errdetail("The value is %d.", top), errhint("Pass NULL for all features.")));
  }
  return top < lines ? top : lines;
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

TextSpan line_name(const ExplainSite& site, std::int32_t line) {
  const std::string& name = site.groups() == nullptr ? site.model().features()[line].name
                                                     : site.groups()->lines()[line].name;
  return {name.data(), name.size()};
}

TextSpan line_value(const ExplainSite& site, const FeatureRow& row, std::int32_t line,
                    char (&buffer)[kTextBuffer]) {
  if (site.groups() == nullptr) return feature_value_text(site.model(), row, line, buffer);
  const FeatureGroups::Line& told = site.groups()->lines()[line];
  if (told.is_group) return group_value(site.model(), row, told);
  return feature_value_text(site.model(), row, told.members.front(), buffer);
}

// (features, model, top, scale, method, groups) -> rank, feature, value, impact, base_value, output
CR_FUNCTION(cr_shap_explain) {
  InitMaterializedSRF(fcinfo, 0);
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  auto& site = CallSite::of<ExplainSite>(fcinfo, 0);
  site.use_deployed(fcinfo, 1);
  site.choose(text_arg(fcinfo, 3), text_arg(fcinfo, 4));
  site.group_by(PG_ARGISNULL(5) ? nullptr : PG_GETARG_JSONB_P(5));
  const FeatureRow& row = site.read(fcinfo);
  const Explanation explanation = site.explain(row);
  const std::int32_t top = top_arg(fcinfo, 2, explanation.lines);
  const auto* result = reinterpret_cast<const ReturnSetInfo*>(fcinfo->resultinfo);
  for (std::int32_t rank = 0; rank < top; ++rank) put_row(result, site, row, explanation, rank);
  PG_RETURN_NULL();
}

// (features, model, scale, method) -> impacts in feature order, then the base value
CR_FUNCTION(cr_shap_values) {
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  auto& site = CallSite::of<ExplainSite>(fcinfo, 0);
  site.use_deployed(fcinfo, 1);
  return values_of_row(site, fcinfo);
}

// (version, features, scale, method) -> the same
CR_FUNCTION(cr_shap_values_of_version) {
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) PG_RETURN_NULL();
  auto& site = CallSite::of<ExplainSite>(fcinfo, 1);
  site.use_version(PG_GETARG_INT64(0));
  return values_of_row(site, fcinfo);
}

}  // namespace credit_risk::pg
