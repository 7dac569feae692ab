#include "pg/train/training_set.hpp"

#include <cmath>

#include "core/train/data/feature_choice.hpp"
#include "core/train/data/row_collector.hpp"
#include "core/train/trainer.hpp"
#include "pg/guard.hpp"
#include "pg/row_query.hpp"
#include "pg/settings.hpp"
#include "pg/train/train_progress.hpp"
#include "pg/tuples.hpp"

namespace credit_risk::pg {
namespace {

constexpr std::size_t kBatchCells = 65536;
constexpr std::size_t kBatchRows = 1000;

// A column as it is read: plain data.
struct Source {
  int attribute;  // from 1
  ValueKind kind;
  bool as_text;
  bool is_timestamp;  // microseconds in whole numbers, without a kind
};

const char* column_name(TupleDesc columns, int attribute) {
  return NameStr(TupleDescAttr(columns, attribute - 1)->attname);
}

Source source_of(TupleDesc columns, int attribute) {
  const Oid type = TupleDescAttr(columns, attribute - 1)->atttypid;
  const ValueKind kind = value_kind(type);
  if (kind == ValueKind::kUnsupported || kind == ValueKind::kUnknown) {
    ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                    errmsg("column \"%s\" has type %s, which a model cannot use",
                           column_name(columns, attribute), format_type_be(type)),
                    errdetail("Features are numbers, booleans, dates, texts and enums."),
                    errhint("Cast it in the query (a timestamp to date, for instance), or leave it "
                            "out with params.exclude.")));
  }
  return {attribute, kind, !is_number(kind), false};
}

Source target_source(TupleDesc columns, int attribute, bool has_positive) {
  Source source = source_of(columns, attribute);
  if (!has_positive && (source.as_text || source.kind == ValueKind::kDate)) {
    ereport(
        ERROR,
        (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
         errmsg("target \"%s\" must be boolean or hold 0 and 1", column_name(columns, attribute)),
         errdetail("Its type is %s.",
                   format_type_be(TupleDescAttr(columns, attribute - 1)->atttypid)),
         errhint(
             "Name the value that counts as 1 in params.positive: '{\"positive\": \"bad\"}'.")));
  }
  source.as_text = has_positive;
  return source;
}

void report_protected(const char* name) {
  if (protected_attributes == kAllowProtected) return;
  ereport(protected_attributes == kRefuseProtected ? ERROR : WARNING,
          (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
           errmsg("feature \"%s\" is a protected attribute", name),
           errdetail("Lending law may forbid decisions by gender, religion, caste or race."),
           errhint("Leave it out with params.exclude, or choose it on purpose with "
                   "params.allow_protected or "
                   "params.features.")));
}

// The numbers of the chosen columns from 1, 0 for none: plain data for the rest of the way.
struct Chosen {
  int* attributes;
  std::size_t features;
  int target, weight, time;
  int* protected_attributes;
  std::size_t protected_count;
};

Chosen choose_attributes(TupleDesc columns, const char* target, const TrainOptions* options) {
  const std::size_t bytes = sizeof(int) * static_cast<std::size_t>(columns->natts);
  Chosen chosen{};
  chosen.attributes = static_cast<int*>(palloc(bytes));
  chosen.protected_attributes = static_cast<int*>(palloc(bytes));
  guard([&] {
    std::vector<std::string> names;
    for (int i = 1; i <= columns->natts; ++i) names.emplace_back(column_name(columns, i));
    const ColumnChoice choice = choose_columns(names, target, *options);
    const auto attribute = [](std::size_t index) { return static_cast<int>(index) + 1; };
    for (const std::size_t i : choice.features) chosen.attributes[chosen.features++] = attribute(i);
    chosen.target = attribute(choice.target);
    if (choice.weight.has_value()) chosen.weight = attribute(*choice.weight);
    if (choice.time.has_value()) chosen.time = attribute(*choice.time);
    for (const std::size_t i : choice.protected_features) {
      chosen.protected_attributes[chosen.protected_count++] = attribute(i);
    }
  });
  return chosen;
}

Source weight_source(TupleDesc columns, int attribute) {
  const Source source = source_of(columns, attribute);
  if (!source.as_text && source.kind != ValueKind::kBool && source.kind != ValueKind::kDate)
    return source;
  ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                  errmsg("weight \"%s\" must be a number", column_name(columns, attribute)),
                  errdetail("Its type is %s.",
                            format_type_be(TupleDescAttr(columns, attribute - 1)->atttypid))));
  pg_unreachable();
}

Source time_source(TupleDesc columns, int attribute) {
  const Oid type = TupleDescAttr(columns, attribute - 1)->atttypid;
  if (type == TIMESTAMPOID || type == TIMESTAMPTZOID)
    return {attribute, ValueKind::kUnsupported, false, true};
  const ValueKind kind = value_kind(type);
  if (is_number(kind) && kind != ValueKind::kBool) return source_of(columns, attribute);
  ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                  errmsg("time_column \"%s\" must be a date, a timestamp or a number",
                         column_name(columns, attribute)),
                  errdetail("Its type is %s.", format_type_be(type)),
                  errhint("Name a column that orders the rows, such as the date of application.")));
  pg_unreachable();
}

// What is read of each row.
struct Sources {
  Source* of;            // the features', the target's, then the weight's and the time's
  std::size_t features;  // how many these are
  std::size_t width;     // how many in all
};

Sources choose_sources(TupleDesc columns, const char* target, const TrainOptions* options) {
  const Chosen chosen = choose_attributes(columns, target, options);
  for (std::size_t i = 0; i < chosen.protected_count; ++i) {
    report_protected(column_name(columns, chosen.protected_attributes[i]));
  }
  Sources sources{};
  sources.of = static_cast<Source*>(palloc(sizeof(Source) * (chosen.features + 3)));
  sources.features = chosen.features;
  for (std::size_t i = 0; i < chosen.features; ++i)
    sources.of[sources.width++] = source_of(columns, chosen.attributes[i]);
  sources.of[sources.width++] = target_source(columns, chosen.target, options->has_positive);
  if (chosen.weight != 0) sources.of[sources.width++] = weight_source(columns, chosen.weight);
  if (chosen.time != 0) sources.of[sources.width++] = time_source(columns, chosen.time);
  return sources;
}

RowCollector* make_collector(MemoryContext context, TupleDesc columns, const Sources& sources,
                             const TrainOptions* options) {
  std::vector<RowCollector::ColumnSpec>* const specs =
      make_in_context<std::vector<RowCollector::ColumnSpec>>(context);
  auto* const target = make_in_context<RowCollector::TargetSpec>(context);
  guard([&] {
    for (std::size_t i = 0; i < sources.features; ++i) {
      specs->push_back({column_name(columns, sources.of[i].attribute), sources.of[i].as_text});
    }
    *target = {column_name(columns, sources.of[sources.features].attribute), options->has_positive,
               options->positive};
  });
  const auto limit = static_cast<std::uint64_t>(training_megabytes) * 1024 * 1024;
  auto* const rows = make_in_context<RowCollector>(context, *specs, *target, limit, options->weight,
                                                   options->time_column);
  guard([&] {
    if (options->trainer != nullptr && options->trainer->uses_refused()) rows->keep_refused();
  });
  return rows;
}

CellValue cell_of(const Source& source, Datum value, bool is_null) {
  CellValue cell{is_null, 0.0, nullptr, 0};
  if (is_null) return cell;
  if (source.is_timestamp) {
    cell.number = static_cast<double>(DatumGetInt64(value));
    return cell;
  }
  if (!source.as_text) {
    cell.number = number_of(source.kind, value);
    cell.missing = std::isnan(cell.number);
    return cell;
  }
  char buffer[kTextBuffer];
  const TextSpan text = text_of(source.kind, value, buffer);
  cell.text = text.data == buffer ? pnstrdup(text.data, text.size) : text.data;
  cell.size = text.size;
  return cell;
}

// Reads one batch and adds its rows to `*read`; returns false at the end.
bool read_batch(Portal portal, const Sources& sources, CellValue* cells, RowCollector* rows,
                std::uint64_t* read) {
  const std::size_t width = sources.width;
  fetch_rows(portal, static_cast<long>(kBatchCells / width > kBatchRows ? kBatchRows
                                                                        : kBatchCells / width));
  const std::uint64_t count = SPI_processed;
  TupleDesc columns = SPI_tuptable->tupdesc;
  auto* const values = static_cast<Datum*>(palloc(sizeof(Datum) * columns->natts));
  auto* const nulls = static_cast<bool*>(palloc(sizeof(bool) * columns->natts));
  for (std::uint64_t row = 0; row < count; ++row) {
    heap_deform_tuple(SPI_tuptable->vals[row], columns, values, nulls);
    for (std::size_t i = 0; i < width; ++i) {
      const int place = sources.of[i].attribute - 1;
      cells[row * width + i] = cell_of(sources.of[i], values[place], nulls[place]);
    }
  }
  guard([&] { rows->add(cells, count, interrupt_flag()); });
  SPI_freetuptable(SPI_tuptable);
  *read += count;
  return count > 0;
}

}  // namespace

char* required_text(FunctionCallInfo fcinfo, int arg, const char* name) {
  if (PG_ARGISNULL(arg)) {
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be NULL", name)));
  }
  return text_to_cstring(PG_GETARG_TEXT_PP(arg));
}

RowCollector* read_training_set(const char* query, const char* target, const TrainOptions* options,
                                TrainProgress* progress) {
  const MemoryContext result_context = CurrentMemoryContext;
  SPI_connect();
  Portal portal = open_row_cursor(query);
  if (portal->tupDesc == nullptr || portal->tupDesc->natts == 0) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("query must return columns")));
  }
  const Sources sources = choose_sources(portal->tupDesc, target, options);
  RowCollector* const rows = make_collector(result_context, portal->tupDesc, sources, options);
  auto* const cells =
      static_cast<CellValue*>(palloc(sizeof(CellValue) * (kBatchCells + sources.width)));
  const MemoryContext batch =
      AllocSetContextCreate(CurrentMemoryContext, "credit_risk batch", ALLOCSET_DEFAULT_SIZES);
  std::uint64_t read = 0;
  for (bool more = true; more;) {
    CHECK_FOR_INTERRUPTS();
    if (progress != nullptr) progress->rows_read(read);
    const MemoryContext outer = MemoryContextSwitchTo(batch);
    more = read_batch(portal, sources, cells, rows, &read);
    MemoryContextSwitchTo(outer);
    MemoryContextReset(batch);
  }
  SPI_cursor_close(portal);
  SPI_finish();
  return rows;
}

}  // namespace credit_risk::pg
