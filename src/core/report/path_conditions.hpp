// What a path from the root of a tree asks of one feature.
#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/model/model.hpp"

namespace credit_risk {

class PathCondition {
 public:
  PathCondition(const Feature& feature, bool float32);

  // What takes a row to that child of the node, a split on the feature, holds from here on.
  void follow(const TreeEnsemble& trees, std::size_t node, bool to_left);

  bool holds_always() const { return missing_ && allows_all(); }
  bool holds_never() const { return !missing_ && allows_none(); }
  // "income > 10 AND income <= 20 (or missing)"; not where it holds always or never.
  std::string text() const;

 private:
  bool allows_all() const;
  bool allows_none() const;
  std::string values_text() const;
  std::string range_text() const;
  std::string categories_text() const;
  std::string bound_text(const char* to, const char* beyond, double bound) const;

  const Feature& feature_;
  const bool float32_;
  const std::string name_;
  bool missing_ = true;
  // Numeric: lower_ < x <= upper_.
  double lower_ = -std::numeric_limits<double>::infinity();
  double upper_ = std::numeric_limits<double>::infinity();
  // Categorical.
  std::vector<bool> codes_;
  bool unrecognized_ = true;
};

}  // namespace credit_risk
