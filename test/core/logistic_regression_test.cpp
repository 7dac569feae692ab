// Against scikit-learn and statsmodels, as test/data/train/make_logistic_reference.py says.
#include "core/train/logistic/logistic_regression.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <numeric>

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/model/codec.hpp"
#include "core/model/predict/predict.hpp"
#include "core/model/validate.hpp"
#include "core/train/trainer.hpp"
#include "training_rows.hpp"

namespace credit_risk {
namespace {

using nlohmann::json;

LogisticParams params_of(double l2, double l1 = 0) {
  LogisticParams params;
  params.l2 = l2;
  params.l1 = l1;
  return params;
}

std::vector<std::uint32_t> all_rows(const TrainingData& data) {
  std::vector<std::uint32_t> rows(data.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

LogisticRegression train(const TrainingData& data, const LogisticParams& params) {
  return train_logistic_regression(data, all_rows(data), params, {});
}

// x4 as a category.
TrainingData rows_of_reference() {
  TrainingData data = reference_rows(11, 400);
  data.columns[4].feature = {
      "x4", FeatureKind::kCategorical, {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}};
  return data;
}

json reference(const char* variant) {
  std::ifstream file(CR_TEST_DATA "/train/logistic_reference.json");
  return json::parse(file).at(variant);
}

void expect_reference(const char* variant, const LogisticParams& params, double within) {
  SCOPED_TRACE(variant);
  const TrainingData data = rows_of_reference();
  const json expected = reference(variant);
  const LogisticRegression result = train(data, params);
  validate(result.model);
  const auto coefficients = expected.at("coefficients").get<std::vector<double>>();
  ASSERT_EQ(result.coefficients.size(), coefficients.size());
  for (std::size_t i = 0; i < coefficients.size(); ++i)
    EXPECT_NEAR(result.coefficients[i].value, coefficients[i], within) << i;
  if (!expected.contains("margins")) return;
  const Predictor predictor(result.model);
  std::vector<double> row(data.columns.size());
  for (std::size_t r = 0; r < 40; ++r) {
    copy_row(data, r, row.data());
    EXPECT_NEAR(predictor.margin(row.data()), expected.at("margins")[r].get<double>(), within) << r;
  }
}

TEST(LogisticRegression, EqualsScikitLearn) {
  expect_reference("plain", params_of(0), 1e-8);
  expect_reference("ridge", params_of(1), 1e-8);
  LogisticParams params = params_of(2);
  params.standardize = false;
  expect_reference("raw_ridge", params, 1e-8);
  params = params_of(2);
  params.balanced = true;
  expect_reference("balanced", params, 1e-8);
  params = params_of(1);
  params.class_weights[1] = 3;
  expect_reference("weighted", params, 1e-8);
  expect_reference("lasso", params_of(0, 5), 1e-6);
}

TEST(LogisticRegression, TellsTheTableOfStatsmodels) {
  const LogisticRegression result = train(rows_of_reference(), params_of(0));
  const json lines = coefficient_table(result), expected = reference("plain");
  ASSERT_EQ(lines.size(), expected.at("errors").size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const json& line = lines[i];
    const double coefficient = line.at("coefficient"), error = expected.at("errors")[i];
    EXPECT_NEAR(line.at("standard_error").get<double>(), error, 1e-8) << i;
    EXPECT_NEAR(line.at("odds_ratio").get<double>(), std::exp(coefficient), 1e-9) << i;
    EXPECT_NEAR(line.at("z").get<double>(), coefficient / error, 1e-8) << i;
    if (i == 0) continue;
    EXPECT_NEAR(line.at("z").get<double>(), expected.at("z")[i].get<double>(), 1e-7) << i;
    EXPECT_NEAR(line.at("p_value").get<double>(), expected.at("p")[i].get<double>(), 1e-8) << i;
  }
  EXPECT_EQ(lines[0].at("term"), "intercept");
  EXPECT_TRUE(lines[0].at("feature").is_null());
  EXPECT_EQ(lines[1].at("term"), "x0");
  EXPECT_EQ(lines[5].at("feature"), "x4");
  EXPECT_EQ(lines[5].at("term"), "x4 = " + lines[5].at("level").get<std::string>());
  EXPECT_EQ(lines.back().at("term"), "x5 is missing");
}

TEST(LogisticRegression, HasNoErrorsWithPenaltiesOrWeights) {
  LogisticParams weighted = params_of(0);
  weighted.class_weights[1] = 2;
  for (const LogisticParams& params : {params_of(1), params_of(0, 1), weighted}) {
    const LogisticRegression result = train(rows_of_reference(), params);
    for (const json& line : coefficient_table(result)) {
      EXPECT_TRUE(line.at("standard_error").is_null());
      EXPECT_TRUE(line.at("z").is_null());
      EXPECT_TRUE(line.at("p_value").is_null());
    }
  }
}

TEST(LogisticRegression, CountsARowOfWeightTwoAsTwoRows) {
  TrainingData weighted = rows_of_reference(), repeated = weighted;
  const std::size_t rows = weighted.rows();
  for (std::size_t row = 0; row < rows; ++row) {
    weighted.weights.push_back(row % 3 == 0 ? 2 : 1);
    if (row % 3 != 0) continue;
    for (Column& column : repeated.columns) column.values.push_back(double{column.values[row]});
    repeated.target.push_back(repeated.target[row]);
  }
  const LogisticRegression once = train(weighted, params_of(0)),
                           twice = train(repeated, params_of(0));
  ASSERT_EQ(once.coefficients.size(), twice.coefficients.size());
  for (std::size_t i = 1; i < once.coefficients.size(); ++i) {
    // That of a missing number is beside the mean, which weights do not move.
    if (once.coefficients[i].kind == CoefficientKind::kMissing) continue;
    EXPECT_NEAR(once.coefficients[i].value, twice.coefficients[i].value, 1e-7) << i;
  }
  EXPECT_TRUE(std::isnan(once.coefficients[0].standard_error));
}

// Ten rows of each: a number with gaps, a category with gaps and without.
TrainingData small_rows() {
  TrainingData data;
  data.columns = {
      numeric("income", {1, 2, 3, 4, 5, 6, 7, kMissing, 2, 4}),
      categorical("sector", {"farm", "shop", "none", "mine"},
                  {0, 1, 1, 0, 1, kMissing, 1, 0, kMissing, 1}),
      numeric("age", {3, 1, 4, 1, 5, 9, 2, 6, 5, 3}),
  };
  data.target = {0, 1, 0, 1, 0, 0, 1, 1, 1, 0};
  return data;
}

TEST(LogisticRegression, AddsTheAverageWhereNothingWasLearnt) {
  const TrainingData data = small_rows();
  const LogisticRegression result = train(data, params_of(1));
  const std::vector<Term>& terms = result.model.terms;
  ASSERT_EQ(terms.size(), 3u);
  EXPECT_EQ(terms[1].values[1], 0.0);  // the most frequent is the reference
  EXPECT_NE(*terms[1].missing, 0.0);
  EXPECT_EQ(*terms[1].unrecognized, *terms[1].mean);
  EXPECT_EQ(terms[1].values[2], *terms[1].mean);  // "none" has no row
  EXPECT_EQ(*terms[2].missing, *terms[2].mean);   // age was never missing
  EXPECT_NEAR(*terms[2].mean, 0.0, 1e-15);        // at its mean a slope adds nothing
  EXPECT_NE(*terms[0].missing, *terms[0].mean);
  EXPECT_FALSE(terms[0].unrecognized.has_value());
  double sum = 0;
  for (const double share : result.importance) sum += share;
  EXPECT_NEAR(sum, 1.0, 1e-15);
}

TEST(LogisticRegression, TakesMissingAsTheReferenceWhereItIsMostFrequent) {
  TrainingData data = small_rows();
  data.columns[1].values = {0, 1, kMissing, 0, kMissing, kMissing, 1, 0, kMissing, 1};
  const Term term = train(data, params_of(1)).model.terms[1];
  EXPECT_EQ(*term.missing, 0.0);
  EXPECT_NE(term.values[0], 0.0);
  EXPECT_NE(term.values[1], 0.0);
}

TEST(LogisticRegression, UsesTheRowsNamedAlone) {
  const TrainingData data = rows_of_reference();
  TrainingData part = rows_of_reference();
  std::vector<std::uint32_t> even;
  for (Column& column : part.columns) column.values.clear();
  part.target.clear();
  for (std::uint32_t row = 0; row < data.rows(); row += 2) {
    even.push_back(row);
    for (std::size_t f = 0; f < part.columns.size(); ++f)
      part.columns[f].values.push_back(data.columns[f].values[row]);
    part.target.push_back(data.target[row]);
  }
  const LogisticRegression some = train_logistic_regression(data, even, params_of(1), {});
  const LogisticRegression whole = train(part, params_of(1));
  for (std::size_t i = 0; i < whole.coefficients.size(); ++i)
    EXPECT_EQ(some.coefficients[i].value, whole.coefficients[i].value);
}

Error refusal(const TrainingData& data, const LogisticParams& params) {
  try {
    train(data, params);
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorKind::kUndefined, "no error");
}

TEST(LogisticRegression, NamesTheColumnThatDependsOnOthers) {
  TrainingData data = rows_of_reference();
  for (std::size_t r = 0; r < data.rows(); ++r)
    data.columns[3].values[r] = 2 * data.columns[1].values[r] - data.columns[0].values[r];
  Error error = refusal(data, params_of(0));
  EXPECT_STREQ(error.what(), "feature \"x3\" adds nothing to the features before it");
  EXPECT_EQ(error.hint(), "Leave column \"x3\" out with params.exclude, or set params.l2 above 0.");
  EXPECT_STREQ(refusal(data, params_of(1)).what(), "no error");
  data = rows_of_reference();
  data.columns[1].values[7] = kMissing;
  data.columns[2].values[7] = kMissing;
  error = refusal(data, params_of(0));
  EXPECT_STREQ(error.what(), "feature \"x2\" adds nothing to the features before it");
  EXPECT_EQ(error.detail(),
            "Its column of ones, where it is missing, is constant or a weighted sum of theirs, so "
            "that no coefficients fit best.");
}

TEST(LogisticRegression, NamesTheColumnThatSeparates) {
  TrainingData data = rows_of_reference();
  for (std::size_t r = 0; r < data.rows(); ++r)
    data.columns[2].values[r] = data.target[r] + data.columns[1].values[r] / 2;
  const Error error = refusal(data, params_of(0));
  EXPECT_STREQ(error.what(), "the features separate the classes, so that no coefficients fit best");
  EXPECT_EQ(error.detail(), "The coefficient of feature \"x2\" grows without end.");
  EXPECT_STREQ(refusal(data, params_of(1)).what(), "no error");
  EXPECT_STREQ(refusal(data, params_of(0, 1)).what(), "no error");
}

TEST(LogisticRegression, RefusesParametersOutOfRange) {
  const auto message = [](const std::function<void(LogisticParams&)>& change) {
    LogisticParams params;
    change(params);
    return std::string(refusal(rows_of_reference(), params).what());
  };
  EXPECT_EQ(message([](auto& p) { p.l2 = -1; }), "parameter \"l2\" must be between 0 and 1e12");
  EXPECT_EQ(message([](auto& p) { p.l1 = std::nan(""); }),
            "parameter \"l1\" must be between 0 and 1e12");
  EXPECT_EQ(message([](auto& p) { p.class_weights[1] = 0; }),
            "a class weight must be between 1e-6 and 1e6");
  EXPECT_EQ(message([](auto& p) { p.max_iterations = 0; }),
            "parameter \"max_iterations\" must be between 1 and 10000");
  EXPECT_EQ(message([](auto& p) { p.max_iterations = 1; }),
            "coefficients did not converge in 1 steps");
}

TEST(LogisticRegression, IsATrainerByName) {
  const std::unique_ptr<Trainer> trainer = make_trainer("logistic_regression");
  EXPECT_TRUE(trainer->set("l2", 0.25));
  EXPECT_TRUE(trainer->set("standardize", false));
  EXPECT_FALSE(trainer->set("trees", 3));
  EXPECT_THROW(trainer->set("balanced", 1), Error);
  EXPECT_EQ(trainer->parameters().at("l2"), 0.25);
  const TrainingData data = rows_of_reference();
  LogisticParams params = params_of(0.25);
  params.standardize = false;
  const FittedModel fitted = trainer->fit(data, all_rows(data), {});
  EXPECT_EQ(encode(fitted.model), encode(train(data, params).model));
  EXPECT_EQ(fitted.importance.size(), data.columns.size());
  const json figures = json::parse(fitted.figures);
  EXPECT_EQ(figures.at("coefficients").size(), 16u);
  EXPECT_GT(figures.at("steps"), 2);
}

TEST(LogisticRegression, StopsWhenTold) {
  const TrainingData data = rows_of_reference();
  const volatile int up = 1;
  EXPECT_THROW(train_logistic_regression(data, all_rows(data), {}, StopFlag(&up)), Error);
}

}  // namespace
}  // namespace credit_risk
