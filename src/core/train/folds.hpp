// Splits of the rows: seeded, into parts with the same share of each class; or by time, so that a
// model is measured on what came after the rows it learnt from.
#pragma once
#include <cstdint>
#include <vector>

#include "core/stop_flag.hpp"

namespace credit_risk {

// Row numbers in ascending order.
struct RowSplit {
  std::vector<std::uint32_t> train;
  std::vector<std::uint32_t> test;
};

// Holds out ceil(test_share * rows) rows, 0 < test_share < 1. Refuses when either part lacks a
// class.
RowSplit stratified_split(const std::vector<std::uint8_t>& target, double test_share,
                          std::uint64_t seed, const StopFlag& stop = StopFlag());

// The fold (0 .. folds-1) of each row; folds >= 2. Each repeat draws other folds. Refuses when a
// class has fewer rows than there are folds.
std::vector<std::uint16_t> stratified_folds(const std::vector<std::uint8_t>& target,
                                            std::uint16_t folds, std::uint64_t seed,
                                            std::uint32_t repeat = 0,
                                            const StopFlag& stop = StopFlag());

// Fold `fold` held out, the others to train.
RowSplit hold_out(const std::vector<std::uint16_t>& folds, std::uint16_t fold);

// Holds out the latest rows: ceil(test_share * rows) of them, and those of the same time as the
// earliest of these. Refuses when either part lacks a class.
RowSplit latest_split(const std::vector<double>& time, const std::vector<std::uint8_t>& target,
                      double test_share);

// The block (0 .. folds) of each row: folds + 1 stretches of time one after the other, of about
// equally many rows; rows of one time share a block. Refuses when there are too few times for that.
std::vector<std::uint16_t> time_blocks(const std::vector<double>& time, std::uint16_t folds,
                                       const StopFlag& stop = StopFlag());

// Block `fold` + 1 held out, all blocks before it to train. Refuses when either part lacks a class.
RowSplit hold_out_block(const std::vector<std::uint16_t>& blocks, std::uint16_t fold,
                        const std::vector<std::uint8_t>& target);

}  // namespace credit_risk
