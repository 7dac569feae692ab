// Training data as bytes on their way to the parallel workers of a machine; never stored.
#pragma once
#include "core/message.hpp"
#include "core/train/data/columns.hpp"

namespace credit_risk {

void write(MessageWriter& message, const std::vector<Feature>& features);
std::vector<Feature> read_features(MessageReader& message);

void write(MessageWriter& message, const TrainingData& data);
TrainingData read_training_data(MessageReader& message);

}  // namespace credit_risk
