// Exact interventional SHAP values of tree ensembles: what each feature adds to a row's margin,
// against the margins of the rows of a background. base_value(), the background's mean margin, and
// the values add up to the row's margin. No cover is needed.
//
// The value of feature i is the Shapley value of the game v(S) = mean over the background rows z of
// trees(x_S, z_without_S): features in S have the row's values, the others the background row's
// (Lundberg et al. 2020, "interventional" Tree SHAP, algorithm 3; Janzing, Minorics, Bloebaum 2020
// on why).
// For one z and one leaf of value v, look at the distinct features on the leaf's path, and at all
// splits on one of them together. A feature is
//     hot     where x satisfies its splits; a of the hot ones count, those whose splits z fails
//     cold    where x fails a split; there are k of them
// A coalition leads to the leaf when it has the a and lacks the k, provided z satisfies the splits
// on all the k; else none does. So the leaf is a unanimity game with vetoes, and it adds
//     v (a-1)! k! / (a+k)!   to each of the a,     -v a! (k-1)! / (a+k)!   to each of the k,
// and nothing to other features. (Lundberg's u, v of algorithm 3 are this a and a + k.)
//
// Over all background rows at once, as sets of 128 rows in two words. For each node, the set of the
// rows that satisfy the splits on the last feature above it is made when the background is given.
// Then, for a row and a leaf: the rows that the cold features leave alive are an intersection; they
// fall into classes by their a, by one step for each hot feature; each hot feature gets the counts
// of its failing rows in each class times the weight of the class. Counts are integers, so that
// every instruction set gives the same bits.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/explain/background/background_leaves.hpp"
#include "core/explain/trees/tree_paths.hpp"
#include "core/model/model.hpp"
#include "core/model/slots.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

inline constexpr std::size_t kMaxBackgroundRows = 10000;
inline constexpr std::size_t kMaxBackgroundBytes = std::size_t{1} << 30;

// Throws kInvalidInput for none, kLimit beyond kMaxBackgroundRows.
void check_background_rows(std::size_t rows);

class InterventionalShap {
 public:
  // What explain() works in. One object serves any number of rows and models, one at a time.
  class Scratch {
    friend class InterventionalShap;
    std::vector<double> values;            // by slot
    std::vector<CategorySlot> categories;  // by slot
    std::vector<std::uint8_t> satisfied;   // by node
    std::vector<std::uint32_t> indexes;    // the arrays of LeafRoom
    std::vector<std::uint64_t> words;
  };

  // Of a validated model with trees, and `rows` background rows of features.size() values each;
  // neither need live on. Throws kInvalidInput where there is no row or one that Predictor refuses,
  // kLimit beyond kMaxBackgroundRows or where it would take more than kMaxBackgroundBytes (about
  // 16 bytes for each node and 128 rows). `kernel`: one of leaf_kernels(), null for the fastest.
  InterventionalShap(const Model& model, const double* background, std::size_t rows,
                     const StopFlag& stop = {}, const LeafKernel* kernel = nullptr);

  // The mean margin over the background, of the exact sum for models with float32_sum.
  double base_value() const noexcept { return base_value_; }

  // Writes feature_count() values to `phi`, and returns the row's margin: Predictor::margin to the
  // bit, but for models with float32_sum, of which it is the exact sum. Missing values, categories
  // and refused rows as there. Every sum is checked, within 1e-10 relative: a breach throws
  // std::logic_error.
  double explain(const double* row, double* phi, Scratch& scratch, const StopFlag& stop = {}) const;
  double explain(const double* row, double* phi) const;

  std::size_t feature_count() const noexcept { return slots_.feature_count(); }
  std::size_t background_rows() const noexcept { return rows_; }
  std::size_t byte_size() const noexcept;

 private:
  void make_weights();
  void make_batches();
  void make_sets(const double* background, const StopFlag& stop);
  void make_set(const PathSplit& split, const double* values, const CategorySlot* categories,
                std::size_t count, RowSet* sets) const;
  double mean_of_leaves(const StopFlag& stop) const;
  RowSet all_of_set(std::size_t set) const noexcept;
  LeafRoom prepare(Scratch& scratch) const;

  double parts() const noexcept { return average_ ? tree_count_ : 1.0; }

  bool average_;
  double tree_count_;
  double model_base_value_;
  double base_value_ = 0;
  double reach_ = 0;  // the greatest absolute margin that rounding errors may be relative to
  std::size_t rows_;
  AddLeaves add_leaves_;
  Slots slots_;
  TreePaths paths_;
  std::vector<RowSet> sets_;              // for each 128 rows: by node
  std::vector<double> weights_;           // p! q! / (p + q + 1)!, for each q
  std::vector<const double*> weight_of_;  // by q
  // Leaves between two looks at the StopFlag: the first leaf of each batch, and where its paths
  // begin; the end comes last.
  struct Batch {
    std::size_t leaf, node;
  };
  std::vector<Batch> batches_;
};

}  // namespace credit_risk
