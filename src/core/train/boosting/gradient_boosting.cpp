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
constexpr std::uint64_t kValidationSeed = 0x76616C6964617465ull;  // apart from the held-out part's

// What rows weigh, times their class, as parts of the least power of two that none is above: so
// gradients keep within the range of those of weight 1. Dividing all sums by a power of two changes
// nothing but what they are compared with.
struct Weights {
  std::vector<double> part;  // of each row, at most 1; empty: 1 for each
  double whole = 1.0;
};

Weights parts_of_weights(const BinnedMatrix& matrix, const BoostingParams& params) {
  const ClassWeights classes = class_weights(params.balanced, params.class_weights,
                                             matrix.weights(), matrix.target(), matrix.rows());
  Weights weights;
  if (matrix.weights() == nullptr && classes.zero == 1 && classes.one == 1) return weights;
  double greatest = 0;
  for (std::uint32_t row = 0; row < matrix.rows(); ++row) {
    const double own = matrix.weights() == nullptr ? 1.0 : matrix.weights()[row];
    weights.part.push_back(own * (matrix.target()[row] != 0 ? classes.one : classes.zero));
    greatest = std::max(greatest, weights.part.back());
  }
  int exponent = 0;
  if (std::frexp(greatest, &exponent) == 0.5) --exponent;
  weights.whole = std::ldexp(1.0, exponent);
  for (double& part : weights.part) part /= weights.whole;
  return weights;
}

// What is compared with sums, as a part of the whole, too.
BoostingParams in_parts_of(double whole, BoostingParams params) {
  params.lambda /= whole;
  params.category_lambda /= whole;
  params.min_child_weight /= whole;
  params.min_category_weight /= whole;
  params.min_gain /= whole;
  return params;
}

class Booster {
 public:
  Booster(const BinnedMatrix& matrix, const std::vector<Feature>& features,
          const BoostingParams& params, const StopFlag& stop)
      : matrix_(matrix),
        params_(params),
        stop_(stop),
        split_(split_rows(matrix, params)),
        weights_(parts_of_weights(matrix, params)),
        builder_(matrix, in_parts_of(weights_.whole, params), features, stop),
        sum_(matrix.rows(), 0.0),
        gradients_(matrix.rows()) {
    result_.model.algorithm = "gradient_boosting";
    result_.model.features = features;
    result_.model.link = Link::kLogit;
    result_.model.base_value = log_odds_of_training();
    result_.gain.assign(features.size(), 0.0);
    result_.trained_rows = split_.train.size();
    result_.validation_rows = split_.test.size();
  }

  BoostedModel run() {
    for (std::uint32_t number = 0; static_cast<std::int32_t>(number) < params_.trees; ++number) {
      update_gradients();
      builder_.grow(number, draw_rows(number), gradients_);
      keep_tree();
      stop_.count(number + 1, static_cast<std::uint64_t>(params_.trees));
      if (!split_.test.empty() && stops_after(number)) break;
    }
    if (!split_.test.empty()) drop_trees_behind(best_);
    for (double& cover : result_.model.trees.cover) cover *= weights_.whole;
    normalise_gain();
    return std::move(result_);
  }

 private:
  static RowSplit split_rows(const BinnedMatrix& matrix, const BoostingParams& params) {
    const std::uint8_t* const target = matrix.target();
    const std::size_t ones =
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

  double part_of(std::uint32_t row) const noexcept {
    return weights_.part.empty() ? 1.0 : weights_.part[row];
  }

  double log_odds_of_training() const {
    double of_class[2] = {0, 0};
    for (std::size_t i = 0; i < split_.train.size(); ++i) {
      if (i % kPollRows == 0) stop_.poll();
      const std::uint32_t row = split_.train[i];
      of_class[matrix_.target()[row] != 0] += part_of(row);
    }
    return natural_log(of_class[1] / of_class[0]);
  }

  double probability(std::uint32_t row) const noexcept {
    return logistic(result_.model.base_value + sum_[row]);
  }

  void update_gradients() {
    for (std::size_t i = 0; i < split_.train.size(); ++i) {
      if (i % kPollRows == 0) stop_.poll();
      const std::uint32_t row = split_.train[i];
      gradients_[row] = row_gradient(probability(row), matrix_.target()[row] != 0, part_of(row));
    }
  }

  // Exactly the share of the training rows, in their order (Knuth, TAOCP 2, 3.4.2, algorithm S).
  std::vector<std::uint32_t> draw_rows(std::uint32_t number) const {
    if (params_.row_share >= 1) return split_.train;
    const auto count = static_cast<std::uint32_t>(split_.train.size());
    auto wanted = static_cast<std::uint32_t>(params_.row_share * count + 0.5);
    wanted = std::max<std::uint32_t>(wanted, 1);
    Random random(params_.seed, number);
    std::vector<std::uint32_t> rows;
    rows.reserve(wanted);
    for (std::uint32_t i = 0; rows.size() < wanted; ++i) {
      if (i % kPollRows == 0) stop_.poll();
      if (random.below(count - i) < wanted - rows.size()) rows.push_back(split_.train[i]);
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
      add_values(split_.test);
    } else {
      add_values(split_.train);
      add_values(split_.test);
    }
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
  double validation_loss() const {
    constexpr double kLeast = 1e-300;
    double loss = 0, all = 0;
    for (std::size_t i = 0; i < split_.test.size(); ++i) {
      if (i % kPollRows == 0) stop_.poll();
      const std::uint32_t row = split_.test[i];
      const double margin = result_.model.base_value + sum_[row];
      const double told = logistic(matrix_.target()[row] != 0 ? margin : -margin);
      loss -= part_of(row) * natural_log(std::max(kLeast, told));
      all += part_of(row);
    }
    return loss / all;
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

  const BinnedMatrix matrix_;
  const BoostingParams params_;
  const StopFlag stop_;
  const RowSplit split_;  // train: trees grow on them; test: early stopping watches them
  const Weights weights_;
  TreeBuilder builder_;
  std::vector<double> sum_;  // of the leaf values of each row of the matrix
  std::vector<RowGradient> gradients_;
  std::vector<std::vector<double>> gain_of_tree_;
  std::uint32_t best_ = 0;
  BoostedModel result_;
};

}  // namespace

BoostedModel boost(const BinnedMatrix& matrix, const std::vector<Feature>& features,
                   const BoostingParams& params, const StopFlag& stop) {
  check(params);
  check_constraints(params, features);
  return Booster(matrix, features, params, stop).run();
}

BoostedModel train_gradient_boosting(const TrainingData& data, const BoostingParams& params,
                                     const StopFlag& stop) {
  check(data);
  std::vector<std::uint32_t> rows(data.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  const std::vector<std::uint64_t> block = bin_rows(data, rows, stop, kBoostingBins);
  return boost(BinnedMatrix(block.data()), data.features(), params, stop);
}

}  // namespace credit_risk
