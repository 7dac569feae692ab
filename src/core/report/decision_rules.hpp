// A model of one tree as rules that a person reads: one for each leaf, exactly one of which holds
// for a row.
#pragma once
#include <string>
#include <vector>

#include "core/model/model.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

struct DecisionRule {
  // Joined by AND, in the order in which the path meets the features; what it asks of one feature
  // is one range or one list of categories, with "(or missing)" where missing values come along.
  // Numbers and texts read as SQL. "TRUE" where all rows come, "FALSE" where none can.
  std::string conditions;
  double probability;  // calibrated where the model is
  double share;        // of the training weight; NaN where it is not known
  // Training weight of the event, rows where each weighs 1; NaN where the leaves hold no shares of
  // the event (a model with a link).
  double events;
};

// From the leftmost leaf to the rightmost. A number is compared as the model does, rounded to
// float32 first where that has float32_inputs. Throws kInvalidInput unless the model has exactly
// one tree. The model has been validated.
std::vector<DecisionRule> decision_rules(const Model& model, const StopFlag& stop = {});

}  // namespace credit_risk
