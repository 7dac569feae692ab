// Exact path-dependent SHAP values of tree ensembles: what each feature adds to a row's margin,
// against the training rows that the nodes' cover describes. base_value() and the values add up to
// the margin. Of a forest that averages probabilities the margin is the probability; of a boosted
// model it is the log-odds.
//
// The value of feature i is the Shapley value of the game v(S) = E[trees | x_S] of Lundberg et al.
// 2020, algorithm 1: where a split's feature is not in S, both children count, by their share of
// the cover (one half each, where no training weight reached the node). Let every feature be in S
// with probability t, independently. Then a leaf counts with weight
//     prod_f F_f,   F_f = t h_f + z_f (1 - t),
// over the distinct features f on its path; z_f is the product of the shares of f's edges on the
// path, h_f is one where x satisfies all splits on f there, else zero. The Shapley value is the
// mean over t of the derivative by feature i's own probability (Owen's multilinear extension):
//     phi_i = int_0^1 sum_leaf v (h_i - z_i) prod_{f != i} F_f dt,
// a polynomial in t of degree u - 1, u the number of features on the path, so that Gauss-Legendre
// with ceil(u/2) nodes t_q and weights w_q is exact. All derivatives at one t come from one sweep
// down and one up the tree. At a node that splits on f, `hot` the child that x goes to:
//     F = t + z_a (1 - t)     z_a: product of the shares of f's edges above, 1 if there are none
//     U = z_a (1 - t) / F     1 where x has failed a split on f above, as F cancels
//     C = z_a / F^2           that is -dU/dt; 0 where x has failed a split on f above
//     c = z_cold U            what the cold child gets of the node's weight; the hot one gets 1 - c
//     down:  pre(root) = w_q, pre(cold) = c pre, pre(hot) = pre - pre(cold)
//     up:    H(leaf) = v, H = H(hot) - c (H(hot) - H(cold)),
//            phi_f += pre C z_cold (H(hot) - H(cold))
// No share is ever divided by, so that children without cover need no care, and every factor but C
// lies in [0, 1], so that nothing is lost however deep the tree.
//
// The letters elsewhere. Lundberg et al. 2020, algorithm 2: z_f, h_f are z and o of an element of
// the path, u its length without the root's. Quadrature-TreeSHAP (Wettenstein, Mitchell, Yu, arXiv
// 2605.04497): t is the participation probability p, the integrand its weighted-Banzhaf polynomial,
// t_q and w_q its rule, there of 8 nodes at any depth; its implementation in XGBoost puts t = s^2.
// TreeGrad (Li, Yu, Low, arXiv 2602.11623): the two sweeps are its gradient of the multilinear
// extension at (t, ..., t), and the integral over t is TreeGrad-Shap.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/explain/trees/shap_block.hpp"
#include "core/explain/trees/shap_kernel.hpp"
#include "core/model/model.hpp"
#include "core/model/slots.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

class TreeShap {
 public:
  // What explain() works in. One object serves any number of rows and models, one at a time; it
  // grows to what the largest of them needs.
  class Scratch {
    friend class TreeShap;
    std::vector<double> values;            // by slot
    std::vector<CategorySlot> categories;  // by slot
    std::vector<std::uint8_t> goes_to_a;   // by node of a block
    std::vector<std::uint8_t> satisfied;   // by node and side: so are all splits on its feature
    std::vector<double> lanes;             // by node: pre on the way down, H on the way up
    std::vector<double> leaves;            // by tree: the leaf value that the row reaches
    std::vector<double> tile;              // of many rows: see tree_shap_rows.cpp
    std::vector<CategorySlot> tile_categories;

    static double* aligned(std::vector<double>& room) noexcept;  // its first place for a vector
  };

  // Of a validated model. Throws kInvalidInput where it has no cover. `kernel`: one of
  // shap_kernels() for many rows, null for the fastest; all give the same bits.
  explicit TreeShap(const Model& model, const ShapKernel* kernel = nullptr);

  // The margin's mean over the training rows.
  double base_value() const noexcept { return base_value_; }

  // Writes feature_count() values to `phi`, and returns the row's margin: Predictor::margin to the
  // bit, but for models with float32_sum, of which it is the exact sum. Missing values, categories
  // and refused rows as there. Every sum is checked, within 1e-10 relative: a breach throws
  // std::logic_error.
  double explain(const double* row, double* phi, Scratch& scratch) const;
  double explain(const double* row, double* phi) const;

  // The same for `count` rows of feature_count() values each, to the bit: feature_count() values a
  // row to `phi`, one margin a row to `margins`. Throws as above for the first row that is refused;
  // what stands in `phi` and `margins` then is not defined. `stop` is polled every few
  // milliseconds.
  void explain(const double* rows, std::size_t count, double* phi, double* margins,
               Scratch& scratch, const StopFlag& stop = {}) const;

  std::size_t feature_count() const noexcept { return slots_.feature_count(); }
  std::size_t byte_size() const noexcept;

 private:
  ShapRowRoom prepare_row(const double* row, double* phi, Scratch& scratch) const;
  void explain_group(std::size_t group, const ShapRowRoom& room) const;

  struct Tile;
  std::size_t lane_groups_in_tile() const noexcept;
  Tile prepare_tile(std::size_t count, Scratch& scratch) const;
  void fill_tile(const Tile& tile, const double* rows, std::size_t count) const;
  void add_group(const Tile& tile, const ShapGroup& group) const;
  void finish_tile(const Tile& tile, std::size_t count, double* phi, double* margins) const;

  bool average_;
  double tree_count_;
  double model_base_value_;
  double base_value_;
  double reach_;  // the greatest absolute margin that rounding errors may be relative to
  Slots slots_;
  ShapForest forest_;
  const ShapKernel* kernel_;
  std::size_t node_count_ = 0;     // inner nodes
  std::size_t largest_block_ = 0;  // in inner nodes
  bool read_ahead_ = false;        // explaining one row
};

}  // namespace credit_risk
