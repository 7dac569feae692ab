// The yardstick of exactness: TreeSHAP as Lundberg et al. 2020, algorithm 2, tell it, in binary128.
// Its unwinding loses some fifteen digits on the deepest trees here and has thirty-four. Shares no
// code with the kernel that it judges. Numeric splits only.
#include <cmath>
#include <map>

#include "contender.hpp"
#include "core/model/codec.hpp"
#include "core/model/formats/foreign_model.hpp"

namespace credit_risk::bench {
namespace {

using Quad = __float128;

// An element of the path, with the letters of the paper: d, z, o, w.
struct Step {
  int feature;
  Quad zero;
  Quad one;
  Quad weight;
};
using Path = std::vector<Step>;

void extend(Path& path, int feature, Quad zero, Quad one) {
  const int length = static_cast<int>(path.size());
  path.push_back({feature, zero, one, length == 0 ? Quad(1) : Quad(0)});
  for (int i = length - 1; i >= 0; --i) {
    path[i + 1].weight += one * path[i].weight * (i + 1) / (length + 1);
    path[i].weight = zero * path[i].weight * (length - i) / (length + 1);
  }
}

void unwind(Path& path, int at) {
  const int last = static_cast<int>(path.size()) - 1;
  const Quad one = path[at].one, zero = path[at].zero;
  Quad next = path[last].weight;
  for (int i = last - 1; i >= 0; --i) {
    if (one != 0) {
      const Quad weight = path[i].weight;
      path[i].weight = next * (last + 1) / ((i + 1) * one);
      next = weight - path[i].weight * zero * (last - i) / (last + 1);
    } else {
      path[i].weight = path[i].weight * (last + 1) / (zero * (last - i));
    }
  }
  for (int i = at; i < last; ++i) {
    path[i].feature = path[i + 1].feature;
    path[i].zero = path[i + 1].zero;
    path[i].one = path[i + 1].one;
  }
  path.pop_back();
}

Quad unwound_sum(const Path& path, int at) {
  Path shorter = path;
  unwind(shorter, at);
  Quad sum = 0;
  for (const Step& step : shorter) sum += step.weight;
  return sum;
}

class ReferenceTree {
 public:
  ReferenceTree(const Model& model, const double* row, Quad* phi)
      : model_(model), trees_(model.trees), row_(row), phi_(phi) {}

  void walk(std::int32_t node, Path path, Quad zero, Quad one, int feature) {
    extend(path, feature, zero, one);
    if (trees_.feature[node] == TreeEnsemble::kLeaf) {
      for (int i = 1; i < static_cast<int>(path.size()); ++i) {
        phi_[path[i].feature] +=
            unwound_sum(path, i) * (path[i].one - path[i].zero) * Quad(trees_.value[node]);
      }
      return;
    }
    split(node, std::move(path));
  }

  Quad margin(std::int32_t node) const {
    while (trees_.feature[node] != TreeEnsemble::kLeaf)
      node = goes_left(node) ? trees_.left[node] : trees_.right[node];
    return trees_.value[node];
  }

  Quad mean(std::int32_t node) const {
    if (trees_.feature[node] == TreeEnsemble::kLeaf) return trees_.value[node];
    const std::int32_t left = trees_.left[node], right = trees_.right[node];
    const Quad a = trees_.cover[left], b = trees_.cover[right];
    return (a * mean(left) + b * mean(right)) / (a + b);
  }

 private:
  bool goes_left(std::int32_t node) const {
    const double value = row_[trees_.feature[node]];
    if (std::isnan(value)) return (trees_.flags[node] & TreeEnsemble::kMissingLeft) != 0;
    const double seen =
        model_.float32_inputs ? static_cast<double>(static_cast<float>(value)) : value;
    return seen <= trees_.threshold[node];
  }

  void split(std::int32_t node, Path path) {
    const int feature = trees_.feature[node];
    Quad zero = 1, one = 1;
    for (int i = 1; i < static_cast<int>(path.size()); ++i) {
      if (path[i].feature != feature) continue;
      zero = path[i].zero;
      one = path[i].one;
      unwind(path, i);
      break;
    }
    const bool left = goes_left(node);
    const std::int32_t hot = left ? trees_.left[node] : trees_.right[node];
    const std::int32_t cold = left ? trees_.right[node] : trees_.left[node];
    const Quad cover = Quad(trees_.cover[hot]) + Quad(trees_.cover[cold]);
    walk(hot, path, zero * Quad(trees_.cover[hot]) / cover, one, feature);
    walk(cold, path, zero * Quad(trees_.cover[cold]) / cover, 0, feature);
  }

  const Model& model_;
  const TreeEnsemble& trees_;
  const double* row_;
  Quad* phi_;
};

class Reference : public Contender {
 public:
  void load(const std::string& name, const std::string& file) override {
    const bool xgboost = file.find(".xgboost.") != std::string::npos;
    const bool lightgbm = file.find(".lightgbm.") != std::string::npos;
    models_[name] = import_foreign_model(xgboost    ? "xgboost"
                                         : lightgbm ? "lightgbm"
                                                    : "credit_risk.model.v1",
                                         read_text(file), {});
  }

  Job bind(const std::string& task, const std::string& name, const Matrix& rows) override {
    const Model& model = models_.at(name);
    if (task == "shap_one") {
      return {1, rows.columns + 1, [&](std::size_t row, double* out) {
                explain(model, rows.row(row), rows.columns, out);
              }};
    }
    if (task == "margin") {
      return {1, 1, [&](std::size_t row, double* out) { *out = margin(model, rows.row(row)); }};
    }
    refuse_task(task);
  }

 private:
  static Quad divisor(const Model& model) {
    return model.average ? static_cast<Quad>(model.trees.tree_count()) : Quad(1);
  }

  static void explain(const Model& model, const double* row, std::size_t features, double* out) {
    std::vector<Quad> phi(features, 0);
    ReferenceTree tree(model, row, phi.data());
    Quad base = 0;
    for (const std::int32_t root : model.trees.root) {
      tree.walk(root, {}, 1, 1, -1);
      base += tree.mean(root);
    }
    for (std::size_t f = 0; f < features; ++f)
      out[f] = static_cast<double>(phi[f] / divisor(model));
    out[features] = static_cast<double>(model.base_value + base / divisor(model));
  }

  static double margin(const Model& model, const double* row) {
    const ReferenceTree tree(model, row, nullptr);
    Quad sum = 0;
    for (const std::int32_t root : model.trees.root) sum += tree.margin(root);
    return static_cast<double>(model.base_value + sum / divisor(model));
  }

  std::map<std::string, Model> models_;
};

}  // namespace

std::unique_ptr<Contender> make_reference() { return std::make_unique<Reference>(); }

}  // namespace credit_risk::bench
