// Results that are arrays of rows of a composite type, and rows of one.
#pragma once
#include <cmath>

#include "pg/postgres.hpp"

namespace credit_risk::pg {

constexpr int kMostRowColumns = 16;

// One row: columns in the order of the type.
class RowValues {
 public:
  void add(Datum value) {
    values_[count_] = value;
    nulls_[count_++] = false;
  }
  void add_null() {
    values_[count_] = Datum{0};
    nulls_[count_++] = true;
  }
  void add_count(std::uint64_t count) { add(Int64GetDatum(static_cast<int64>(count))); }
  void add_int(int number) { add(Int32GetDatum(number)); }
  // NaN is an undefined figure: NULL.
  void add_figure(double figure) {
    if (std::isnan(figure)) {
      add_null();
    } else {
      add(Float8GetDatum(figure));
    }
  }
  // An infinite bound is none: NULL.
  void add_bound(double bound) {
    if (std::isinf(bound)) {
      add_null();
    } else {
      add_figure(bound);
    }
  }
  void add_text(const char* text, std::size_t size) {
    add(PointerGetDatum(cstring_to_text_with_len(text, static_cast<int>(size))));
  }

  Datum tuple(TupleDesc shape) {
    return HeapTupleGetDatum(heap_form_tuple(shape, values_, nulls_));
  }

  void put(const ReturnSetInfo* result) {
    tuplestore_putvalues(result->setResult, result->setDesc, values_, nulls_);
  }

 private:
  int count_ = 0;
  Datum values_[kMostRowColumns];
  bool nulls_[kMostRowColumns];
};

static_assert(std::is_trivially_destructible_v<RowValues>);

// The array of the called function's result type, of `count` rows that `fill(i, &row)` makes.
// Refuses more than kMostArrayRows.
struct RowArray {
  Oid type;
  TupleDesc shape;
  Datum* elements;
  std::size_t count;
};

constexpr std::size_t kMostArrayRows = 10000000;

RowArray begin_row_array(FunctionCallInfo fcinfo, std::size_t count);
Datum finish_row_array(const RowArray& array);

template <class Fill>
Datum row_array(FunctionCallInfo fcinfo, std::size_t count, Fill&& fill) {
  const RowArray array = begin_row_array(fcinfo, count);
  for (std::size_t i = 0; i < count; ++i) {
    CHECK_FOR_INTERRUPTS();
    RowValues row;
    fill(i, &row);
    array.elements[i] = row.tuple(array.shape);
  }
  return finish_row_array(array);
}

// The one row that the called function returns.
Datum row_datum(FunctionCallInfo fcinfo, RowValues* row);

}  // namespace credit_risk::pg
