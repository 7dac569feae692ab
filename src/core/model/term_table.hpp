// Terms as the kernels read them: one flat table, no allocation per row.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/model/model.hpp"

namespace credit_risk {

class TermTable {
 public:
  explicit TermTable(const Model& model);  // of a validated model of terms

  // The sum of the terms of a row, in feature order. Throws kInvalidInput naming the feature where
  // a value is infinite, neither the code of a category nor kUnrecognized nor NaN, missing or
  // unrecognized where the model refuses that, or so large that the terms exceed kMaxMargin.
  double sum(const double* row) const;

  // The same with each term written to `parts[feature]`, 0 where a feature has none.
  double sum(const double* row, double* parts) const;

  std::size_t feature_count() const noexcept { return names_.size(); }
  std::size_t byte_size() const noexcept;

 private:
  // `numbers_` from `numbers` on: specials, their values, edges, values.
  struct Entry {
    std::int32_t feature;
    TermKind kind;
    std::uint32_t specials;  // how many
    std::uint32_t edges;     // how many; of categories: how many of them
    std::size_t numbers;
    double zero;  // |x| at or below this is missing, too
    double slope, center;
    double missing, unrecognized;  // NaN: the row is refused
  };

  template <class Put>
  double add_up(const double* row, Put put) const;
  double value_of(const Entry& entry, double x) const noexcept;
  double value_of_number(const Entry& entry, double x) const noexcept;
  [[noreturn]] void refuse(const double* row) const;
  void check(const Entry& entry, double x) const;

  std::vector<Entry> entries_;
  std::vector<double> numbers_;
  std::vector<std::string> names_;
};

}  // namespace credit_risk
