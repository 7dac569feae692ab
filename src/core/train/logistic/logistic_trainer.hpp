// Logistic regression as an algorithm of train.
#pragma once
#include "core/train/logistic/logistic_regression.hpp"
#include "core/train/trainer.hpp"

namespace credit_risk {

class LogisticTrainer : public Trainer {
 public:
  const char* product() const override { return "logistic regression"; }
  const char* importance_name() const override { return "shap_importance"; }
  bool set(const std::string& name, const nlohmann::json& value) override;
  const char* parameter_names() const override;
  nlohmann::json parameters() const override;
  void check_parameters() const override { check(params_); }
  FittedModel fit(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                  const StopFlag& stop) const override;
  double event_weight(const TrainingData& data,
                      const std::vector<std::uint32_t>& rows) const override;

 private:
  LogisticParams params_;
};

}  // namespace credit_risk
