// The random forest as an algorithm of train.
#pragma once
#include "core/model/predict/forest.hpp"
#include "core/train/forest/forest_params.hpp"
#include "core/train/trainer.hpp"

namespace credit_risk {

class ForestTrainer : public Trainer {
 public:
  const ForestParams& params() const noexcept { return params_; }
  // The model of trees that grew apart, in the order of their numbers; takes them.
  FittedModel assemble(const TrainingData& data, std::vector<TreeEnsemble>& trees) const;

  const char* product() const override { return "forest"; }
  const char* importance_name() const override { return "gini_importance"; }
  bool set(const std::string& name, const nlohmann::json& value) override;
  const char* parameter_names() const override;
  nlohmann::json parameters() const override;
  void set_seed(std::uint64_t seed) override { params_.seed = seed; }
  void check_parameters() const override { check(params_); }
  FittedModel fit(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                  const StopFlag& stop) const override;
  const ForestTrainer* as_forest() const override { return this; }
  double event_weight(const TrainingData& data,
                      const std::vector<std::uint32_t>& rows) const override;

 private:
  ForestParams params_;
};

}  // namespace credit_risk
