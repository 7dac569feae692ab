#include "pg/models/feature_map.hpp"

#include <cmath>
#include <limits>

#include "core/model/category_text.hpp"

namespace credit_risk::pg {
namespace {

[[noreturn]] void refuse_type(const Feature& feature, const char* given) {
  const bool numeric = feature.kind == FeatureKind::kNumeric;
  ereport(ERROR,
          (errcode(ERRCODE_DATATYPE_MISMATCH),
           errmsg("feature \"%s\" must be %s, not %s", feature.name.c_str(),
                  numeric ? "a number" : "a text", given),
           errhint("%s", numeric ? "Pass a number, boolean or date; cast the text if it holds one."
                                 : "Pass the category as text.")));
  pg_unreachable();
}

void list_absent(StringInfo list, const Feature& feature) {
  appendStringInfo(list, "%s\"%s\"", list->len == 0 ? "" : ", ", feature.name.c_str());
}

constexpr char kPassAll[] = "Pass every feature by its name; NULL where the value is not known.";

[[noreturn]] void refuse_absent(const char* absent, int count, const char* model,
                                const char* hint = kPassAll) {
  ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                  errmsg_plural("%d feature of model \"%s\" is absent",
                                "%d features of model \"%s\" are absent", count, count, model),
                  errdetail("Absent: %s.", absent), errhint("%s", hint)));
  pg_unreachable();
}

[[noreturn]] void refuse_count(const char* what, int given, int wanted, const char* model,
                               const char* hint) {
  ereport(ERROR,
          (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
           errmsg("%s has %d values, model \"%s\" has %d features", what, given, model, wanted),
           errhint("%s", hint)));
  pg_unreachable();
}

// Names that a row constructor without names gives: f1, f2, ...
bool is_anonymous(TupleDesc descriptor) {
  if (descriptor->tdtypeid != RECORDOID) return false;
  for (int i = 0; i < descriptor->natts; ++i) {
    char expected[NAMEDATALEN];
    pg_snprintf(expected, sizeof expected, "f%d", i + 1);
    if (std::strcmp(NameStr(TupleDescAttr(descriptor, i)->attname), expected) != 0) return false;
  }
  return true;
}

const char* json_type_name(const JsonbValue& value) {
  switch (value.type) {
    case jbvString:
      return "a string";
    case jbvBool:
      return "a boolean";
    case jbvNumeric:
      return "a number";
    default:
      return JsonContainerIsArray(value.val.binary.data) ? "an array" : "an object";
  }
}

}  // namespace

void FeatureReader::use_model(LoadedModel* model) {
  values_.assign(model->features().size(), 0.0);
  unrecognized_texts_.assign(model->features().size(), TextSpan{nullptr, 0});
  columns_.resize(model->features().size());
  row_ = {values_.data(), unrecognized_texts_.data(), 0, 0};
  model_ = model;
  record_type_ = InvalidOid;
}

void FeatureReader::start_row() {
  if (row_.unrecognized > 0) {
    for (TextSpan& text : unrecognized_texts_) text = {nullptr, 0};
  }
  row_.missing = row_.unrecognized = 0;
}

void FeatureReader::put_null(std::int32_t feature) {
  row_.values[feature] = std::numeric_limits<double>::quiet_NaN();
  ++row_.missing;
}

void FeatureReader::put_number(std::int32_t feature, double value) {
  row_.values[feature] = value;
  row_.missing += std::isnan(value) ? 1 : 0;
}

void FeatureReader::put_category(std::int32_t feature, double code, TextSpan text, bool transient) {
  row_.values[feature] = code;
  if (code != kUnrecognized) return;
  ++row_.unrecognized;
  row_.unrecognized_texts[feature] = {transient ? pnstrdup(text.data, text.size) : text.data,
                                      text.size};
}

void FeatureReader::put_text(std::int32_t feature, TextSpan text, bool transient) {
  put_category(feature, model_->category_code(feature, text.data, text.size), text, transient);
}

void FeatureReader::put_numeric_category(std::int32_t feature, TextSpan text, bool transient) {
  const double code = number_code(
      std::string_view(text.data, text.size), kUnrecognized, [&](std::string_view spelling) {
        return model_->category_code(feature, spelling.data(), spelling.size());
      });
  put_category(feature, code, text, transient);
}

void FeatureReader::put_truth(std::int32_t feature, bool value) {
  const double code = truth_code(value, kUnrecognized, [&](std::string_view spelling) {
    return model_->category_code(feature, spelling.data(), spelling.size());
  });
  const std::string_view text = value ? kTrueSpellings[0] : kFalseSpellings[0];
  put_category(feature, code, {text.data(), text.size()}, false);
}

// ---- records

void FeatureReader::check_column(const Column& column) const {
  const Feature& wanted = feature(column.feature);
  const Oid type = TupleDescAttr(descriptor_, column.attribute)->atttypid;
  const bool fits = wanted.kind == FeatureKind::kNumeric
                        ? is_number(column.kind) || column.kind == ValueKind::kUnknown
                        : column.kind != ValueKind::kUnsupported;
  if (!fits) refuse_type(wanted, psprintf("of type %s", format_type_be(type)));
}

// Fills columns_ and returns true, or false when no column bears a feature's name.
bool FeatureReader::map_by_name() {
  bool* found = static_cast<bool*>(palloc0(feature_count() + 1));
  column_count_ = 0;
  for (int i = 0; i < descriptor_->natts; ++i) {
    const Form_pg_attribute attribute = TupleDescAttr(descriptor_, i);
    if (attribute->attisdropped) continue;
    const char* name = NameStr(attribute->attname);
    const std::int32_t position = model_->feature_of(name, std::strlen(name));
    if (position == NameIndex::kNone) continue;
    if (found[position]) {
      ereport(ERROR, (errcode(ERRCODE_AMBIGUOUS_COLUMN),
                      errmsg("column \"%s\" of the record is ambiguous", name),
                      errdetail("It is a feature of the model and occurs more than once."),
                      errhint("Leave one of them out.")));
    }
    found[position] = true;
    columns_[column_count_++] = {i, position, value_kind(attribute->atttypid)};
  }
  return column_count_ > 0;
}

void FeatureReader::map_by_position(const char* model) {
  if (descriptor_->natts != feature_count()) {
    refuse_count("row without column names", descriptor_->natts, feature_count(), model,
                 "Pass a row that has column names, of a table, view or subquery, or all features "
                 "in order.");
  }
  for (std::int32_t i = 0; i < feature_count(); ++i) {
    columns_[i] = {i, i, value_kind(TupleDescAttr(descriptor_, i)->atttypid)};
  }
  column_count_ = feature_count();
}

void FeatureReader::map_columns(const char* model) {
  if (!map_by_name() && is_anonymous(descriptor_)) map_by_position(model);
  if (column_count_ == values_.size()) return;
  bool* found = static_cast<bool*>(palloc0(feature_count() + 1));
  for (std::size_t i = 0; i < column_count_; ++i) found[columns_[i].feature] = true;
  StringInfoData absent;
  initStringInfo(&absent);
  bool too_long = false;
  for (std::int32_t i = 0; i < feature_count(); ++i) {
    if (found[i]) continue;
    list_absent(&absent, feature(i));
    too_long |= feature(i).name.size() >= NAMEDATALEN;
  }
  refuse_absent(absent.data, feature_count() - static_cast<int>(column_count_), model,
                too_long ? "A column has a name of 63 bytes at most: pass jsonb, or import the "
                           "model with shorter names in features."
                         : kPassAll);
}

bool FeatureReader::is_mapped(Oid type, std::int32_t typmod) {
  if (type != record_type_ || typmod != record_typmod_) return false;
  if (record_type_checked_) return true;
  record_type_checked_ = assign_record_type_identifier(type, typmod) == record_identifier_;
  return record_type_checked_;
}

void FeatureReader::map_record(Oid type, std::int32_t typmod, const char* model,
                               MemoryContext context) {
  record_type_ = InvalidOid;  // stays so if anything below ereports
  if (map_context_ == nullptr) {
    map_context_ = AllocSetContextCreate(context, "credit_risk record map", ALLOCSET_SMALL_SIZES);
  }
  MemoryContextReset(map_context_);
  MemoryContext before = MemoryContextSwitchTo(map_context_);
  record_identifier_ = assign_record_type_identifier(type, typmod);
  TupleDesc shared = lookup_rowtype_tupdesc(type, typmod);
  descriptor_ = CreateTupleDescCopyConstr(shared);
  ReleaseTupleDesc(shared);
  const auto columns = static_cast<Size>(descriptor_->natts);
  datums_ = static_cast<Datum*>(palloc((columns + 1) * sizeof(Datum)));
  nulls_ = static_cast<bool*>(palloc(columns + 1));
  MemoryContextSwitchTo(before);
  map_columns(model);
  for (std::size_t i = 0; i < column_count_; ++i) check_column(columns_[i]);
  record_type_ = type;
  record_typmod_ = typmod;
  record_type_checked_ = true;
}

const FeatureRow& FeatureReader::read_record(HeapTupleHeader record, const char* model,
                                             MemoryContext context) {
  const Oid type = HeapTupleHeaderGetTypeId(record);
  const std::int32_t typmod = HeapTupleHeaderGetTypMod(record);
  if (!is_mapped(type, typmod)) map_record(type, typmod, model, context);
  HeapTupleData tuple;
  tuple.t_len = HeapTupleHeaderGetDatumLength(record);
  ItemPointerSetInvalid(&tuple.t_self);
  tuple.t_tableOid = InvalidOid;
  tuple.t_data = record;
  heap_deform_tuple(&tuple, descriptor_, datums_, nulls_);
  start_row();
  for (std::size_t i = 0; i < column_count_; ++i) {
    const Column& column = columns_[i];
    const Datum datum = datums_[column.attribute];
    if (nulls_[column.attribute]) {
      put_null(column.feature);
    } else if (feature(column.feature).kind == FeatureKind::kNumeric) {
      if (column.kind == ValueKind::kUnknown) refuse_type(feature(column.feature), "a text");
      put_number(column.feature, number_of(column.kind, datum));
    } else if (column.kind == ValueKind::kBool) {
      put_truth(column.feature, DatumGetBool(datum));
    } else {
      char buffer[kTextBuffer];
      const TextSpan text = text_of(column.kind, datum, buffer);
      if (is_number(column.kind) && column.kind != ValueKind::kDate)
        put_numeric_category(column.feature, text, text.data == buffer);
      else
        put_text(column.feature, text, text.data == buffer);
    }
  }
  return row_;
}

// ---- jsonb

// As to_jsonb writes the NaN of a column.
static bool is_nan(const JsonbValue& value) {
  return value.type == jbvString && value.val.string.len == 3 &&
         std::memcmp(value.val.string.val, "NaN", 3) == 0;
}

void FeatureReader::put_json(std::int32_t position, const JsonbValue& value) {
  const Feature& wanted = feature(position);
  const bool numeric = wanted.kind == FeatureKind::kNumeric;
  char buffer[kTextBuffer];
  if (value.type == jbvNull || (numeric && is_nan(value))) {
    put_null(position);
  } else if (value.type == jbvBool && numeric) {
    put_number(position, value.val.boolean ? 1.0 : 0.0);
  } else if (value.type == jbvBool) {
    put_truth(position, value.val.boolean);
  } else if (value.type == jbvNumeric && numeric) {
    put_number(position, numeric_to_double(value.val.numeric));
  } else if (value.type == jbvNumeric) {
    put_numeric_category(
        position, text_of(ValueKind::kNumeric, NumericGetDatum(value.val.numeric), buffer), false);
  } else if (value.type == jbvString && !numeric) {
    put_text(position, {value.val.string.val, static_cast<std::size_t>(value.val.string.len)},
             false);
  } else {
    refuse_type(wanted, json_type_name(value));
  }
}

const FeatureRow& FeatureReader::read_jsonb(Jsonb* object, const char* model) {
  if (!JB_ROOT_IS_OBJECT(object)) {
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("features must be a JSON object"),
             errhint("Pass the features by name, such as {\"monthly_income\": 45000}.")));
  }
  start_row();
  StringInfoData absent{};
  int absent_count = 0;
  for (std::int32_t i = 0; i < feature_count(); ++i) {
    const std::string& name = feature(i).name;
    JsonbValue value;
    if (getKeyJsonValueFromContainer(&object->root, name.data(), static_cast<int>(name.size()),
                                     &value) != nullptr) {
      put_json(i, value);
      continue;
    }
    if (absent_count++ == 0) initStringInfo(&absent);
    list_absent(&absent, feature(i));
  }
  if (absent_count > 0) refuse_absent(absent.data, absent_count, model);
  return row_;
}

// ---- float8[]

const FeatureRow& FeatureReader::read_array(Float8Span given, const char* model) {
  if (given.size != values_.size()) {
    refuse_count(
        "array", static_cast<int>(given.size), feature_count(), model,
        "Pass every feature in the order of column features of credit_risk.model_version.");
  }
  start_row();
  for (std::int32_t i = 0; i < feature_count(); ++i) {
    put_number(i, given.data[i]);
    if (given.data[i] == kUnrecognized && feature(i).kind == FeatureKind::kCategorical) {
      ++row_.unrecognized;
    }
  }
  return row_;
}

}  // namespace credit_risk::pg
