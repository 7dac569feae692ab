// What a column alone tells of the outcome, measured on rows by which its values were not parted:
// what parts the classes by chance does so among the rows it was found in only.
#pragma once
#include "core/stop_flag.hpp"
#include "core/train/data/columns.hpp"

namespace credit_risk {

struct TellingFigures {
  double information_value = 0.0;
  double auc = 0.5;
};

// The mean over both halves of the rows, each told by the other one, whose values a decision tree
// has put into at most five parts of any size, so that a value which few rows have counts, too.
// There are two rows of each class at least.
TellingFigures telling_figures(const TrainingData& data, const Column& column,
                               const StopFlag& stop);

}  // namespace credit_risk
