#include "core/error.hpp"
#include "core/train/boosting/boosting_trainer.hpp"
#include "core/train/decision_tree/decision_tree_trainer.hpp"
#include "core/train/forest/forest_trainer.hpp"
#include "core/train/logistic/logistic_trainer.hpp"
#include "core/train/scorecard/scorecard_trainer.hpp"
#include "core/train/trainer.hpp"

namespace credit_risk {
namespace {

template <class T>
std::unique_ptr<Trainer> make() {
  return std::make_unique<T>();
}

struct Entry {
  const char* name;
  std::unique_ptr<Trainer> (*make)();
};

constexpr Entry kTrainers[] = {
    {"random_forest", make<ForestTrainer>},         {"gradient_boosting", make<BoostingTrainer>},
    {"logistic_regression", make<LogisticTrainer>}, {"scorecard", make<ScorecardTrainer>},
    {"decision_tree", make<DecisionTreeTrainer>},
};

}  // namespace

std::unique_ptr<Trainer> make_trainer(const std::string& algorithm) {
  std::string names;
  for (const Entry& entry : kTrainers) {
    if (algorithm == entry.name) return entry.make();
    names += (names.empty() ? "" : ", ") + std::string(entry.name);
  }
  throw Error(ErrorKind::kUndefined, "algorithm \"" + algorithm + "\" does not exist", "",
              "The algorithms are: " + names + ".");
}

}  // namespace credit_risk
