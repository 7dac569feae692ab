// What rows weigh, as whole numbers: sums of them are exact in any order.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/train/class_weights.hpp"
#include "core/train/data/columns.hpp"

namespace credit_risk {

struct RowWeights {
  std::vector<std::uint32_t> units;  // of each row, at least 1
  double unit = 1.0;                 // what one of them weighs, a power of two
};

// weights[row] times the weight of the row's class, rounded to units: at least 2^19 of them, for
// more than 2^22 rows 2^41 / rows, make the greatest weight. As many rows as there are, each of the
// greatest weight, add up to less than 2^42 units. Weights are positive and finite.
RowWeights row_weights(const double* weights, const std::uint8_t* target, std::uint32_t rows,
                       ClassWeights classes);

// What a row of each class weighs besides its own weight: so much that both classes come to the
// same in total (`balanced`), or as given, rounded as balanced ones are. `weights`: of the rows;
// null: 1 for each.
ClassWeights class_weights(bool balanced, const double (&given)[2], const double* weights,
                           const std::uint8_t* target, std::size_t rows);

// The weight of a row of class 1 over that of a row of class 0 which weighs the same itself.
double event_weight(bool balanced, const double (&given)[2], const TrainingData& data,
                    const std::vector<std::uint32_t>& rows);

// Refuses what is no weight of a class: within 1e-6 and 1e6.
void check_class_weights(const double (&given)[2]);

}  // namespace credit_risk
