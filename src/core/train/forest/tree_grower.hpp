// Grows single trees of a random forest; each needs only the matrix, the parameters and its number.
#pragma once
#include <memory>

#include "core/model/model.hpp"
#include "core/stop_flag.hpp"
#include "core/train/data/binned_matrix.hpp"
#include "core/train/forest/forest_params.hpp"

namespace credit_risk {

class TreeGrower {
 public:
  virtual ~TreeGrower() = default;

  // Tree `number` of the forest, as an ensemble of one tree: the same whoever grows it, in whatever
  // order.
  virtual TreeEnsemble grow(std::uint32_t number) = 0;
};

// The matrix block behind `matrix` must outlive the grower.
std::unique_ptr<TreeGrower> make_tree_grower(const BinnedMatrix& matrix, const ForestParams& params,
                                             const StopFlag& stop);

// Adds the one tree of `tree` behind those of `forest`.
void append_tree(TreeEnsemble& forest, const TreeEnsemble& tree);

}  // namespace credit_risk
