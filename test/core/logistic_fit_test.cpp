#include "core/train/logistic/logistic_fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/model/logistic.hpp"
#include "core/random.hpp"

namespace credit_risk {
namespace {

using Outcome = LogisticFit::Outcome;

class GivenColumn final : public RegressionColumn {
 public:
  GivenColumn(const std::vector<double>& numbers, bool copies = false)
      : numbers_(numbers), copies_(copies) {}
  const double* read(std::size_t row, std::size_t count, double* scratch) const override {
    if (!copies_) return numbers_.data() + row;
    std::copy_n(numbers_.data() + row, count, scratch);
    return scratch;
  }

 private:
  const std::vector<double>& numbers_;
  const bool copies_;
};

// The rows of the figures below, which scikit-learn 1.9 gave:
//   i = np.arange(60); y = (i * 7 + i * i * 3) % 11 < 5; w = 1 + i % 3 * 0.5
//   X = np.c_[i * 37 % 23, i * i % 17 / 10, i * 11 % 7]
//   LogisticRegression(C=..., solver="newton-cholesky" or "saga", tol=1e-14, max_iter=100000)
struct Rows {
  std::vector<double> columns[3];
  std::vector<std::uint8_t> labels;
  std::vector<double> weights;

  Rows() {
    for (int i = 0; i < 60; ++i) {
      columns[0].push_back(i * 37 % 23);
      columns[1].push_back(i * i % 17 / 10.0);
      columns[2].push_back(i * 11 % 7);
      labels.push_back((i * 7 + i * i * 3) % 11 < 5);
      weights.push_back(1 + i % 3 * 0.5);
    }
  }

  LogisticFit fit(LogisticPenalties penalties, bool weighted = false) const {
    const GivenColumn a(columns[0]), b(columns[1]), c(columns[2]);
    const LogisticRows rows{
        {&a, &b, &c}, labels.data(), weighted ? weights.data() : nullptr, labels.size()};
    return fit_logistic(rows, penalties);
  }
};

void expect_fit(const LogisticFit& fit, double intercept, const std::vector<double>& coefficients,
                double within) {
  EXPECT_TRUE(fit.converged());
  EXPECT_NEAR(fit.intercept, intercept, within);
  ASSERT_EQ(fit.coefficients.size(), coefficients.size());
  for (std::size_t i = 0; i < coefficients.size(); ++i)
    EXPECT_NEAR(fit.coefficients[i], coefficients[i], within) << i;
}

TEST(LogisticFit, EqualsScikitLearn) {
  const Rows rows;
  expect_fit(rows.fit({}), -0.485847044345486,
             {-0.005700084885348742, 0.35175829630598215, -0.07202213625385834}, 1e-10);
  expect_fit(rows.fit({}, true), -0.35927690996487827,
             {-0.010876447797933684, 0.48927802598534703, -0.1291365466603379}, 1e-10);
  expect_fit(rows.fit({2, 0}), -0.41616441188747855,
             {-0.004519377882475334, 0.24258860207652314, -0.06980591962115443}, 1e-10);
  expect_fit(rows.fit({2, 0}, true), -0.29256434885221194,
             {-0.009447966810028914, 0.3721142223008103, -0.1239081832959433}, 1e-10);
}

TEST(LogisticFit, LeavesOutWhatTheL1PenaltyDoesAsScikitLearn) {
  const Rows rows;
  expect_fit(rows.fit({0, 2}), -0.3589704030718968,
             {-0.0001321129801831473, 0.0, -0.03901135818045314}, 1e-6);
  EXPECT_EQ(rows.fit({0, 2}).coefficients[1], 0.0);
  expect_fit(rows.fit({0, 2}, true), -0.23400156913105394,
             {-0.005782233591335064, 0.1707216963824656, -0.10059789784748178}, 1e-6);
}

// statsmodels 0.15.0, Logit(y, add_constant(X)).fit(tol=1e-14).bse
TEST(LogisticFit, TellsTheStandardErrorsOfStatsmodels) {
  const LogisticFit fit = Rows().fit({});
  const double expected[] = {0.6845861873320898, 0.04080308601534074, 0.47545622393668346,
                             0.1353480616208659};
  ASSERT_EQ(fit.covariance.size(), 16u);
  for (int i = 0; i < 4; ++i)
    EXPECT_NEAR(std::sqrt(fit.covariance[i * 5]), expected[i], 1e-10) << i;
  EXPECT_NEAR(fit.covariance[1], fit.covariance[4], 1e-15);
  EXPECT_TRUE(Rows().fit({1, 0}).covariance.empty());
}

TEST(LogisticFit, KeepsItsDigitsWithLargeColumns) {
  Rows rows;
  const LogisticFit plain = rows.fit({});
  for (double& value : rows.columns[2]) value = 1e9 + 1000 * value;
  const LogisticFit shifted = rows.fit({});
  EXPECT_TRUE(shifted.converged());
  EXPECT_NEAR(shifted.coefficients[2] * 1000, plain.coefficients[2], 1e-10);
  EXPECT_NEAR(shifted.coefficients[0], plain.coefficients[0], 1e-10);
}

// Both fits take half steps on their way. How the work is laid out must not show, nor how the files
// are compiled.
TEST(LogisticFit, KeepsItsBitsWhereStepsAreHalved) {
  Random random(23);
  std::vector<double> a, b, c;
  std::vector<std::uint8_t> labels;
  for (int i = 0; i < 30001; ++i) {
    a.push_back(random.below(11));
    b.push_back(random.below(1000) / 1000.0);
    c.push_back(random.below(7) * a.back());
    if (random.below(50) == 0) c.back() = 300;
    const double chance = c.back() == 300 ? 0.6 : 0.01 + 0.002 * a.back() + 0.05 * b.back();
    labels.push_back(random.uniform() < chance);
  }
  const GivenColumn first(a), second(b, true), third(c);
  const LogisticRows rows{{&first, &second, &third}, labels.data(), nullptr, labels.size()};
  const LogisticFit free = fit_logistic(rows, {});
  EXPECT_EQ(free.intercept, -0x1.e6351a6f0491dp+1);
  EXPECT_EQ(free.coefficients, (std::vector<double>{0x1.6b5c0bc0e7f61p-8, 0x1.e0f027e88963fp-1,
                                                    0x1.827dacc7e3cbep-7}));
  EXPECT_EQ(free.covariance[0], 0x1.870c4db6b7f2p-8);
  EXPECT_EQ(free.covariance[5], 0x1.3519503e8c091p-14);
  const LogisticFit penalised = fit_logistic(rows, {3, 0});
  EXPECT_EQ(penalised.intercept, -0x1.e45cdb8b8e2b2p+1);
  EXPECT_EQ(penalised.coefficients, (std::vector<double>{0x1.6a456089ad6a7p-8, 0x1.d4291a4634cf3p-1,
                                                         0x1.8247548237bf8p-7}));
}

// Near the least the loss is level but for its rounding, which must neither halve steps nor end the
// fit.
TEST(LogisticFit, IsNotHeldUpByRounding) {
  constexpr int kColumns = 6, kRows = 20000;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random(seed);
    std::vector<double> numbers[kColumns];
    std::vector<std::uint8_t> labels;
    for (int i = 0; i < kRows; ++i) {
      double margin = -2.5;
      for (auto& column : numbers) {
        column.push_back((static_cast<double>(random.below(6)) - 2.5) / 3);
        margin += 0.2 * column.back();
      }
      labels.push_back(random.uniform() < logistic(margin));
    }
    const std::vector<GivenColumn> columns(std::begin(numbers), std::end(numbers));
    LogisticRows rows{{}, labels.data(), nullptr, kRows};
    for (const GivenColumn& column : columns) rows.columns.push_back(&column);
    const LogisticFit fit = fit_logistic(rows, {});
    EXPECT_TRUE(fit.converged()) << seed;
    EXPECT_EQ(fit.steps, 5) << seed;
  }
}

TEST(LogisticFit, IsTheSameOfSomeColumnsOfMany) {
  const Rows rows;
  const GivenColumn a(rows.columns[0]), b(rows.columns[1], true), c(rows.columns[2]), twice = a;
  const LogisticRows all{
      {&twice, &a, &b, &c}, rows.labels.data(), rows.weights.data(), rows.labels.size()};
  LogisticFits fits(all, StopFlag());
  EXPECT_EQ(fits.fit({0, 1, 3}, {}).outcome, Outcome::kCollinear);
  for (const LogisticPenalties penalties :
       {LogisticPenalties{}, LogisticPenalties{2, 0}, LogisticPenalties{0, 3}}) {
    for (const std::vector<std::size_t>& columns :
         std::vector<std::vector<std::size_t>>{{}, {2}, {1, 3}, {0, 2}, {1, 2, 3}}) {
      LogisticRows own = all;
      own.columns.clear();
      for (const std::size_t column : columns) own.columns.push_back(all.columns[column]);
      const LogisticFit expected = fit_logistic(own, penalties);
      const LogisticFit found = fits.fit(columns, penalties);
      EXPECT_TRUE(found.converged());
      EXPECT_EQ(found.steps, expected.steps);
      EXPECT_EQ(found.intercept, expected.intercept);
      EXPECT_EQ(found.coefficients, expected.coefficients);
      EXPECT_EQ(found.covariance, expected.covariance);
    }
  }
}

TEST(LogisticFit, NamesTheCollinearColumn) {
  Rows rows;
  for (int i = 0; i < 60; ++i) rows.columns[2][i] = 3 - rows.columns[0][i] + rows.columns[1][i];
  LogisticFit fit = rows.fit({});
  EXPECT_EQ(fit.outcome, Outcome::kCollinear);
  EXPECT_EQ(fit.column, 2u);
  EXPECT_TRUE(rows.fit({1, 0}).converged());
  rows.columns[1].assign(60, 7.1);
  fit = rows.fit({});
  EXPECT_EQ(fit.outcome, Outcome::kCollinear);
  EXPECT_EQ(fit.column, 1u);
  EXPECT_EQ(rows.fit({1, 0}).coefficients[1], 0.0);
  EXPECT_EQ(rows.fit({0, 1}).coefficients[1], 0.0);
}

TEST(LogisticFit, TellsSeparation) {
  Rows rows;
  for (int i = 0; i < 60; ++i) rows.columns[1][i] = rows.labels[i] + i % 5 / 10.0;
  EXPECT_EQ(rows.fit({}).outcome, Outcome::kSeparated);
  EXPECT_EQ(rows.fit({}).column, 1u);
  EXPECT_TRUE(rows.fit({1, 0}).converged());
  // only of some rows
  for (int i = 0; i < 60; ++i) rows.columns[1][i] = rows.labels[i] == 1 && i % 2 == 0;
  EXPECT_EQ(rows.fit({}).outcome, Outcome::kSeparated);
}

// What the last steps gain is less than the rounding of the loss. With one column of two values the
// fit has the odds of each.
TEST(LogisticFit, EndsWhereRoundingHidesTheGain) {
  for (int count = 1000; count <= 8000; count += 50) {
    std::vector<double> column;
    std::vector<std::uint8_t> labels;
    double rows[2] = {}, ones[2] = {};
    for (int i = 1; i <= count; ++i) {
      const bool x = i * 31 % 50 < 9, one = i * 61 % 100 < 10 + i * 37 % 101 / 4;
      column.push_back(x);
      labels.push_back(one);
      rows[x] += 1;
      ones[x] += one;
    }
    const GivenColumn given(column);
    const LogisticFit fit = fit_logistic({{&given}, labels.data(), nullptr, labels.size()}, {});
    const double even = std::log(ones[0] / (rows[0] - ones[0]));
    SCOPED_TRACE(count);
    expect_fit(fit, even, {std::log(ones[1] / (rows[1] - ones[1])) - even}, 1e-9);
  }
}

TEST(LogisticFit, FitsTheInterceptAlone) {
  const Rows rows;
  const LogisticFit fit = fit_logistic({{}, rows.labels.data(), nullptr, 60}, {});
  EXPECT_TRUE(fit.converged());
  EXPECT_NEAR(fit.intercept, std::log(23.0 / 37.0), 1e-15);
}

TEST(LogisticFit, RefusesWhatIsNoRow) {
  const auto refused = [](Rows rows, LogisticPenalties penalties = {}, bool weighted = false) {
    EXPECT_THROW(rows.fit(penalties, weighted), Error);
  };
  Rows rows;
  rows.columns[1][3] = std::nan("");
  refused(rows);
  rows = {};
  rows.columns[1][3] = std::numeric_limits<double>::infinity();
  refused(rows);
  rows = {};
  rows.labels.assign(60, 1);
  refused(rows);
  rows.labels[5] = 2;
  refused(rows);
  rows = {};
  rows.weights[7] = -1;
  refused(rows, {}, true);
  refused(Rows(), {-1, 0});
  refused(Rows(), {0, std::nan("")});
}

TEST(LogisticFit, StopsWhenTold) {
  const Rows rows;
  const GivenColumn column(rows.columns[0]);
  const volatile int up = 1;
  EXPECT_THROW(fit_logistic({{&column}, rows.labels.data(), nullptr, 60}, {}, StopFlag(&up)),
               Error);
}

}  // namespace
}  // namespace credit_risk
