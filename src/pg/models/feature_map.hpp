// Features of one row, from a named record, a jsonb object or a float8[], as the model's numbers.
//
// NULL and NaN are missing. A feature that is absent is an error that lists all absent ones; what
// the model does not know is ignored. Categories are matched by their text, byte by byte: a number
// and a truth value by their spellings (core/model/category_text.hpp); an
// unrecognized one is kUnrecognized.
#pragma once
#include <vector>

#include "pg/arrays.hpp"
#include "pg/models/model_cache.hpp"
#include "pg/tuples.hpp"

namespace credit_risk::pg {

// A row in feature order. Plain pointers into memory that FeatureReader owns.
struct FeatureRow {
  double* values;
  TextSpan* unrecognized_texts;  // set for unrecognized categories, where the text is known; valid
                                 // during the call
  std::int32_t missing;
  std::int32_t unrecognized;
};

// Keeps between rows what does not change: for records, which column is which feature and how it
// converts.
class FeatureReader {
 public:
  // Forgets the last model. C++ phase: may throw.
  void use_model(LoadedModel* model);

  // Another statement: the columns of the record's type may have changed.
  void check_record_type() { record_type_checked_ = false; }

  // Server phase: may ereport. `context` lives as long as this object.
  const FeatureRow& read_record(HeapTupleHeader record, const char* model, MemoryContext context);
  const FeatureRow& read_jsonb(Jsonb* object, const char* model);
  const FeatureRow& read_array(Float8Span given, const char* model);

 private:
  struct Column {
    std::int32_t attribute;
    std::int32_t feature;
    ValueKind kind;
  };

  void start_row();
  bool is_mapped(Oid type, std::int32_t typmod);
  void map_record(Oid type, std::int32_t typmod, const char* model, MemoryContext context);
  void map_columns(const char* model);
  bool map_by_name();
  void map_by_position(const char* model);
  void check_column(const Column& column) const;
  void put_null(std::int32_t feature);
  void put_number(std::int32_t feature, double value);
  void put_category(std::int32_t feature, double code, TextSpan text, bool transient);
  void put_text(std::int32_t feature, TextSpan text, bool transient);
  void put_numeric_category(std::int32_t feature, TextSpan text, bool transient);
  void put_truth(std::int32_t feature, bool value);
  void put_json(std::int32_t feature, const JsonbValue& value);
  const Feature& feature(std::int32_t position) const { return model_->features()[position]; }
  std::int32_t feature_count() const {
    return static_cast<std::int32_t>(model_->features().size());
  }

  LoadedModel* model_ = nullptr;
  FeatureRow row_{};
  std::vector<double> values_;
  std::vector<TextSpan> unrecognized_texts_;

  Oid record_type_ = InvalidOid;
  std::int32_t record_typmod_ = -1;
  std::uint64_t record_identifier_ = 0;  // of the type's columns as they were mapped
  bool record_type_checked_ = false;
  MemoryContext map_context_ = nullptr;  // holds the next three
  TupleDesc descriptor_ = nullptr;       // own copy
  std::vector<Column> columns_;
  std::size_t column_count_ = 0;
  Datum* datums_ = nullptr;
  bool* nulls_ = nullptr;
};

}  // namespace credit_risk::pg
