#include "core/train/forest/random_forest.hpp"

#include <numeric>
#include <vector>

#include "core/train/forest/tree_grower.hpp"

namespace credit_risk {

Model empty_forest(const TrainingData& data) {
  Model model;
  model.algorithm = "random_forest";
  model.features = data.features();
  model.link = Link::kIdentity;
  model.average = true;
  return model;
}

Model train_random_forest(const TrainingData& data, const ForestParams& params,
                          const StopFlag& stop) {
  check(data);
  check(params);
  std::vector<std::uint32_t> rows(data.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  const std::vector<std::uint64_t> block = bin_rows(data, rows, stop);
  const auto grower = make_tree_grower(BinnedMatrix(block.data()), params, stop);
  Model model = empty_forest(data);
  for (std::int32_t tree = 0; tree < params.trees; ++tree) {
    append_tree(model.trees, grower->grow(static_cast<std::uint32_t>(tree)));
  }
  return model;
}

}  // namespace credit_risk
