// Bins as rows of type woe_bin.
#pragma once
#include "pg/row_arrays.hpp"

namespace credit_risk {
struct CountedBin;
struct Evidence;
}  // namespace credit_risk

namespace credit_risk::pg {

// Text that outlives the guard that made it: plain data in the current memory context.
struct WoeRow {
  const CountedBin* bin;
  const Evidence* evidence;
  const char* const* categories;  // null: of a category bin its text alone
  std::size_t category_count;
  double share;  // of all rows, weighted
  const char* label;
};

Datum text_array_datum(const char* const* texts, std::size_t count);

void fill_woe_row(int number, const WoeRow& from, RowValues* row);

}  // namespace credit_risk::pg
