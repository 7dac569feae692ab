// Logistic regression on raw columns with gaps and text, as terms of the canonical model.
//
//   numeric    a slope over the number less its mean and by its standard deviation, both of the
//              known numbers of the training rows; where rows of the training are missing, these
//              stand at the mean, and a column of its own tells them from the known
//   category   a column for each category but the most frequent one (the first of several), which
//   is
//              the reference; missing counts as a category where training rows are missing
//
// What the training has not seen adds what its feature adds on average over the training rows: a
// missing value where none was, a category without a row. The model holds slopes over raw numbers,
// so that whoever scores standardises nothing.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/model/model.hpp"
#include "core/stop_flag.hpp"
#include "core/train/data/columns.hpp"
#include "core/train/logistic/design_columns.hpp"
#include "core/train/logistic/logistic_fit.hpp"

namespace credit_risk {

// Penalties as LogisticPenalties says, of the standardised columns; columns of ones and zeros stand
// as they are.
struct LogisticParams {
  double l2 = 1.0;  // scikit-learn's C = 1
  double l1 = 0.0;
  bool standardize = true;  // false: penalties are of the slopes over raw numbers
  bool balanced = false;    // the two classes weigh the same in total
  // Of a row of each class, where not balanced; times its own weight where the data has weights.
  double class_weights[2] = {1.0, 1.0};
  std::int32_t max_iterations = kLogisticSteps;
};

// Refuses values out of range, naming the parameter.
void check(const LogisticParams& params);

// One line of the table of a regression: what is added to the log-odds for one unit more, or in a
// category beside the reference, or where missing beside the mean (numeric) or the reference.
struct LogisticCoefficient {
  CoefficientKind kind;
  std::size_t feature;   // 0 for the intercept
  std::string category;  // of kCategory
  double value;
  // Without penalties and weights only, else NaN: from the inverse of the observed information.
  double standard_error;
};

struct LogisticRegression {
  Model model;
  std::vector<LogisticCoefficient> coefficients;  // the intercept first, then in feature order
  std::vector<double> importance;  // mean |term - its mean| over the training rows, in all 1
  int steps = 0;
};

// Refuses separated classes and, without penalties, columns that depend on others, by name.
LogisticRegression train_logistic_regression(const TrainingData& data,
                                             const std::vector<std::uint32_t>& rows,
                                             const LogisticParams& params, const StopFlag& stop);

// An array of objects: term, feature, level, coefficient, standard_error, z, p_value, odds_ratio;
// null where there is none.
nlohmann::json coefficient_table(const LogisticRegression& regression);

}  // namespace credit_risk
