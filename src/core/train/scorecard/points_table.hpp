// What each attribute of a scorecard is worth, as people read it and as SQL without the extension.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/metrics/tables/bin_counts.hpp"
#include "core/model/model.hpp"

namespace credit_risk {

// A bin of one feature. Exactly one attribute of each feature holds for a row, and their points and
// the base points add up to its total.
struct Attribute {
  std::int32_t feature;
  BinKind kind;
  double lower, upper;               // of a range: lower <= x < upper, infinite where unbounded; of
                                     // a special value: it, twice; else NaN
  std::vector<std::uint32_t> codes;  // of categories that are worth the same
  double points;                     // NaN: the model refuses such a row
};

// Feature by feature, in the order of the terms: ranges ascending, or categories by their points;
// special values, missing and, of categories, unrecognized. Refuses a model that is no scorecard.
std::vector<Attribute> points_table(const Model& model);

// "[10, 20)", the categories, "missing".
std::string attribute_label(const Model& model, const Attribute& attribute);

// A SELECT with CASE alone that adds two columns to the rows of `source`, which it calls f: points,
// the total, and credit_score, as the model has it. `columns[f]` is an expression over f for
// feature f, of type double precision or text. Both are NULL where the model refuses the row. Other
// than the model, it takes infinity for a large number.
std::string scorecard_sql(const Model& model, const std::vector<std::string>& columns,
                          const std::string& source);

}  // namespace credit_risk
