// The tree operators of an ONNX graph: TreeEnsembleClassifier and TreeEnsembleRegressor of
// ai.onnx.ml 1 to 4, TreeEnsemble of 5.
#pragma once
#include <string>
#include <vector>

#include "core/model/formats/foreign_model.hpp"
#include "core/model/formats/onnx/columns.hpp"
#include "core/model/formats/onnx/file.hpp"
#include "core/model/formats/tree_appender.hpp"
#include "core/model/model.hpp"

namespace credit_risk {

bool is_onnx_trees(const OnnxNode& node);

// Fills the trees, the arithmetic and, as far as the operator itself has one, the link of `model`,
// whose features are named already. Throws kBadModel naming the node, kLimit, or kInvalidInput for
// options that do not fit.
void append_onnx_trees(const OnnxNode& node, const OnnxColumns& columns,
                       const ImportOptions& options, Model& model);

// TreeEnsemble, for append_onnx_trees.
void append_onnx_tree_ensemble(const OnnxNode& node, const OnnxColumns& columns,
                               const ImportOptions& options, Model& model);

// By feature.
std::vector<std::vector<std::string>> told_codes(const ImportOptions& options, const Model& model);

// Training weight, where what a converter wrote as hit rates is one: those of the children of each
// split add up to its own. `covers`: by place in `tree`; not positive where not known.
void use_hit_rates(const std::vector<double>& covers, SourceTree& tree);

}  // namespace credit_risk
