#include "core/train/forest/out_of_bag.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/random.hpp"

namespace credit_risk {
namespace {

constexpr std::uint32_t kPollRows = 32768;
constexpr std::size_t kGroup = 64;       // trees, one for each bit of a word
constexpr std::size_t kBatchRows = 256;  // copied at once

// Of a row that the tree was trained beside, so that no category is new to it.
double leaf_value(const TreeEnsemble& trees, std::size_t tree, const double* row) noexcept {
  auto node = static_cast<std::size_t>(trees.root[tree]);
  while (trees.feature[node] != TreeEnsemble::kLeaf) {
    const double x = row[trees.feature[node]];
    bool left;
    if (std::isnan(x)) {
      left = (trees.flags[node] & TreeEnsemble::kMissingLeft) != 0;
    } else if (trees.category_begin[node] < 0) {
      left = x <= trees.threshold[node];
    } else {
      const auto code = static_cast<std::size_t>(x);
      const auto first = static_cast<std::size_t>(trees.category_begin[node]);
      left = ((trees.category_words[first + code / 64] >> (code % 64)) & 1) != 0;
    }
    node = static_cast<std::size_t>(left ? trees.left[node] : trees.right[node]);
  }
  return trees.value[node];
}

class OutOfBag {
 public:
  OutOfBag(const Model& forest, const ForestParams& params, const TrainingData& data,
           const std::vector<std::uint32_t>& rows, const StopFlag& stop)
      : trees_(forest.trees),
        params_(params),
        data_(data),
        rows_(rows),
        stop_(stop),
        sum_(rows.size(), 0.0),
        count_(rows.size(), 0),
        batch_(kBatchRows * data.columns.size()) {}

  std::vector<double> margins() {
    for (std::size_t begin = 0; begin < trees_.tree_count(); begin += kGroup) {
      const std::size_t end = std::min(begin + kGroup, trees_.tree_count());
      draw(begin, end);
      for (std::size_t row = 0; row < rows_.size(); row += kBatchRows)
        add(begin, end, row, std::min(row + kBatchRows, rows_.size()));
    }
    for (std::size_t row = 0; row < sum_.size(); ++row) {
      sum_[row] = count_[row] > 0 ? sum_[row] / static_cast<double>(count_[row])
                                  : std::numeric_limits<double>::quiet_NaN();
    }
    return std::move(sum_);
  }

 private:
  // Bit t of drawn_[row]: tree begin + t drew the row, as the grower did.
  void draw(std::size_t begin, std::size_t end) {
    drawn_.assign(rows_.size(), 0);
    const auto count = static_cast<std::uint32_t>(rows_.size());
    for (std::size_t tree = begin; tree < end; ++tree) {
      Random random(params_.seed, tree);
      const std::uint64_t bit = std::uint64_t{1} << (tree - begin);
      for (std::uint32_t i = 0; i < count; ++i) {
        if (i % kPollRows == 0) stop_.poll();
        drawn_[random.below(count)] |= bit;
      }
    }
  }

  void add(std::size_t tree_begin, std::size_t tree_end, std::size_t begin, std::size_t end) {
    stop_.poll();
    const std::size_t width = data_.columns.size();
    for (std::size_t row = begin; row < end; ++row)
      copy_row(data_, rows_[row], batch_.data() + (row - begin) * width);
    for (std::size_t tree = tree_begin; tree < tree_end; ++tree) {
      for (std::size_t row = begin; row < end; ++row) {
        if ((drawn_[row] >> (tree - tree_begin) & 1) != 0) continue;
        sum_[row] += leaf_value(trees_, tree, batch_.data() + (row - begin) * width);
        ++count_[row];
      }
    }
  }

  const TreeEnsemble& trees_;
  const ForestParams& params_;
  const TrainingData& data_;
  const std::vector<std::uint32_t>& rows_;
  const StopFlag& stop_;
  std::vector<double> sum_;
  std::vector<std::uint32_t> count_;
  std::vector<double> batch_;
  std::vector<std::uint64_t> drawn_;
};

}  // namespace

std::vector<double> out_of_bag_margins(const Model& forest, const ForestParams& params,
                                       const TrainingData& data,
                                       const std::vector<std::uint32_t>& rows,
                                       const StopFlag& stop) {
  return OutOfBag(forest, params, data, rows, stop).margins();
}

}  // namespace credit_risk
