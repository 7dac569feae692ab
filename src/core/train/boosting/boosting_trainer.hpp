// Gradient boosting as an algorithm of train.
#pragma once
#include "core/train/boosting/boosting_params.hpp"
#include "core/train/boosting/team.hpp"
#include "core/train/trainer.hpp"

namespace credit_risk {

class BoostingTrainer : public Trainer {
 public:
  const BoostingParams& params() const noexcept { return params_; }

  const char* product() const override { return "boosted trees"; }
  const char* importance_name() const override { return "gain_importance"; }
  bool set(const std::string& name, const nlohmann::json& value) override;
  const char* parameter_names() const override;
  nlohmann::json parameters() const override;
  void set_seed(std::uint64_t seed) override { params_.seed = seed; }
  void check_parameters() const override { check(params_); }
  void check_columns(const TrainingData& data) const override;
  FittedModel fit(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                  const StopFlag& stop) const override;
  // The same of rows binned for boosting, together with the other members of a team.
  FittedModel fit(const BinnedMatrix& matrix, const std::vector<Feature>& features, Team& team,
                  const StopFlag& stop) const;
  const BoostingTrainer* as_boosting() const override { return this; }
  double event_weight(const TrainingData& data,
                      const std::vector<std::uint32_t>& rows) const override;

 private:
  BoostingParams params_;
};

}  // namespace credit_risk
