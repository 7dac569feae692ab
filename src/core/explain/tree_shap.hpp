// Exact path-dependent SHAP values of tree ensembles: what each feature adds to a row's margin,
// against the training rows that the nodes' cover describes. base_value() and the values add up to
// the margin.
//
// Of a forest that averages probabilities the margin is the probability; of a boosted model it is
// the log-odds.
//
// The SHAP value of feature i is the Shapley value of the game v(S) = E[trees | x_S] (Lundberg et
// al. 2020, algorithm 1): where a split's feature is not in S, both children count, by their share
// of the cover. With every feature in S independently with probability t, a leaf l has the weight
//     prod_f F_f,   F_f = t h_f + z_f (1 - t),
// over the distinct features f on its path: z_f the product of the cover shares of f's edges on the
// path, h_f one where x satisfies all of f's splits on it, else zero ("one and zero fractions" in
// Lundberg). The Shapley value is the mean over t of the derivative by i's own coin (Owen's
// multilinear extension):
//     phi_i = int_0^1 sum_l v_l (h_i - z_i) prod_{f != i} F_f dt,
// a polynomial of degree u - 1 in t, u the number of features on the path, for which ceil(u/2)
// Gauss-Legendre nodes t_q with weights w_q are exact (QuadratureTreeSHAP, arXiv 2605.04497; there
// under t = s^2 with a fixed number of nodes). All derivatives at one t are one backward sweep
// through one evaluation of the tree (TreeGrad's form). Written for a node with feature f, for one
// t, `hot` the child that x goes to, `cold` the other:
//     F = t + z_a (1 - t)       z_a: product of the shares of f's edges above; 1 if there are none
//     U = z_a (1 - t) / F       1 where x has failed a split on f above: F cancels
//     C = z_a / F^2             0 there; -dU/dt
//     c = z_cold U              share of the weight that goes to the cold child; hot gets 1 - c
//     down:  pre_root = w_q, pre_cold = pre c, pre_hot = pre - pre_cold
//     up:    H_leaf = v, H = H_hot - c (H_hot - H_cold), phi_f += sum_q pre C z_cold (H_hot -
//     H_cold)
// pre is the path weight ("H" in TreeGrad; "G" of the forward pass in QuadratureTreeSHAP), H the
// value of the subtree
// ("G" of the backward pass). Every factor lies in [0, 1]: no division by a share, so that children
// without cover need no special case, and nothing cancels, however deep the tree.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/explain/shap_block.hpp"
#include "core/model/model.hpp"
#include "core/model/slots.hpp"

namespace credit_risk {

class TreeShap {
 public:
  // What explain() works in. One object serves any number of rows and models, one at a time; it
  // grows to what the largest of them needs.
  class Scratch {
    friend class TreeShap;
    std::vector<double> values;  // slots
    std::vector<CategorySlot> categories;
    std::vector<std::uint8_t> goes_to_a;  // by node of a block
    std::vector<std::uint8_t>
        satisfied;               // by node and side: x has satisfied the feature's splits so far
    std::vector<double> lanes;   // by node: pre on the way down, H on the way up
    std::vector<double> phi;     // by feature
    std::vector<double> leaves;  // by tree: the leaf value that the row reaches
  };

  // Of a validated model. Throws kInvalidInput where it has no cover.
  explicit TreeShap(const Model& model);

  // The margin's mean over the training rows.
  double base_value() const noexcept { return base_value_; }

  // Writes feature_count() values to `phi`, and returns the row's margin, the same bits as
  // Predictor::margin. Missing values, categories and refused rows as there. The sum is checked on
  // every call, within 1e-10 relative: a breach throws kBadModel.
  double explain(const double* row, double* phi, Scratch& scratch) const;
  double explain(const double* row, double* phi) const;

  std::size_t feature_count() const noexcept { return slots_.feature_count(); }
  std::size_t byte_size() const noexcept;

 private:
  void prepare(Scratch& scratch) const;
  void find_sides(const ShapBlock& block, Scratch& scratch) const;
  void find_leaves(const ShapBlock& block, Scratch& scratch) const;
  void add_group(const ShapGroup& group, Scratch& scratch, double* phi) const;
  void check_sum(double margin, const double* phi) const;

  bool average_;
  double tree_count_;
  double model_base_value_;
  double base_value_;
  double reach_;  // the greatest absolute margin that rounding errors may be relative to
  Slots slots_;
  ShapForest forest_;
};

}  // namespace credit_risk
