// What the tree operators of ai.onnx.ml have in common, as ONNX Runtime computes it
// (core/providers/cpu/ml/tree_ensemble_common.h and tree_ensemble_aggregator.h of
// microsoft/onnxruntime).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/model/formats/onnx/columns.hpp"
#include "core/model/formats/onnx/file.hpp"
#include "core/model/formats/tree_appender.hpp"
#include "core/model/model.hpp"

namespace credit_risk {

enum class OnnxMode : std::uint8_t { kLeq, kLt, kGte, kGt, kEq, kNeq, kMember, kLeaf };

// One node of a tree of the file; a missing value goes where `missing_true` says.
struct OnnxSplit {
  OnnxMode mode = OnnxMode::kLeaf;
  std::int64_t column = 0;
  double value = 0;
  std::vector<double> members;  // of kEq, kNeq and kMember, instead of `value`
  bool missing_true = false;
  std::int64_t when_true = 0, when_false = 0;  // places in SourceTree::nodes
};

class OnnxEnsemble {
 public:
  // `node` and `columns` must live on; sets the arithmetic of `model`.
  OnnxEnsemble(const OnnxNode& node, const OnnxColumns& columns, Model& model);

  // First all splits are noted: what they test for equality becomes categories.
  void note(const OnnxSplit& split);
  void finish_categories(const std::vector<std::vector<std::string>>& told);

  // Then the trees, in the order in which they are added.
  SourceNode node_of(const OnnxSplit& split, SourceTree& tree) const;
  void append(const SourceTree& tree, std::size_t number);

  // At last the base value, which ONNX Runtime adds last.
  void finish(double base, bool average, bool logistic);

  // Whether numbers are added in float64.
  bool adds_doubles() const { return columns_.type == OnnxType::kDouble; }

  // The node breaks the operator's rules, or asks for what cannot be carried.
  [[noreturn]] void broken(const std::string& what) const;
  [[noreturn]] void unsupported(const std::string& reason, const std::string& hint = {}) const;

 private:
  const OnnxColumn& column_of(const OnnxSplit& split) const;
  SourceNode number_split(const OnnxSplit& split) const;
  SourceNode equality_split(const OnnxSplit& split, SourceTree& tree) const;
  void add_base(double base, bool average);

  const OnnxNode& node_;
  const OnnxColumns& columns_;
  Model& model_;
  TreeAppender appender_;
  std::vector<std::vector<double>> equals_;  // by feature: what it is compared with, rising
};

}  // namespace credit_risk
