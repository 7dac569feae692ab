#include "core/train/scorecard/scorecard_trainer.hpp"

#include <utility>

#include "core/error.hpp"
#include "core/train/scorecard/scorecard.hpp"
#include "core/train/scorecard/scorecard_report.hpp"
#include "core/train/scorecard/scorecard_values.hpp"

namespace credit_risk {
bool ScorecardTrainer::set(const std::string& name, const nlohmann::json& value) {
  return set_scorecard(params_, name, value);
}

const char* ScorecardTrainer::parameter_names() const { return kScorecardNames; }

nlohmann::json ScorecardTrainer::parameters() const { return scorecard_json(params_); }

void ScorecardTrainer::check_columns(const TrainingData& data) const {
  check_features(params_, data.features());
  if (data.weighted() && uses_refused()) {
    throw Error(ErrorKind::kInvalidInput, "reject inference takes no weights of rows", "",
                "Leave params.weight out, or params.reject_inference.");
  }
  if (uses_refused() && data.refused_rows() == 0) {
    throw Error(ErrorKind::kInvalidInput, "there are no refused applications to infer from",
                "No row of the query has NULL for a target.",
                "Bring the refused applications with the others, or leave "
                "params.reject_inference out.");
  }
}

FittedModel ScorecardTrainer::fit(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                                  const StopFlag& stop) const {
  Scorecard scorecard = train_scorecard(data, rows, params_, stop);
  FittedModel fitted;
  nlohmann::json figures = {{"scorecard", scorecard_report(scorecard)},
                            {"intercept", scorecard.intercept}};
  if (uses_refused()) figures["refused_rows"] = scorecard.refused_rows;
  if (params_.reject_inference.method == RejectMethod::kParcelling)
    figures["inferred_events"] = scorecard.inferred_events;
  fitted.figures = figures.dump();
  fitted.importance = scorecard_importance(scorecard);
  fitted.model = std::move(scorecard.model);
  return fitted;
}

}  // namespace credit_risk
