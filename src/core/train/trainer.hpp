// One algorithm that train knows: its parameters, and how it makes a model of rows.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/stop_flag.hpp"
#include "core/train/data/columns.hpp"
#include "core/train/fitted_model.hpp"

namespace credit_risk {

class BoostingTrainer;
class ForestTrainer;

class Trainer {
 public:
  virtual ~Trainer() = default;

  // What messages call the thing made, and the metrics its importance.
  virtual const char* product() const = 0;          // such as "forest"
  virtual const char* importance_name() const = 0;  // such as "gini_importance"

  // The parameters. Returns false when there is none of this name; refuses a value of another type.
  virtual bool set(const std::string& name, const nlohmann::json& value) = 0;
  virtual const char* parameter_names() const = 0;  // separated by commas, without the seed
  virtual nlohmann::json parameters() const = 0;    // all of them with their values in force
  virtual void set_seed(std::uint64_t /*seed*/) {}  // of whatever it draws
  virtual void check_parameters() const = 0;        // refuses values out of range
  // Whether it learns of rows without an outcome, too.
  virtual bool uses_refused() const { return false; }
  virtual void check_columns(const TrainingData& /*data*/) const {}  // refuses what does not fit

  // Makes a model of these rows of data that has been checked.
  virtual FittedModel fit(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                          const StopFlag& stop) const = 0;

  // How many times as much a row of the event weighs in the fit as another one of the same weight.
  virtual double event_weight(const TrainingData& /*data*/,
                              const std::vector<std::uint32_t>& /*rows*/) const {
    return 1.0;
  }

  // The trainer whose trees may grow apart from each other, in parallel workers; null for others.
  virtual const ForestTrainer* as_forest() const { return nullptr; }
  // The trainer whose trees may be grown by several processes together; null for others.
  virtual const BoostingTrainer* as_boosting() const { return nullptr; }

 protected:
  Trainer() = default;
  Trainer(const Trainer&) = default;
  Trainer& operator=(const Trainer&) = default;
};

// With default parameters. Refuses a name that is no algorithm.
std::unique_ptr<Trainer> make_trainer(const std::string& algorithm);

}  // namespace credit_risk
