// Probability of default and credit score of one row.
#include "core/model/credit_score.hpp"

#include "pg/call_site.hpp"
#include "pg/guard.hpp"

namespace credit_risk::pg {
namespace {

Score score_of_row(CallSite& site, FunctionCallInfo fcinfo) {
  const FeatureRow& row = site.read(fcinfo);
  Score score{};
  guard([&] { score = site.model().predictor().score(row.values); });
  return score;
}

Score score_by_model(FunctionCallInfo fcinfo) {
  CallSite& site = CallSite::of(fcinfo, 0);
  site.use_deployed(fcinfo, 1);
  return score_of_row(site, fcinfo);
}

}  // namespace

// (features, model)
CR_FUNCTION(cr_probability_of_default) {
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  PG_RETURN_FLOAT8(score_by_model(fcinfo).probability);
}

// (features, model)
CR_FUNCTION(cr_credit_score) {
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  PG_RETURN_INT32(score_by_model(fcinfo).credit_score);
}

// (probability_of_default)
CR_FUNCTION(cr_credit_score_of_probability) {
  const double probability = PG_GETARG_FLOAT8(0);
  if (!(probability >= 0 && probability <= 1)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("probability_of_default must be between 0 and 1"),
                    errdetail("The value is %.15g.", probability),
                    errhint("Pass a fraction: 0.25, not 25.")));
  }
  PG_RETURN_INT32(credit_score(probability));
}

// (version, features)
CR_FUNCTION(cr_score_version) {
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) PG_RETURN_NULL();
  CallSite& site = CallSite::of(fcinfo, 1);
  site.use_version(PG_GETARG_INT64(0));
  PG_RETURN_FLOAT8(score_of_row(site, fcinfo).probability);
}

// (version, features)
CR_FUNCTION(cr_credit_score_of_version) {
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) PG_RETURN_NULL();
  CallSite& site = CallSite::of(fcinfo, 1);
  site.use_version(PG_GETARG_INT64(0));
  PG_RETURN_INT32(score_of_row(site, fcinfo).credit_score);
}

// (version, features)
CR_FUNCTION(cr_margin_of_version) {
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) PG_RETURN_NULL();
  CallSite& site = CallSite::of(fcinfo, 1);
  site.use_version(PG_GETARG_INT64(0));
  const FeatureRow& row = site.read(fcinfo);
  double margin = 0;
  guard([&] { margin = site.model().predictor().margin(row.values); });
  PG_RETURN_FLOAT8(margin);
}

}  // namespace credit_risk::pg
