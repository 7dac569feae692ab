// What whoever trains should look at before trusting the model: columns that tell of the outcome,
// columns that tell nothing, and a target that is a decision and not an outcome.
#pragma once
#include <string>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/data/columns.hpp"

namespace credit_risk {

// As a message of the database has it.
struct TrainingWarning {
  std::string kind;  // leak, identifier, constant, refusals
  std::vector<std::string> columns;
  std::string message, detail, hint;
};

// Of data that has been checked. `labels` are the target's texts, where it has any. A column is
// suspected of being a leak where alone, on rows that its bins were not made of, it reaches an
// information value above 0.5 or an AUC above 0.98, with 50 rows of each class at least. Looks at
// 20,000 rows at most, as many of each class as there are; neither figure depends on the share of
// the classes.
std::vector<TrainingWarning> guard_rails(const TrainingData& data, const std::string& target,
                                         const std::vector<std::string>& labels,
                                         const StopFlag& stop);

// Whether a text tells of an application that was refused (rejected, declined, denied).
bool tells_of_refusal(const std::string& text);

}  // namespace credit_risk
