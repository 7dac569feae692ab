#include "core/train/data/training_message.hpp"

namespace credit_risk {
namespace {

void write(MessageWriter& message, const Feature& feature) {
  message.text(feature.name);
  message.value(feature.kind);
  message.value(feature.zero_is_missing);
  message.value(std::uint64_t{feature.categories.size()});
  for (const std::string& category : feature.categories) message.text(category);
}

Feature read_feature(MessageReader& message) {
  Feature feature;
  message.text(feature.name);
  feature.kind = message.value<FeatureKind>();
  feature.zero_is_missing = message.value<bool>();
  const auto categories = message.value<std::uint64_t>();
  for (std::uint64_t k = 0; k < categories; ++k) message.text(feature.categories.emplace_back());
  return feature;
}

void write(MessageWriter& message, const Column& column) {
  write(message, column.feature);
  column.values.write(message);
}

Column read_column(MessageReader& message) {
  Column column;
  column.feature = read_feature(message);
  column.values.read(message);
  return column;
}

}  // namespace

void write(MessageWriter& message, const std::vector<Feature>& features) {
  message.value(std::uint64_t{features.size()});
  for (const Feature& feature : features) write(message, feature);
}

std::vector<Feature> read_features(MessageReader& message) {
  std::vector<Feature> features;
  const auto count = message.value<std::uint64_t>();
  for (std::uint64_t f = 0; f < count; ++f) features.push_back(read_feature(message));
  return features;
}

void write(MessageWriter& message, const TrainingData& data) {
  message.value(std::uint64_t{data.columns.size()});
  for (const Column& column : data.columns) write(message, column);
  message.array(data.target);
  message.array(data.time);
  message.array(data.weights);
  message.value(std::uint64_t{data.refused.size()});
  for (const std::vector<double>& values : data.refused) message.array(values);
}

TrainingData read_training_data(MessageReader& message) {
  TrainingData data;
  const auto columns = message.value<std::uint64_t>();
  for (std::uint64_t c = 0; c < columns; ++c) data.columns.push_back(read_column(message));
  message.array(data.target);
  message.array(data.time);
  message.array(data.weights);
  const auto refused = message.value<std::uint64_t>();
  for (std::uint64_t c = 0; c < refused; ++c) message.array(data.refused.emplace_back());
  return data;
}

}  // namespace credit_risk
