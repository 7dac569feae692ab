// The decision tree as an algorithm of train.
#pragma once
#include "core/train/decision_tree/decision_tree.hpp"
#include "core/train/trainer.hpp"

namespace credit_risk {

class DecisionTreeTrainer : public Trainer {
 public:
  const char* product() const override { return "tree"; }
  const char* importance_name() const override { return "gini_importance"; }
  bool set(const std::string& name, const nlohmann::json& value) override;
  const char* parameter_names() const override;
  nlohmann::json parameters() const override;
  void check_parameters() const override { check(params_); }
  // Figures: how many leaves it has, and how deep they lie.
  FittedModel fit(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                  const StopFlag& stop) const override;
  double event_weight(const TrainingData& data,
                      const std::vector<std::uint32_t>& rows) const override;

 private:
  DecisionTreeParams params_;
};

}  // namespace credit_risk
