#include "core/train/folds.hpp"

#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "core/random.hpp"

namespace credit_risk {
namespace {

// Beyond the streams of the trees, which are numbered from 0.
constexpr std::uint64_t kSplitStream = std::uint64_t{1} << 40;
constexpr std::uint64_t kFoldStream = kSplitStream + 2;

// The rows of each class, shuffled by Fisher and Yates.
std::array<std::vector<std::uint32_t>, 2> shuffled_classes(const std::vector<std::uint8_t>& target,
                                                           std::uint64_t seed,
                                                           std::uint64_t stream) {
  std::array<std::vector<std::uint32_t>, 2> classes;
  for (std::uint32_t row = 0; row < target.size(); ++row) classes[target[row] != 0].push_back(row);
  for (std::size_t label = 0; label < 2; ++label) {
    Random random(seed, stream + label);
    auto& rows = classes[label];
    for (auto left = static_cast<std::uint32_t>(rows.size()); left > 1; --left) {
      std::swap(rows[left - 1], rows[random.below(left)]);
    }
  }
  return classes;
}

[[noreturn]] void refuse(std::size_t zeros, std::size_t ones, const std::string& message,
                         const std::string& hint) {
  throw Error(ErrorKind::kInvalidInput, message,
              "The target has " + std::to_string(zeros) + " negative and " + std::to_string(ones) +
                  " positive rows.",
              hint);
}

}  // namespace

RowSplit stratified_split(const std::vector<std::uint8_t>& target, double test_share,
                          std::uint64_t seed) {
  const auto classes = shuffled_classes(target, seed, kSplitStream);
  const auto rows = static_cast<double>(target.size());
  const double held_out = std::ceil(test_share * rows);
  const auto test_ones = static_cast<std::size_t>(
      std::floor(held_out * static_cast<double>(classes[1].size()) / rows + 0.5));
  const std::size_t test_count[2] = {static_cast<std::size_t>(held_out) - test_ones, test_ones};
  std::vector<std::uint8_t> is_test(target.size(), 0);
  for (std::size_t label = 0; label < 2; ++label) {
    if (test_count[label] == 0 || test_count[label] >= classes[label].size()) {
      refuse(classes[0].size(), classes[1].size(),
             "the training set is too small to hold out a test part",
             "Bring more rows of the rarer class, or set params.test_share so that both parts have "
             "some.");
    }
    for (std::size_t i = 0; i < test_count[label]; ++i) is_test[classes[label][i]] = 1;
  }
  RowSplit split;
  for (std::uint32_t row = 0; row < target.size(); ++row) {
    (is_test[row] != 0 ? split.test : split.train).push_back(row);
  }
  return split;
}

std::vector<std::uint16_t> stratified_folds(const std::vector<std::uint8_t>& target,
                                            std::uint16_t folds, std::uint64_t seed) {
  const auto classes = shuffled_classes(target, seed, kFoldStream);
  std::vector<std::uint16_t> fold_of(target.size());
  std::size_t next = 0;
  for (const auto& rows : classes) {
    if (rows.size() < folds) {
      refuse(classes[0].size(), classes[1].size(),
             "the training set is too small for " + std::to_string(folds) + " folds",
             "Each class needs a row in each fold: bring more rows, or set params.folds lower (0 "
             "for none).");
    }
    // Going on where the other class stopped keeps the folds equally large.
    for (std::uint32_t row : rows) fold_of[row] = static_cast<std::uint16_t>(next++ % folds);
  }
  return fold_of;
}

RowSplit hold_out(const std::vector<std::uint16_t>& folds, std::uint16_t fold) {
  RowSplit split;
  for (std::uint32_t row = 0; row < folds.size(); ++row) {
    (folds[row] == fold ? split.test : split.train).push_back(row);
  }
  return split;
}

}  // namespace credit_risk
