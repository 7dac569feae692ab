// Exact path-dependent SHAP interaction values of tree ensembles: how much of each feature's SHAP
// value (tree_shap.hpp, the same game v) is owed to it alone, and how much to it together with each
// other feature. Lundberg et al. 2020, "SHAP interaction values":
//     Phi_ij = 1/2 sum over S without i, j of |S|! (M - |S| - 2)! / (M - 1)!
//              (v(S + i + j) - v(S + i) - v(S + j) + v(S)),    Phi_ii = phi_i - sum_{j != i} Phi_ij
// half the Shapley interaction index (Fujimoto, Kojadinovic, Marichal 2006) beside the diagonal.
//
// As the Shapley value is the mean over t of a first derivative of the multilinear extension at
// (t, ..., t), the index is that of a mixed second one (Owen 1972; the same paper):
//     2 Phi_ij = int_0^1 sum over leaves of v (h_i - z_i) (h_j - z_j) prod_{f != i, j} F_f dt,
//     F_f = t h_f + z_f (1 - t),
// of lower degree than the first, so that its ceil(u/2) Gauss-Legendre nodes are exact, too. The
// derivative by feature i is, at each t, a sum over the splits on i (letters as in tree_shap.hpp):
//     d = pre C z_cold (H(hot) - H(cold))
// Of its factors pre alone depends on what lies above the split: the probabilities of the edges,
// which for all edges of a feature j together come to F_j. So the derivative of d by j, as far as
// it comes from above, is d R_j with
//     R_j = (h_j - z_j) / F_j = (1 - z_j) / F_j where x satisfies the splits on j, else -1/(1 - t),
// and what comes from below is found at the splits on j below. Of a leaf's path of u features, that
// makes a step for each pair of a split and a feature above it; one sweep down gives pre and R, one
// up gives H and d. Every product is one of numbers with small relative errors, without differences
// of close ones but H(hot) - H(cold), at any depth.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/explain/trees/gauss_legendre.hpp"
#include "core/explain/trees/tree_paths.hpp"
#include "core/model/model.hpp"
#include "core/model/slots.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

inline constexpr std::size_t kMaxInteractionBytes = std::size_t{1} << 30;

class TreeInteractions {
 public:
  // What explain() works in. One object serves any number of rows and models, one at a time.
  class Scratch {
    friend class TreeInteractions;
    std::vector<double> values;            // by slot
    std::vector<CategorySlot> categories;  // by slot
    std::vector<std::uint8_t> satisfied;   // by node
    std::vector<std::uint8_t> reached;     // by node of a tree: by the row itself
    std::vector<double> lanes;             // by node of a tree
  };

  // Of a validated model with trees. Throws kInvalidInput where it has no cover, kLimit where the
  // paths would take more than kMaxInteractionBytes.
  explicit TreeInteractions(const Model& model, const StopFlag& stop = {});

  // The margin's mean over the training rows.
  double base_value() const noexcept { return base_value_; }

  // See ShapInteractions::explain.
  double explain(const double* row, double* matrix, Scratch& scratch,
                 const StopFlag& stop = {}) const;

  std::size_t feature_count() const noexcept { return slots_.feature_count(); }
  std::size_t byte_size() const noexcept;

 private:
  // Where a tree begins in paths_; the end comes last.
  struct Place {
    std::size_t node, split, path;
  };

  void find_places();
  void multiply_shares();
  double mean_of_leaves() const;
  void make_rule();
  void prepare(Scratch& scratch) const;
  double find_leaf(std::size_t tree, Scratch& scratch) const;
  void add_tree(std::size_t tree, const Scratch& scratch, double* lanes, double* matrix) const;
  void finish(double* matrix) const;

  double parts() const noexcept {
    return average_ ? static_cast<double>(paths_.roots.size()) : 1.0;
  }

  bool average_;
  double model_base_value_;
  double base_value_ = 0;
  double reach_ = 0;  // the greatest absolute margin that rounding errors may be relative to
  Slots slots_;
  TreePaths paths_;
  std::vector<Place> places_;
  std::size_t largest_ = 0;  // nodes of a tree
  std::vector<double> z_;    // by node: the product of the shares of its feature's edges
  std::size_t lanes_ = 1;    // of a pass
  std::size_t passes_ = 1;
  Quadrature rule_;
};

}  // namespace credit_risk
