// Shapley values and interactions by their definitions, over all coalitions of a few features.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "core/model/model.hpp"

namespace credit_risk::test {

// s! (n - s - 1)! / n!, for each s < n.
inline std::vector<double> shapley_weights(std::size_t n) {
  std::vector<double> weight(n, 1.0 / static_cast<double>(n));
  for (std::size_t s = 1; s < n; ++s) {
    weight[s] = weight[s - 1] * static_cast<double>(s) / static_cast<double>(n - s);
  }
  return weight;
}

// `game`: the value of each coalition of n features, bit f of its index set where f is in it.
inline std::vector<double> shapley_values(std::size_t n, const std::vector<double>& game) {
  const std::vector<double> weight = shapley_weights(n);
  std::vector<double> phi(n);
  for (unsigned in = 0; in < game.size(); ++in) {
    for (std::size_t f = 0; f < n; ++f) {
      if ((in >> f & 1) == 0)
        phi[f] += weight[__builtin_popcount(in)] * (game[in | 1u << f] - game[in]);
    }
  }
  return phi;
}

// As shap.TreeExplainer.shap_interaction_values has them: beside the diagonal half the Shapley
// interaction index, on it what is left of the Shapley value.
inline std::vector<double> shapley_interactions(std::size_t n, const std::vector<double>& game) {
  std::vector<double> matrix(n * n);
  if (n > 1) {
    const std::vector<double> weight = shapley_weights(n - 1);  // s! (n - s - 2)! / (n - 1)!
    for (unsigned in = 0; in < game.size(); ++in) {
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
          const unsigned a = 1u << i, b = 1u << j;
          if (i == j || (in & (a | b)) != 0) continue;
          matrix[i * n + j] += weight[__builtin_popcount(in)] *
                               (game[in | a | b] - game[in | a] - game[in | b] + game[in]) / 2;
        }
      }
    }
  }
  const std::vector<double> phi = shapley_values(n, game);
  for (std::size_t i = 0; i < n; ++i) {
    matrix[i * n + i] =
        phi[i] - std::accumulate(matrix.begin() + i * n, matrix.begin() + (i + 1) * n, 0.0);
  }
  return matrix;
}

inline bool goes_left(const Model& model, std::size_t node, double x) {
  const TreeEnsemble& trees = model.trees;
  if (std::isnan(x)) return (trees.flags[node] & TreeEnsemble::kMissingLeft) != 0;
  if (trees.category_begin[node] < 0) {
    return (model.float32_inputs ? static_cast<double>(static_cast<float>(x)) : x) <=
           trees.threshold[node];
  }
  if (x == kUnrecognized) return (trees.flags[node] & TreeEnsemble::kUnrecognizedLeft) != 0;
  const std::size_t code = static_cast<std::size_t>(x);
  return (trees.category_words[trees.category_begin[node] + code / 64] >> (code % 64) & 1) != 0;
}

// E[tree | x_S], as Lundberg et al. 2020 define it in algorithm 1; `known`: bit f is set where f is
// in S.
inline double expectation(const Model& model, std::size_t node, const double* row, unsigned known) {
  const TreeEnsemble& trees = model.trees;
  const std::int32_t f = trees.feature[node];
  if (f == TreeEnsemble::kLeaf) return trees.value[node];
  const std::size_t left = static_cast<std::size_t>(trees.left[node]);
  const std::size_t right = static_cast<std::size_t>(trees.right[node]);
  if ((known >> f & 1) != 0) {
    return expectation(model, goes_left(model, node, row[f]) ? left : right, row, known);
  }
  const double sum = trees.cover[left] + trees.cover[right];
  const double share = sum == 0 ? 0.5 : trees.cover[left] / sum;
  return share * expectation(model, left, row, known) +
         (1 - share) * expectation(model, right, row, known);
}

// The path-dependent game: its value for each coalition, without the model's base value.
inline std::vector<double> all_expectations(const Model& model, const double* row) {
  std::vector<double> values(std::size_t{1} << model.features.size());
  for (unsigned known = 0; known < values.size(); ++known) {
    for (const std::int32_t root : model.trees.root) {
      values[known] += expectation(model, static_cast<std::size_t>(root), row, known);
    }
    if (model.average) values[known] /= static_cast<double>(model.trees.tree_count());
  }
  return values;
}

// A chain of `length` splits over `features` features in turn: x <= -i leads to a leaf, else on.
inline Model chain_model(std::int32_t length, std::int32_t features) {
  Model model;
  model.algorithm = "chain";
  for (std::int32_t f = 0; f < features; ++f) {
    model.features.push_back({"x" + std::to_string(f), FeatureKind::kNumeric, {}});
  }
  TreeEnsemble& trees = model.trees;
  trees.root = {0};
  for (std::int32_t i = 0; i <= 2 * length; ++i) {
    const bool leaf = i % 2 == 1 || i == 2 * length;
    trees.feature.push_back(leaf ? -1 : i / 2 % features);
    trees.left.push_back(leaf ? -1 : i + 1);
    trees.right.push_back(leaf ? -1 : i + 2);
    trees.threshold.push_back(leaf ? 0 : -i / 2);
    trees.flags.push_back(0);
    trees.category_begin.push_back(-1);
    trees.value.push_back(leaf ? i % 7 / 7.0 : 0);
    trees.cover.push_back(leaf ? 1 : length + 1 - i / 2);
  }
  return model;
}

}  // namespace credit_risk::test
