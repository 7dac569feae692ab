#include "core/train/boosting/gradient_boosting.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

#include "core/model/logistic.hpp"
#include "core/model/natural_log.hpp"
#include "core/random.hpp"
#include "core/train/boosting/tree_builder.hpp"
#include "core/train/folds.hpp"
#include "core/train/row_weights.hpp"
#include "core/train/forest/tree_grower.hpp"

namespace credit_risk {
namespace {

constexpr std::uint32_t kPollRows = 16384;
constexpr std::size_t kBlockRows = 1024;
// The validation loss is a sum of integers, which a team may add in any order: 2^-23 each, so that
// a billion rows of the greatest loss, that of the least probability, fit 64 bits.
constexpr double kLossUnits = 8388608.0;
constexpr double kLeastProbability = 1e-300;
constexpr std::uint64_t kValidationSeed = 0x76616C6964617465ull;  // apart from the held-out part's

// What rows weigh, times their class, as parts of the least power of two that none is above: so
// gradients keep within the range of those of weight 1. Dividing all sums by a power of two changes
// nothing but what they are compared with.
class Weights {
 public:
  Weights(const BinnedMatrix& matrix, const BoostingParams& params, const StopFlag& stop)
      : classes_(class_weights(params.balanced, params.class_weights, matrix.weights(),
                               matrix.target(), matrix.rows())) {
    double greatest = 0;
    for (std::uint32_t row = 0; row < matrix.rows(); ++row) {
      if (row % kPollRows == 0) stop.poll();
      greatest = std::max(greatest, part(matrix, row));
    }
    int exponent = 0;
    if (std::frexp(greatest, &exponent) == 0.5) --exponent;
    whole_ = std::ldexp(1.0, exponent);
    parts_ = 1 / whole_;
  }

  double whole() const noexcept { return whole_; }
  // At most 1.
  double part(const BinnedMatrix& matrix, std::uint32_t row) const noexcept {
    const double own = matrix.weights() == nullptr ? 1.0 : matrix.weights()[row];
    return own * (matrix.target()[row] != 0 ? classes_.one : classes_.zero) * parts_;
  }

 private:
  const ClassWeights classes_;
  double whole_ = 1.0, parts_ = 1.0;
};

// What is compared with sums, as a part of the whole, too.
BoostingParams in_parts_of(double whole, BoostingParams params) {
  params.lambda /= whole;
  params.category_lambda /= whole;
  params.min_child_weight /= whole;
  params.min_category_weight /= whole;
  params.min_gain /= whole;
  return params;
}

RowSplit split_rows(const BinnedMatrix& matrix, const BoostingParams& params) {
  const std::uint8_t* const target = matrix.target();
  const auto ones =
      static_cast<std::size_t>(std::count(target, target + matrix.rows(), std::uint8_t{1}));
  const std::size_t rarer = std::min(ones, matrix.rows() - ones);
  const double held_out = params.validation_share * static_cast<double>(rarer);
  if (params.early_stopping > 0 && held_out >= 1 && static_cast<double>(rarer) - held_out >= 2) {
    return stratified_split({target, target + matrix.rows()}, params.validation_share,
                            params.seed ^ kValidationSeed);
  }
  RowSplit all;
  all.train.resize(matrix.rows());
  std::iota(all.train.begin(), all.train.end(), 0u);
  return all;
}

// Those of some rows, in ascending order, that a member of a team has, by their numbers there.
struct OwnRows {
  OwnRows(const std::vector<std::uint32_t>& all, std::uint32_t first, std::uint32_t end)
      : count_of_all(static_cast<std::uint32_t>(all.size())) {
    const auto from = std::lower_bound(all.begin(), all.end(), first);
    begin = static_cast<std::uint32_t>(from - all.begin());
    rows.assign(from, std::lower_bound(from, all.end(), end));
    for (std::uint32_t& row : rows) row -= first;
  }
  bool has(std::uint32_t index) const noexcept {
    return index >= begin && index - begin < rows.size();
  }

  std::vector<std::uint32_t> rows;
  std::uint32_t begin;  // how many of all come before
  std::uint32_t count_of_all;
};

class Booster {
 public:
  Booster(const BinnedMatrix& matrix, const std::vector<Feature>& features,
          const BoostingParams& params, Team& team, const StopFlag& stop)
      : Booster(matrix, features, params, split_rows(matrix, params), team, stop) {}

  BoostedModel run() {
    for (std::uint32_t number = 0; static_cast<std::int32_t>(number) < params_.trees; ++number) {
      update_gradients();
      builder_.grow(number, draw_rows(number), gradients_);
      keep_tree();
      stop_.count(number + 1, static_cast<std::uint64_t>(params_.trees));
      if (watches() && stops_after(number)) break;
    }
    if (watches()) drop_trees_behind(best_);
    for (double& cover : result_.model.trees.cover) cover *= weights_.whole();
    normalise_gain();
    return std::move(result_);
  }

 private:
  // `split`: trees grow on the first part; early stopping watches the second.
  Booster(const BinnedMatrix& matrix, const std::vector<Feature>& features,
          const BoostingParams& params, const RowSplit& split, Team& team, const StopFlag& stop)
      : params_(params),
        team_(team),
        stop_(stop),
        weights_(matrix, params, stop),
        first_row_(team.first_row(matrix.rows())),
        matrix_(matrix.part(first_row_, team.end_row(matrix.rows()))),
        train_(split.train, first_row_, team.end_row(matrix.rows())),
        test_(split.test, first_row_, team.end_row(matrix.rows())),
        builder_(matrix_, in_parts_of(weights_.whole(), params), features, team, stop),
        sum_(matrix_.rows(), 0.0),
        gradients_(matrix_.rows()) {
    const auto [zeros, ones] = weight_of_classes(matrix, split.train);
    const auto [test_zeros, test_ones] = weight_of_classes(matrix, split.test);
    test_weight_ = test_zeros + test_ones;
    result_.model.algorithm = "gradient_boosting";
    result_.model.features = features;
    result_.model.link = Link::kLogit;
    result_.model.base_value = natural_log(ones / zeros);
    result_.gain.assign(features.size(), 0.0);
    result_.trained_rows = split.train.size();
    result_.validation_rows = split.test.size();
  }

  std::pair<double, double> weight_of_classes(const BinnedMatrix& matrix,
                                              const std::vector<std::uint32_t>& rows) const {
    double of_class[2] = {0, 0};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i % kPollRows == 0) stop_.poll();
      of_class[matrix.target()[rows[i]] != 0] += weights_.part(matrix, rows[i]);
    }
    return {of_class[0], of_class[1]};
  }

  bool watches() const noexcept { return test_.count_of_all > 0; }

  void update_gradients() {
    double margin[kBlockRows], probability[kBlockRows];
    for (std::size_t begin = 0; begin < train_.rows.size(); begin += kBlockRows) {
      stop_.poll();
      const std::uint32_t* const rows = train_.rows.data() + begin;
      const std::size_t count = std::min(kBlockRows, train_.rows.size() - begin);
      for (std::size_t i = 0; i < count; ++i) margin[i] = result_.model.base_value + sum_[rows[i]];
      logistic(margin, count, probability);
      for (std::size_t i = 0; i < count; ++i) {
        gradients_[rows[i]] = row_gradient(probability[i], matrix_.target()[rows[i]] != 0,
                                           weights_.part(matrix_, rows[i]));
      }
    }
  }

  // Exactly the share of the training rows, in their order (Knuth, TAOCP 2, 3.4.2, algorithm S).
  // Every member draws for all of them and keeps its own.
  std::vector<std::uint32_t> draw_rows(std::uint32_t number) const {
    if (params_.row_share >= 1) return train_.rows;
    const std::uint32_t count = train_.count_of_all;
    auto wanted = static_cast<std::uint32_t>(params_.row_share * count + 0.5);
    wanted = std::max<std::uint32_t>(wanted, 1);
    Random random(params_.seed, number);
    std::vector<std::uint32_t> rows;
    for (std::uint32_t i = 0; wanted > 0; ++i) {
      if (i % kPollRows == 0) stop_.poll();
      if (random.below(count - i) >= wanted) continue;
      --wanted;
      if (train_.has(i)) rows.push_back(train_.rows[i - train_.begin]);
    }
    return rows;
  }

  // Adds the tree grown last and moves every row by its leaf.
  void keep_tree() {
    append_tree(result_.model.trees, builder_.tree());
    gain_of_tree_.emplace_back(result_.gain.size(), 0.0);
    builder_.add_gains(gain_of_tree_.back());
    if (params_.row_share >= 1) {
      builder_.add_values(sum_);
    } else {
      add_values(train_.rows);
    }
    add_values(test_.rows);
  }

  void add_values(const std::vector<std::uint32_t>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i % kPollRows == 0) stop_.poll();
      sum_[rows[i]] += builder_.value_of(rows[i]);
    }
  }

  bool stops_after(std::uint32_t number) {
    result_.validation_loss.push_back(validation_loss());
    if (result_.validation_loss.back() < result_.validation_loss[best_]) best_ = number;
    return number - best_ >= static_cast<std::uint32_t>(params_.early_stopping);
  }

  // Of the validation rows: the weighted mean of -ln of the probability of what came true.
  double validation_loss() {
    std::int64_t loss = 0;
    for (std::size_t i = 0; i < test_.rows.size(); ++i) {
      if (i % kPollRows == 0) stop_.poll();
      const std::uint32_t row = test_.rows[i];
      const double margin = result_.model.base_value + sum_[row];
      const double told = logistic(matrix_.target()[row] != 0 ? margin : -margin);
      const double own = -natural_log(std::max(kLeastProbability, told));
      loss += static_cast<std::int64_t>(weights_.part(matrix_, row) * own * kLossUnits + 0.5);
    }
    team_.sum(&loss, 1);
    return static_cast<double>(loss) / kLossUnits / test_weight_;
  }

  void drop_trees_behind(std::uint32_t last) {
    TreeEnsemble& trees = result_.model.trees;
    gain_of_tree_.resize(last + 1);
    if (last + 1 == trees.tree_count()) return;
    const auto nodes = static_cast<std::size_t>(trees.root[last + 1]);
    for (std::size_t node = nodes; node < trees.node_count(); ++node) {
      if (trees.category_begin[node] < 0) continue;
      trees.category_words.resize(static_cast<std::size_t>(trees.category_begin[node]));
      break;
    }
    trees.root.resize(last + 1);
    for (auto* const array : {&trees.feature, &trees.left, &trees.right, &trees.category_begin})
      array->resize(nodes);
    for (auto* const array : {&trees.threshold, &trees.value, &trees.cover}) array->resize(nodes);
    trees.flags.resize(nodes);
  }

  void normalise_gain() {
    for (const std::vector<double>& gains : gain_of_tree_) {
      for (std::size_t f = 0; f < gains.size(); ++f) result_.gain[f] += gains[f];
    }
    const double all = std::accumulate(result_.gain.begin(), result_.gain.end(), 0.0);
    for (double& gain : result_.gain) gain = all > 0 ? gain / all : 0.0;
  }

  const BoostingParams params_;
  Team& team_;
  const StopFlag stop_;
  const Weights weights_;
  const std::uint32_t first_row_;  // of this member
  const BinnedMatrix matrix_;      // of its rows
  const OwnRows train_, test_;
  TreeBuilder builder_;
  std::vector<double> sum_;  // of the leaf values of each row
  std::vector<RowGradient> gradients_;
  std::vector<std::vector<double>> gain_of_tree_;
  double test_weight_ = 0.0;
  std::uint32_t best_ = 0;
  BoostedModel result_;
};

}  // namespace

BoostedModel boost(const BinnedMatrix& matrix, const std::vector<Feature>& features,
                   const BoostingParams& params, Team& team, const StopFlag& stop) {
  check(params);
  check_constraints(params, features);
  return Booster(matrix, features, params, team, stop).run();
}

BoostedModel train_gradient_boosting(const TrainingData& data, const BoostingParams& params,
                                     const StopFlag& stop) {
  check(data);
  std::vector<std::uint32_t> rows(data.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  const std::vector<std::uint64_t> block = bin_rows(data, rows, stop, kBoostingBins);
  Team alone;
  return boost(BinnedMatrix(block.data()), data.features(), params, alone, stop);
}

}  // namespace credit_risk
