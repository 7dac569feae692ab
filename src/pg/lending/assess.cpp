// The whole answer about one applicant: probability, score, level, decision, sentence, reasons.
#include <cmath>

#include "core/explain/contributions.hpp"
#include "pg/lending/assessment.hpp"
#include "pg/explain/explain.hpp"

namespace credit_risk::pg {
namespace {

constexpr int kAssessmentColumns = 11;
constexpr std::size_t kMaxReasons = 4;
constexpr const char* kDebtToIncome = "debt_to_income_ratio";  // in percent
constexpr double kDebtToIncomeLimit = 40;

struct Verdict {
  const char* risk_level;
  const char* decision;
};

Limits limits_arg(FunctionCallInfo fcinfo, int arg) {
  if (PG_ARGISNULL(arg) || PG_ARGISNULL(arg + 1)) {
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                    errmsg("approve_below and review_below cannot be NULL"),
                    errhint("Leave them out for the defaults.")));
  }
  return {PG_GETARG_FLOAT8(arg), PG_GETARG_FLOAT8(arg + 1)};
}

Verdict verdict_of(double probability, const Limits& limits) {
  if (probability < limits.approve_below) return {"Low", "approve"};
  if (probability < limits.review_below) return {"Medium", "review"};
  return {"High", "refuse"};
}

void append_probability(StringInfo sentence, double probability, const Limits& limits) {
  const double percent = 100 * probability;
  if (probability < limits.approve_below) {
    appendStringInfo(sentence,
                     "Approve: the probability of default, %.2f %%, is below the limit of %g %%",
                     percent, 100 * limits.approve_below);
  } else if (probability < limits.review_below) {
    appendStringInfo(
        sentence,
        "Review by an officer: the probability of default, %.2f %%, is between the limits "
        "of %g %% and %g %%",
        percent, 100 * limits.approve_below, 100 * limits.review_below);
  } else {
    appendStringInfo(sentence,
                     "Refuse: the probability of default, %.2f %%, is not below the limit of %g %%",
                     percent, 100 * limits.review_below);
  }
}

void append_debt_to_income(StringInfo sentence, const LoadedModel& model, const FeatureRow& row) {
  const std::int32_t feature = model.feature_of(kDebtToIncome, std::strlen(kDebtToIncome));
  if (feature == NameIndex::kNone || model.features()[feature].kind != FeatureKind::kNumeric) {
    return;
  }
  const double ratio = row.values[feature];
  if (std::isnan(ratio)) {
    appendStringInfoString(sentence, "; debt to income is not known");
  } else {
    appendStringInfo(sentence, "; debt to income of %.2f %% %s %g %%", ratio,
                     ratio <= kDebtToIncomeLimit ? "is within" : "exceeds", kDebtToIncomeLimit);
  }
}

text* recommendation(const CallSite& site, const FeatureRow& row, double probability,
                     const Limits& limits) {
  StringInfoData sentence;
  initStringInfo(&sentence);
  append_probability(&sentence, probability, limits);
  append_debt_to_income(&sentence, site.model(), row);
  appendStringInfoChar(&sentence, '.');
  return cstring_to_text_with_len(sentence.data, sentence.len);
}

JsonbValue json_feature_value(const LoadedModel& model, const FeatureRow& row,
                              std::int32_t feature) {
  char buffer[kTextBuffer];
  const TextSpan text = feature_value_text(model, row, feature, buffer);
  if (text.data == nullptr) return json_null();
  if (model.features()[feature].kind == FeatureKind::kNumeric)
    return json_number(row.values[feature]);
  return json_text(text);
}

Datum reasons_datum(ExplainSite& site, const FeatureRow& row) {
  JsonbParseState* state = nullptr;
  return PointerGetDatum(JsonbValueToJsonb(push_reasons(&state, site, row)));
}

Datum assessment_tuple(FunctionCallInfo fcinfo, Datum* values, bool* nulls) {
  TupleDesc descriptor;
  if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE) {
    elog(ERROR, "assess does not return a composite type");
  }
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls));
}

}  // namespace

void check_limits(const Limits& limits) {
  if (0 <= limits.approve_below && limits.approve_below <= limits.review_below &&
      limits.review_below <= 1) {
    return;
  }
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("approve_below and review_below must rise from 0 to 1"),
                  errdetail("approve_below is %g, review_below is %g.", limits.approve_below,
                            limits.review_below),
                  errhint("Pass probabilities of default, such as 0.30 and 0.50.")));
}

Assessment assess(const CallSite& site, const FeatureRow& row, const Limits& limits) {
  Score score{};
  guard([&] { score = site.model().predictor().score(row.values); });
  const double probability = score.probability;
  const Verdict verdict = verdict_of(probability, limits);
  return {probability,
          score.credit_score,
          verdict.risk_level,
          verdict.decision,
          std::fmax(probability, 1 - probability),
          recommendation(site, row, probability, limits)};
}

JsonbValue* push_reasons(JsonbParseState** state, ExplainSite& site, const FeatureRow& row) {
  const LoadedModel& model = site.model();
  site.choose(nullptr, nullptr);
  const Explanation explanation = site.explain(row);
  std::size_t count = keep_raising(explanation.impacts, model.features().size(), explanation.order);
  if (count > kMaxReasons) count = kMaxReasons;
  pushJsonbValue(state, WJB_BEGIN_ARRAY, nullptr);
  for (std::size_t rank = 0; rank < count; ++rank) {
    const std::int32_t feature = explanation.order[rank];
    const std::string& name = model.features()[feature].name;
    pushJsonbValue(state, WJB_BEGIN_OBJECT, nullptr);
    push_field(state, "rank", json_integer(static_cast<std::int64_t>(rank) + 1));
    push_field(state, "feature", json_text({name.data(), name.size()}));
    push_field(state, "value", json_feature_value(model, row, feature));
    push_field(state, "impact", json_number(explanation.impacts[feature]));
    pushJsonbValue(state, WJB_END_OBJECT, nullptr);
  }
  return pushJsonbValue(state, WJB_END_ARRAY, nullptr);
}

// (features, model, approve_below, review_below)
CR_FUNCTION(cr_assess) {
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  const Limits limits = limits_arg(fcinfo, 2);
  check_limits(limits);
  auto& site = CallSite::of<ExplainSite>(fcinfo, 0);
  site.use_deployed(fcinfo, 1);
  const FeatureRow& row = site.read(fcinfo);
  const Assessment assessment = assess(site, row, limits);
  const bool explainable = site.model().explainable();
  Datum values[kAssessmentColumns] = {Float8GetDatum(assessment.probability),
                                      Int32GetDatum(assessment.credit_score),
                                      CStringGetTextDatum(assessment.risk_level),
                                      CStringGetTextDatum(assessment.decision),
                                      PointerGetDatum(assessment.recommendation),
                                      Float8GetDatum(assessment.confidence),
                                      explainable ? reasons_datum(site, row) : Datum{0},
                                      CStringGetTextDatum(site.model_name()),
                                      Int64GetDatum(site.version()),
                                      Int32GetDatum(row.missing),
                                      Int32GetDatum(row.unrecognized)};
  bool nulls[kAssessmentColumns] = {};
  nulls[6] = !explainable;
  return assessment_tuple(fcinfo, values, nulls);
}

}  // namespace credit_risk::pg
