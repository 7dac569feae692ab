// A TreeModel of PMML as a tree of two-way splits.
#pragma once
#include "core/model/formats/pmml/fields.hpp"
#include "core/model/formats/tree_appender.hpp"
#include "core/model/formats/xml.hpp"
#include "core/model/model.hpp"

namespace credit_risk {

// How the score of a node becomes the value of a leaf.
struct PmmlLeaves {
  std::string_view event;  // of a classification: the value whose share is taken; else empty
  double factor = 1;       // what each value is multiplied by
  bool float32 = false;    // scores are float32 numbers
};

// `tree` becomes what `node`, a TreeModel, means; `scope` is that inside of it.
void read_pmml_tree(const XmlNode& node, const PmmlScope& scope, const PmmlLeaves& leaves,
                    const TreeAppender& appender, const Model& model, SourceTree& tree);

}  // namespace credit_risk
