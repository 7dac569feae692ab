#include "core/train/data/training_message.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "training_rows.hpp"

namespace credit_risk {
namespace {

TrainingData varied() {
  constexpr std::size_t kRows = ColumnValues::kPieceRows + 100;
  std::vector<double> single, text, plain;
  TrainingData data;
  for (std::size_t row = 0; row < kRows; ++row) {
    single.push_back(row % 11 == 0 ? NAN : static_cast<double>(static_cast<float>(row * 0.37)));
    text.push_back(static_cast<double>(row % 3));
    plain.push_back(row * 0.1 + 1e-9);
    data.target.push_back(row % 4 == 0);
    data.weights.push_back(1 + row % 5);
    data.time.push_back(static_cast<double>(row / 7));
  }
  data.columns = {numeric("single", single), categorical("text", {"a", "", "\xC3\xA9"}, text),
                  numeric("plain", plain)};
  data.columns[2].feature.zero_is_missing = true;
  for (Column& column : data.columns) column.values.pack();
  data.refused = {{1, 2}, {0, NAN}, {5, 6}};
  return data;
}

std::string packed(const TrainingData& data) {
  return write_message([&](MessageWriter& message) { write(message, data); });
}

TEST(TrainingMessage, GivesTheSameRowsBack) {
  const TrainingData data = varied();
  const std::string bytes = packed(data);
  MessageReader message(bytes.data(), bytes.size());
  const TrainingData again = read_training_data(message);
  message.end();
  EXPECT_EQ(packed(again), bytes);
  EXPECT_EQ(again.target, data.target);
  EXPECT_EQ(again.weights, data.weights);
  EXPECT_EQ(again.time, data.time);
  ASSERT_EQ(again.columns.size(), 3u);
  EXPECT_EQ(again.columns[1].feature.categories, data.columns[1].feature.categories);
  EXPECT_EQ(again.columns[1].feature.kind, FeatureKind::kCategorical);
  EXPECT_TRUE(again.columns[2].feature.zero_is_missing);
  for (std::size_t row = 0; row < data.rows(); ++row) {
    double before[3], after[3];
    copy_row(data, row, before);
    copy_row(again, row, after);
    ASSERT_EQ(std::memcmp(before, after, sizeof before), 0) << row;
  }
  EXPECT_EQ(again.refused[2], data.refused[2]);
  EXPECT_LE(again.columns[0].values.bytes(), data.columns[0].values.bytes());
}

TEST(TrainingMessage, RefusesWhatIsCutShort) {
  TrainingData data = varied();
  for (Column& column : data.columns) column.values = {1, 2, 3};
  data.target = {0, 1, 1};
  data.time = data.weights = {};
  const std::string bytes = packed(data);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    MessageReader message(bytes.data(), size);
    EXPECT_THROW(read_training_data(message), std::length_error) << size;
  }
  const std::string longer = bytes + "x";
  MessageReader message(longer.data(), longer.size());
  read_training_data(message);
  EXPECT_THROW(message.end(), std::length_error);
}

}  // namespace
}  // namespace credit_risk
