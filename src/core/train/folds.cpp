#include "core/train/folds.hpp"

#include <algorithm>
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
constexpr std::uint32_t kPollRows = 65536;
constexpr std::uint64_t kFoldStream = kSplitStream + 2;

// The rows of each class, shuffled by Fisher and Yates.
std::array<std::vector<std::uint32_t>, 2> shuffled_classes(const std::vector<std::uint8_t>& target,
                                                           std::uint64_t seed, std::uint64_t stream,
                                                           const StopFlag& stop) {
  std::array<std::vector<std::uint32_t>, 2> classes;
  for (std::uint32_t row = 0; row < target.size(); ++row) classes[target[row] != 0].push_back(row);
  for (std::size_t label = 0; label < 2; ++label) {
    Random random(seed, stream + label);
    auto& rows = classes[label];
    for (auto left = static_cast<std::uint32_t>(rows.size()); left > 1; --left) {
      if (left % kPollRows == 0) stop.poll();
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

// Both parts of a split by time hold both classes.
void check_classes(const RowSplit& split, const std::vector<std::uint8_t>& target,
                   const std::string& part) {
  for (const auto* const rows : {&split.train, &split.test}) {
    std::size_t ones = 0;
    for (const std::uint32_t row : *rows) ones += target[row];
    if (ones > 0 && ones < rows->size()) continue;
    throw Error(
        ErrorKind::kInvalidInput,
        std::string("the rows ") + (rows == &split.train ? "before " : "of ") + part +
            " have one class only",
        std::to_string(rows->size()) + " rows, of which " + std::to_string(ones) + " are positive.",
        "Bring rows of both classes at all times, or set params.folds or "
        "params.test_share lower.");
  }
}

}  // namespace

RowSplit stratified_split(const std::vector<std::uint8_t>& target, double test_share,
                          std::uint64_t seed, const StopFlag& stop) {
  const auto classes = shuffled_classes(target, seed, kSplitStream, stop);
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
                                            std::uint16_t folds, std::uint64_t seed,
                                            std::uint32_t repeat, const StopFlag& stop) {
  const auto classes =
      shuffled_classes(target, seed, kFoldStream + 2 * std::uint64_t{repeat}, stop);
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

RowSplit latest_split(const std::vector<double>& time, const std::vector<std::uint8_t>& target,
                      double test_share) {
  const auto held_out =
      static_cast<std::size_t>(std::ceil(test_share * static_cast<double>(time.size())));
  std::vector<double> sorted = time;
  const auto first = sorted.end() - static_cast<std::ptrdiff_t>(std::min(held_out, sorted.size()));
  if (first != sorted.end()) std::nth_element(sorted.begin(), first, sorted.end());
  RowSplit split;
  for (std::uint32_t row = 0; row < time.size(); ++row) {
    (first != sorted.end() && time[row] >= *first ? split.test : split.train).push_back(row);
  }
  check_classes(split, target, "the held-out part");
  return split;
}

std::vector<std::uint16_t> time_blocks(const std::vector<double>& time, std::uint16_t folds,
                                       const StopFlag& stop) {
  std::vector<double> sorted = time;
  std::uint32_t ticks = 0;
  std::sort(sorted.begin(), sorted.end(), [&](double a, double b) {
    if (++ticks % kPollRows == 0) stop.poll();
    return a < b;
  });
  std::vector<double> starts;
  for (std::size_t block = 1; block <= folds && !sorted.empty(); ++block) {
    const double start = sorted[block * sorted.size() / (folds + 1u)];
    if (start > (starts.empty() ? sorted[0] : starts.back())) starts.push_back(start);
  }
  if (starts.size() < folds) {
    throw Error(ErrorKind::kInvalidInput,
                "the rows are of too few times for " + std::to_string(folds) + " folds",
                "They part into " + std::to_string(starts.size() + 1) + " stretches of time, " +
                    std::to_string(folds + 1) + " are needed.",
                "Set params.folds lower, or take a finer time.");
  }
  std::vector<std::uint16_t> block_of(time.size());
  for (std::size_t row = 0; row < time.size(); ++row) {
    block_of[row] = static_cast<std::uint16_t>(
        std::upper_bound(starts.begin(), starts.end(), time[row]) - starts.begin());
  }
  return block_of;
}

RowSplit hold_out_block(const std::vector<std::uint16_t>& blocks, std::uint16_t fold,
                        const std::vector<std::uint8_t>& target) {
  RowSplit split;
  for (std::uint32_t row = 0; row < blocks.size(); ++row) {
    if (blocks[row] <= fold) split.train.push_back(row);
    if (blocks[row] == fold + 1) split.test.push_back(row);
  }
  check_classes(split, target, "fold " + std::to_string(fold + 1));
  return split;
}

}  // namespace credit_risk
