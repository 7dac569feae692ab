#include "core/train/data/column_values.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "core/random.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kRows = ColumnValues::kPieceRows;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

template <class Make>
std::vector<double> made(std::size_t rows, Make make) {
  Random random(5);
  std::vector<double> values;
  for (std::size_t row = 0; row < rows; ++row)
    values.push_back(random.below(50) == 0 ? kMissing : make(random, row));
  return values;
}

ColumnValues packed(const std::vector<double>& values) {
  ColumnValues result(values);
  result.pack();
  return result;
}

void expect_same(const ColumnValues& values, const std::vector<double>& expected) {
  ASSERT_EQ(values.size(), expected.size());
  std::size_t different = 0, row = 0;
  for (const double value : values)
    different += std::memcmp(&value, &expected[row++], sizeof value) != 0;
  EXPECT_EQ(different, 0u);
  std::vector<double> copied(expected.size() - 7);
  values.copy(7, copied.size(), copied.data());
  EXPECT_EQ(std::memcmp(copied.data(), expected.data() + 7, copied.size() * sizeof(double)), 0);
}

// `values` packed are the same bits, in at most so many bytes a row.
void expect_packed(const std::vector<double>& values, double bytes_per_row) {
  const ColumnValues kept = packed(values);
  expect_same(kept, values);
  const auto whole = static_cast<double>(values.size() / kRows * kRows);
  EXPECT_LE(static_cast<double>(kept.bytes()), whole * bytes_per_row + 8 * 2 * kRows + 4096);
}

TEST(ColumnValues, PacksFewValuesInAByte) {
  expect_packed(
      made(3 * kRows + 5, [](Random& random, std::size_t) { return random.below(200) * 0.37; }),
      1.1);
  expect_packed(std::vector<double>(2 * kRows, 0.1), 1.1);
  expect_packed(std::vector<double>(2 * kRows, kMissing), 1.1);
}

TEST(ColumnValues, PacksWholeNumbersAndDecimals) {
  const auto below = [](std::uint32_t bound, double scale, double base) {
    return made(2 * kRows,
                [=](Random& random, std::size_t) { return (random.below(bound) + base) / scale; });
  };
  expect_packed(below(60000, 1, -30000), 2.1);
  expect_packed(below(60000, 100, 5), 2.1);
  expect_packed(below(65535, 1, 0), 2.1);
  expect_packed(below(65536, 1, 0), 4.1);
  expect_packed(below(4000000000u, 100, -17), 4.1);
  expect_packed(below(1000000, 1000, 1e12), 4.1);
}

TEST(ColumnValues, PacksSinglePrecisionAndKeepsDoubles) {
  expect_packed(made(2 * kRows,
                     [](Random& random, std::size_t) {
                       return static_cast<double>(static_cast<float>(random.uniform()));
                     }),
                4.1);
  expect_packed(made(2 * kRows, [](Random& random, std::size_t) { return random.uniform(); }), 8.1);
}

TEST(ColumnValues, KeepsAwkwardNumbers) {
  const double awkward[] = {
      -0.0, 0.0,   5e-324, 1.7976931348623157e308, -1e300, 4294967295.0, 9007199254740993.0, 1e-3,
      0.29, -0.29, 1e22};
  auto values = made(2 * kRows + 11, [&](Random& random, std::size_t row) {
    return row % 3 == 0 ? awkward[random.below(11)] : static_cast<double>(row);
  });
  expect_same(packed(values), values);
  values = made(2 * kRows, [](Random&, std::size_t row) {
    return row % 2 == 0 ? -0.0 : static_cast<double>(row);
  });
  expect_same(packed(values), values);
}

TEST(ColumnValues, RoundsToSinglePrecisionWhatOnlyDoublesHold) {
  auto values = made(2 * kRows, [](Random& random, std::size_t row) {
    return row == 9 ? 1e300 : random.uniform();
  });
  ColumnValues kept = packed(values);
  kept.round_to_single();
  for (std::size_t row = 0; row < values.size(); ++row)
    if (row != 9) values[row] = static_cast<double>(static_cast<float>(values[row]));
  expect_same(kept, values);
  EXPECT_LT(kept.bytes(), 13 * kRows + 16 * kRows);
}

TEST(ColumnValues, ChangesWhatIsPacked) {
  auto values =
      made(2 * kRows + 3, [](Random& random, std::size_t) { return random.below(9) * 1.0; });
  ColumnValues kept = packed(values);
  const auto change = [](double value) { return std::isnan(value) ? value : 8 - value; };
  kept.replace(change);
  for (double& value : values) value = change(value);
  expect_same(kept, values);
  kept[5] = values[5] = 0.5;
  expect_same(kept, values);
  kept.push_back(3);
  values.push_back(3);
  expect_same(kept, values);
}

}  // namespace
}  // namespace credit_risk
