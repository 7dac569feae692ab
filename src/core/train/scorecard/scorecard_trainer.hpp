// The scorecard as an algorithm of train.
#pragma once
#include "core/train/scorecard/scorecard_params.hpp"
#include "core/train/trainer.hpp"

namespace credit_risk {

class ScorecardTrainer : public Trainer {
 public:
  const ScorecardParams& params() const noexcept { return params_; }

  const char* product() const override { return "scorecard"; }
  const char* importance_name() const override { return "shap_importance"; }
  bool set(const std::string& name, const nlohmann::json& value) override;
  const char* parameter_names() const override;
  nlohmann::json parameters() const override;
  void check_parameters() const override { check(params_); }
  bool uses_refused() const override {
    return params_.reject_inference.method != RejectMethod::kNone;
  }
  void check_columns(const TrainingData& data) const override;
  FittedModel fit(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                  const StopFlag& stop) const override;

 private:
  ScorecardParams params_;
};

}  // namespace credit_risk
