#include "core/train/train_options.hpp"

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/train/option_values.hpp"
#include "core/train/trainer.hpp"

namespace credit_risk {
namespace {

using namespace option_values;

constexpr int kMaxFolds = 100, kMaxRepeats = 100;

std::uint16_t fold_count(const std::string& name, const Json& value) {
  const std::int64_t number = whole_number(name, value);
  if (number != 0 && (number < 2 || number > kMaxFolds)) {
    refuse(name, "0 or between 2 and " + std::to_string(kMaxFolds), value);
  }
  return static_cast<std::uint16_t>(number);
}

std::uint16_t repeat_count(const std::string& name, const Json& value) {
  const std::int64_t number = whole_number(name, value);
  if (number < 1 || number > kMaxRepeats)
    refuse(name, "between 1 and " + std::to_string(kMaxRepeats), value);
  return static_cast<std::uint16_t>(number);
}

CalibrationRule calibration_rule(const std::string& name, const Json& value) {
  for (const auto rule : {CalibrationRule::kAuto, CalibrationRule::kNone, CalibrationRule::kSigmoid,
                          CalibrationRule::kIsotonic}) {
    if (value == name_of(rule)) return rule;
  }
  refuse(name, "'auto', 'none', 'sigmoid' or 'isotonic'", value);
}

// What every algorithm knows.
void set(TrainOptions& options, const Trainer& trainer, const std::string& name,
         const Json& value) {
  if (name == "seed") {
    options.seed = seed(name, value);
  } else if (name == "test_share") {
    options.test_share = share(name, value);
  } else if (name == "folds") {
    options.folds = fold_count(name, value);
  } else if (name == "repeats") {
    options.repeats = repeat_count(name, value);
  } else if (name == "time_column") {
    options.time_column = value_text(name, value);
  } else if (name == "refit_on_all") {
    options.refit_on_all = yes_or_no(name, value);
  } else if (name == "calibrate") {
    options.calibrate = calibration_rule(name, value);
  } else if (name == "verbose") {
    options.verbose = yes_or_no(name, value);
  } else if (name == "allow_protected") {
    options.allow_protected = yes_or_no(name, value);
  } else if (name == "guard_rails") {
    options.guard_rails = yes_or_no(name, value);
  } else if (name == "features") {
    options.features = names(name, value);
  } else if (name == "exclude") {
    options.exclude = names(name, value);
  } else if (name == "weight") {
    options.weight = one_text(name, value);
  } else if (name == "positive") {
    options.positive = value_text(name, value);
    options.has_positive = true;
  } else {
    throw Error(
        ErrorKind::kInvalidInput, "parameter \"" + name + "\" does not exist", "",
        std::string("The parameters are ") + trainer.parameter_names() +
            ", seed, test_share, folds, repeats, time_column, refit_on_all, calibrate, "
            "features, exclude, weight, positive, allow_protected, guard_rails and verbose.");
  }
}

}  // namespace

TrainOptions parse_train_options(const char* json, std::size_t size, const std::string& algorithm) {
  const std::shared_ptr<Trainer> trainer = make_trainer(algorithm);
  TrainOptions options;
  const Json object = parse_object(json, size, "params", "{\"test_share\": 0.2}");
  for (const auto& [name, value] : object.items()) {
    if (!trainer->set(name, value)) set(options, *trainer, name, value);
  }
  trainer->set_seed(options.seed);
  trainer->check_parameters();
  check_rule(options.calibrate, *trainer);
  options.trainer = trainer;
  if (!options.time_column.empty() && options.repeats > 1) {
    throw Error(ErrorKind::kInvalidInput, "folds by time cannot be repeated",
                "Nothing is drawn, so that they would be the same each time.",
                "Leave out params.repeats or params.time_column.");
  }
  return options;
}

std::string to_json(const TrainOptions& options) {
  Json object = options.trainer->parameters();
  object["seed"] = options.seed;
  object["test_share"] = options.test_share;
  object["folds"] = options.folds;
  object["repeats"] = options.repeats;
  object["refit_on_all"] = options.refit_on_all;
  object["calibrate"] = name_of(options.calibrate);
  object["allow_protected"] = options.allow_protected;
  object["guard_rails"] = options.guard_rails;
  if (!options.features.empty()) object["features"] = options.features;
  if (!options.exclude.empty()) object["exclude"] = options.exclude;
  if (!options.time_column.empty()) object["time_column"] = options.time_column;
  if (!options.weight.empty()) object["weight"] = options.weight;
  if (options.has_positive) object["positive"] = options.positive;
  return object.dump();
}

}  // namespace credit_risk
