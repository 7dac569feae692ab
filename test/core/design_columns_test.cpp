#include "core/train/logistic/design_columns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "core/error.hpp"

namespace credit_risk {
namespace {

using Numbers = std::vector<double>;

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

TrainingData data_of(ColumnValues numbers, ColumnValues codes) {
  TrainingData data;
  data.target.resize(numbers.size());
  data.columns = {{{"income", FeatureKind::kNumeric, {}}, std::move(numbers)},
                  {{"town", FeatureKind::kCategorical, {"A", "B", "C"}}, std::move(codes)}};
  return data;
}

Numbers all_of(const DesignColumn& column, std::size_t rows) {
  Numbers scratch(rows);
  const double* const numbers = column.read(0, rows, scratch.data());
  return {numbers, numbers + rows};
}

TEST(DesignColumns, StandForNumbersGapsAndCategories) {
  const TrainingData data = data_of({9, 4, kGap, 8, 12}, {0, 1, 1, kGap, 0});
  const std::vector<std::uint32_t> rows{1, 2, 3, 4};
  const DesignColumns design = design_columns(data, rows, true, {});
  ASSERT_EQ(design.columns.size(), 4u);
  EXPECT_EQ(design.scales[0].center, 8);
  const double deviation = std::sqrt(32.0 / 3);
  EXPECT_EQ(design.scales[0].deviation, deviation);
  EXPECT_EQ(all_of(design.columns[0], 4), (Numbers{-4 / deviation, 0, 0, 4 / deviation}));
  EXPECT_EQ(design.columns[1].kind(), CoefficientKind::kMissing);
  EXPECT_EQ(all_of(design.columns[1], 4), (Numbers{0, 1, 0, 0}));
  EXPECT_EQ(design.columns[2].category(), 0u);  // town B is the most frequent
  EXPECT_EQ(all_of(design.columns[2], 4), (Numbers{0, 0, 0, 1}));
  EXPECT_EQ(design.columns[3].kind(), CoefficientKind::kMissing);
  EXPECT_EQ(all_of(design.columns[3], 4), (Numbers{0, 0, 1, 0}));
}

TEST(DesignColumns, AreTheSameHeldOrMadeAnew) {
  Numbers numbers, codes;
  for (std::uint32_t i = 0; i < 3000; ++i) {
    numbers.push_back(i % 7 == 0 ? kGap : i * 37 % 1009 / 10.0);
    codes.push_back(i % 11 == 0 ? kGap : i % 3);
  }
  const TrainingData data = data_of(numbers, codes);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < 3000; i += 2) rows.push_back(i);
  const DesignColumns held = design_columns(data, rows, true, {});
  const DesignColumns anew = design_columns(data, rows, true, {}, 0);
  ASSERT_EQ(held.columns.size(), 5u);
  ASSERT_EQ(anew.columns.size(), 5u);
  double scratch[3] = {kGap, kGap, kGap};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(all_of(held.columns[i], rows.size()), all_of(anew.columns[i], rows.size()));
    EXPECT_NE(held.columns[i].read(700, 3, scratch), scratch);
    EXPECT_EQ(anew.columns[i].read(700, 3, scratch), scratch);
    const Numbers all = all_of(held.columns[i], rows.size());
    EXPECT_TRUE(std::equal(scratch, scratch + 3, all.data() + 700));
  }
}

TEST(DesignColumns, RefusesNumbersWithoutDeviation) {
  const TrainingData data = data_of({1e307, -1e307, 3, 4}, {0, 1, 0, 1});
  try {
    design_columns(data, {0, 1, 2, 3}, true, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "feature \"income\" is too large for a logistic regression");
  }
}

TEST(DesignColumns, RefusesTooMany) {
  TrainingData data;
  data.target = {0, 1};
  for (std::size_t f = 0; f <= kMaxDesignColumns; ++f)
    data.columns.push_back({{"f" + std::to_string(f), FeatureKind::kNumeric, {}}, {0, 1}});
  const std::vector<std::uint32_t> rows{0, 1};
  try {
    design_columns(data, rows, true, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kLimit);
    EXPECT_EQ(error.detail(),
              "Numbers, gaps and categories are more than 4000 columns, at feature \"f4000\".");
  }
  data.columns.pop_back();
  EXPECT_EQ(design_columns(data, rows, true, {}).columns.size(), kMaxDesignColumns);
}

}  // namespace
}  // namespace credit_risk
