// The points of a scorecard, as a table and as plain SQL.
#include <algorithm>

#include "core/metrics/tables/weight_of_evidence.hpp"
#include "core/model/category_text.hpp"
#include "core/model/codec.hpp"
#include "core/train/scorecard/points_table.hpp"
#include "pg/guard.hpp"
#include "pg/row_query.hpp"
#include "pg/tuples.hpp"
#include "pg/train/woe_rows.hpp"

namespace credit_risk::pg {
namespace {

// As rows of the result need them.
struct PointsRows {
  Model model;
  std::vector<Attribute> attributes;
  std::vector<std::string> labels;
  std::vector<std::vector<const char*>> categories;
};

PointsRows* points_rows(const bytea* content) {
  auto* const rows = make_in_context<PointsRows>(CurrentMemoryContext);
  guard([&] {
    rows->model = decode(VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content));
    rows->attributes = points_table(rows->model);
    for (const Attribute& attribute : rows->attributes) {
      rows->labels.push_back(attribute_label(rows->model, attribute));
      rows->categories.emplace_back();
      for (const std::uint32_t code : attribute.codes) {
        rows->categories.back().push_back(
            rows->model.features[attribute.feature].categories[code].c_str());
      }
    }
  });
  return rows;
}

void put_attribute(const ReturnSetInfo* result, const PointsRows* rows, std::size_t i, int number) {
  const Attribute& attribute = rows->attributes[i];
  const std::string& feature = rows->model.features[attribute.feature].name;
  const std::vector<const char*>& names = rows->categories[i];
  const char* const kind = bin_kind_name(attribute.kind);
  RowValues row;
  row.add_text(feature.data(), feature.size());
  row.add_int(number);
  row.add_text(kind, std::strlen(kind));
  row.add_text(rows->labels[i].data(), rows->labels[i].size());
  row.add_bound(attribute.lower);
  row.add_bound(attribute.upper);
  if (names.empty()) {
    row.add_null();
  } else {
    row.add(text_array_datum(names.data(), names.size()));
  }
  row.add_figure(attribute.points);
  row.put(result);
}

// The points that every row has.
void put_base(const ReturnSetInfo* result, double points) {
  RowValues row;
  for (int column = 0; column < 7; ++column) {
    if (column == 2 || column == 3) {
      row.add_text("base", 4);
    } else {
      row.add_null();
    }
  }
  row.add_figure(points);
  row.put(result);
}

// The number of the column of this name, from 0; -1 for none.
int column_of(TupleDesc columns, const char* name) {
  for (int i = 0; i < columns->natts; ++i) {
    if (std::strcmp(NameStr(TupleDescAttr(columns, i)->attname), name) == 0) return i;
  }
  return -1;
}

[[noreturn]] void refuse_column(const char* name, Oid type) {
  ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                  errmsg("feature \"%s\" is a number, but its column has type %s", name,
                         format_type_be(type)),
                  errhint("Cast the column in the query.")));
  pg_unreachable();
}

// The category that stands for the truth value, as a literal.
const char* truth_literal(const Feature& feature, bool value) {
  const auto& known = feature.categories;
  const auto at = truth_code(value, std::size_t{known.size()}, [&](std::string_view spelling) {
    return static_cast<std::size_t>(std::find(known.begin(), known.end(), spelling) -
                                    known.begin());
  });
  return quote_literal_cstr(at < known.size() ? known[at].c_str() : value ? "true" : "false");
}

bool has_category(const Feature& feature, const char* text, std::size_t size) {
  return std::find(feature.categories.begin(), feature.categories.end(),
                   std::string_view(text, size)) != feature.categories.end();
}

// The text of a number with ".0" behind it where the model has only that, as number_code finds it.
const char* spelled_number(const char* text, const Feature& feature) {
  StringInfoData list;
  initStringInfo(&list);
  for (const std::string& category : feature.categories) {
    const std::size_t size = category.size();
    if (size < 3 || category.compare(size - 2, 2, ".0") != 0) continue;
    if (has_category(feature, category.data(), size - 2)) continue;
    appendStringInfo(&list, "%s%s", list.len == 0 ? "" : ", ",
                     quote_literal_cstr(pnstrdup(category.data(), size - 2)));
  }
  if (list.len == 0) return text;
  return psprintf("CASE WHEN %s IN (%s) THEN %s || '.0' ELSE %s END", text, list.data, text, text);
}

// As scoring reads a category: numbers by text_of, truth values by truth_code, all byte by byte.
const char* category_expression(const char* column, ValueKind kind, const Feature& feature) {
  if (kind == ValueKind::kBool) {
    return psprintf("CASE %s WHEN true THEN %s WHEN false THEN %s END COLLATE \"C\"", column,
                    truth_literal(feature, true), truth_literal(feature, false));
  }
  if (kind == ValueKind::kNumeric) {
    column = psprintf("trim_scale(%s)", column);
  } else if (kind == ValueKind::kFloat4 || kind == ValueKind::kFloat8) {
    // By way of text, as the cast to numeric would round to 15 digits.
    column = psprintf("trim_scale(CAST(CAST(%s AS text) AS numeric))", column);
  }
  const char* text = psprintf("CAST(%s AS text)", column);
  if (is_number(kind) && kind != ValueKind::kDate) text = spelled_number(text, feature);
  return psprintf("%s COLLATE \"C\"", text);
}

// What the column is to the model, in SQL: double precision for a number, text for a category. A
// date that is infinite has an infinite epoch, but cannot be subtracted from.
const char* expression_of(TupleDesc columns, const Feature& feature) {
  const char* const name = feature.name.c_str();
  const int place = column_of(columns, name);
  if (place < 0) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                    errmsg("feature \"%s\" is not a column of the query", name),
                    errhint("Pass a query that returns the features of the scorecard.")));
  }
  char* const column = psprintf("f.%s", quote_identifier(name));
  const Oid type = TupleDescAttr(columns, place)->atttypid;
  const ValueKind value = value_kind(type);
  if (feature.kind == FeatureKind::kCategorical) return category_expression(column, value, feature);
  if (!is_number(value)) refuse_column(name, type);
  if (value == ValueKind::kBool)
    return psprintf("CAST(CAST(%s AS int) AS double precision)", column);
  if (value == ValueKind::kDate)
    return psprintf("CAST(extract(epoch FROM %s) AS double precision) / 86400", column);
  return psprintf("CAST(%s AS double precision)", column);
}

void refuse_added_column(TupleDesc columns, const char* name) {
  if (column_of(columns, name) < 0) return;
  ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN),
                  errmsg("the query has a column \"%s\", which the result adds", name),
                  errhint("Leave it out, or give it another name by AS.")));
}

// An expression for each feature that has a term, over the columns of the statement.
const char** column_expressions(const PointsRows* rows, const char* statement) {
  const std::size_t count = rows->model.features.size();
  auto** const expressions = static_cast<const char**>(palloc0(sizeof(char*) * (count + 1)));
  const MemoryContext outer = CurrentMemoryContext;
  SPI_connect();
  Portal portal = open_row_cursor(statement);
  MemoryContextSwitchTo(outer);
  refuse_added_column(portal->tupDesc, "points");
  refuse_added_column(portal->tupDesc, "credit_score");
  for (std::size_t i = 0; i < rows->model.terms.size(); ++i) {
    const std::int32_t feature = rows->model.terms[i].feature;
    expressions[feature] = expression_of(portal->tupDesc, rows->model.features[feature]);
  }
  SPI_cursor_close(portal);
  SPI_finish();
  return expressions;
}

}  // namespace

// (content) -> feature, bin, kind, label, lower, upper, categories, points
CR_FUNCTION(cr_scorecard_attributes) {
  InitMaterializedSRF(fcinfo, 0);
  const auto* const result = reinterpret_cast<const ReturnSetInfo*>(fcinfo->resultinfo);
  const PointsRows* const rows = points_rows(PG_GETARG_BYTEA_PP(0));
  if (rows->model.base_value != 0) put_base(result, rows->model.base_value);
  int number = 0;
  for (std::size_t i = 0; i < rows->attributes.size(); ++i) {
    const bool first = i == 0 || rows->attributes[i].feature != rows->attributes[i - 1].feature;
    number = first ? 1 : number + 1;
    put_attribute(result, rows, i, number);
  }
  PG_RETURN_NULL();
}

// (content, statement) -> SQL
CR_FUNCTION(cr_scorecard_sql) {
  const PointsRows* const rows = points_rows(PG_GETARG_BYTEA_PP(0));
  const char* const statement = text_to_cstring(PG_GETARG_TEXT_PP(1));
  const char* const* const expressions = column_expressions(rows, statement);
  auto* const text = make_in_context<std::string>(CurrentMemoryContext);
  guard([&] {
    std::vector<std::string> columns;
    for (std::size_t f = 0; f < rows->model.features.size(); ++f)
      columns.emplace_back(expressions[f] == nullptr ? "" : expressions[f]);
    *text = scorecard_sql(rows->model, columns, std::string("(\n") + statement + "\n)");
  });
  PG_RETURN_TEXT_P(cstring_to_text_with_len(text->data(), static_cast<int>(text->size())));
}

}  // namespace credit_risk::pg
