// Seeded splits of the rows into parts with the same share of each class.
#pragma once
#include <cstdint>
#include <vector>

namespace credit_risk {

// Row numbers in ascending order.
struct RowSplit {
  std::vector<std::uint32_t> train;
  std::vector<std::uint32_t> test;
};

// Holds out ceil(test_share * rows) rows, 0 < test_share < 1. Refuses when either part lacks a
// class.
RowSplit stratified_split(const std::vector<std::uint8_t>& target, double test_share,
                          std::uint64_t seed);

// The fold (0 .. folds-1) of each row; folds >= 2. Refuses when a class has fewer rows than there
// are folds.
std::vector<std::uint16_t> stratified_folds(const std::vector<std::uint8_t>& target,
                                            std::uint16_t folds, std::uint64_t seed);

// Fold `fold` held out, the others to train.
RowSplit hold_out(const std::vector<std::uint16_t>& folds, std::uint16_t fold);

}  // namespace credit_risk
