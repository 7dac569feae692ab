// Random models and rows for the tests of the core. Seeded, so that a failure repeats.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/model/model.hpp"
#include "core/random.hpp"

namespace credit_risk::test {

struct ModelShape {
  int trees = 5;
  int max_depth = 5;
  int numeric = 4;
  std::vector<int> categories = {};  // one categorical feature for each
  bool cover = true;
  bool zero_cover = false;  // some leaves that no training weight reached
};

// Grows random trees in depth-first order into a Model.
class ModelMaker {
 public:
  ModelMaker(const ModelShape& shape, std::uint64_t seed) : shape_(shape), random_(seed) {}

  Model make() {
    model_ = Model();
    model_.algorithm = "random_forest";
    for (int f = 0; f < shape_.numeric; ++f) {
      model_.features.push_back({"amount_" + std::to_string(f), FeatureKind::kNumeric, {}});
    }
    for (std::size_t c = 0; c < shape_.categories.size(); ++c) {
      Feature feature{"purpose_" + std::to_string(c), FeatureKind::kCategorical, {}};
      for (int k = 0; k < shape_.categories[c]; ++k) {
        feature.categories.push_back("k" + std::to_string(k));
      }
      model_.features.push_back(feature);
    }
    for (int t = 0; t < shape_.trees; ++t) {
      model_.trees.root.push_back(static_cast<std::int32_t>(model_.trees.node_count()));
      grow(0);
    }
    return model_;
  }

  // A row that meets thresholds exactly, misses values, and names categories that the model does
  // not know.
  std::vector<double> row() {
    std::vector<double> values;
    for (const Feature& feature : model_.features) values.push_back(value_of(feature));
    return values;
  }

 private:
  double value_of(const Feature& feature) {
    if (random_.below(6) == 0) return std::numeric_limits<double>::quiet_NaN();
    if (feature.kind == FeatureKind::kNumeric) {
      return random_.below(2) == 0 ? grid() : random_.uniform() * 10 - 5;
    }
    const std::uint32_t n = static_cast<std::uint32_t>(feature.categories.size());
    return static_cast<double>(random_.below(n + 1)) - 1;
  }

  // Thresholds and values from one coarse grid, so that they are often equal.
  double grid() { return static_cast<double>(random_.below(41)) / 4 - 5; }

  std::int32_t append() {
    TreeEnsemble& trees = model_.trees;
    trees.feature.push_back(TreeEnsemble::kLeaf);
    trees.left.push_back(TreeEnsemble::kLeaf);
    trees.right.push_back(TreeEnsemble::kLeaf);
    trees.threshold.push_back(0);
    trees.flags.push_back(0);
    trees.category_begin.push_back(-1);
    trees.value.push_back(0);
    trees.cover.push_back(0);
    return static_cast<std::int32_t>(trees.node_count()) - 1;
  }

  std::int32_t grow(int depth) {
    const std::int32_t node = append();
    TreeEnsemble& trees = model_.trees;
    if (depth >= shape_.max_depth || (depth > 1 && random_.below(5) == 0)) {
      trees.value[node] = random_.uniform();
      if (shape_.cover) {
        trees.cover[node] =
            shape_.zero_cover && random_.below(4) == 0 ? 0 : 1 + random_.uniform() * 9;
      }
      return node;
    }
    split(node);
    const std::int32_t left = grow(depth + 1);
    const std::int32_t right = grow(depth + 1);
    trees.left[node] = left;
    trees.right[node] = right;
    trees.cover[node] = trees.cover[left] + trees.cover[right];
    return node;
  }

  void split(std::int32_t node) {
    TreeEnsemble& trees = model_.trees;
    const std::int32_t f = static_cast<std::int32_t>(
        random_.below(static_cast<std::uint32_t>(model_.features.size())));
    trees.feature[node] = f;
    trees.flags[node] = static_cast<std::uint8_t>(random_.below(2));
    if (model_.features[f].kind == FeatureKind::kNumeric) {
      trees.threshold[node] = random_.below(2) == 0 ? grid() : random_.uniform() * 10 - 5;
      return;
    }
    trees.flags[node] |= static_cast<std::uint8_t>(random_.below(2) << 1);
    trees.category_begin[node] = static_cast<std::int32_t>(trees.category_words.size());
    const std::size_t count = model_.features[f].categories.size();
    for (std::size_t c = 0; c < count; c += 64) {
      const std::uint64_t mask = count - c >= 64 ? ~0ull : (1ull << (count - c)) - 1;
      trees.category_words.push_back(random_.next() & mask);
    }
  }

  ModelShape shape_;
  Random random_;
  Model model_;
};

}  // namespace credit_risk::test
