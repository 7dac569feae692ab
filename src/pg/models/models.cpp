// The registry's C side: what the SQL of 20_models cannot do itself.
#include "core/error.hpp"
#include "core/model/codec.hpp"
#include "core/model/formats/foreign_model.hpp"
#include "core/model/formats/import_arguments.hpp"
#include "core/model/json/json_form.hpp"
#include "core/model/summary.hpp"
#include "core/train/calibration/calibrated_model.hpp"

#include "pg/arrays.hpp"
#include "pg/guard.hpp"
#include "pg/settings.hpp"

namespace credit_risk::pg {
namespace {

struct Import {
  const char* format;
  const bytea* content;
  const text* features;
  int tree_limit;
  const text* check_rows;
};

template <class Varlena>
std::string_view view(const Varlena* value) {
  return {VARDATA_ANY(value), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(value))};
}

std::string canonical_content(const Import& import) {
  ImportOptions options;
  options.features = parse_features(view(import.features));
  options.tree_limit = static_cast<std::size_t>(std::max(import.tree_limit, 0));
  options.checked = view(import.check_rows) != "null";
  const Model model = import_foreign_model(import.format, view(import.content), options);
  check_rows(model, view(import.check_rows));
  return encode(model);
}

Model model_of(const bytea* content) {
  return decode(VARDATA_ANY(content), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(content)));
}

// A result of the core, copied into memory of the server once no exception can strike any more.
class ResultText {
 public:
  std::string text;

  Datum to_varlena() const {
    if (text.size() > MaxAllocSize - VARHDRSZ) {
      ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("model is too large"),
                      errdetail("It takes %zu bytes, at most %zu fit a field.", text.size(),
                                static_cast<std::size_t>(MaxAllocSize - VARHDRSZ))));
    }
    auto* value = static_cast<struct varlena*>(palloc(text.size() + VARHDRSZ));
    SET_VARSIZE(value, text.size() + VARHDRSZ);
    std::memcpy(VARDATA(value), text.data(), text.size());
    return PointerGetDatum(value);
  }
};

}  // namespace

// A function, not current_setting: calling it loads the module, after which a plain role's SET no
// longer counts.
CR_FUNCTION(cr_independent_approval_required) { PG_RETURN_BOOL(require_independent_approval); }

// (format, content, features, n_trees, check_rows) -> canonical content
CR_FUNCTION(cr_canonical_content) {
  const Import import{text_to_cstring(PG_GETARG_TEXT_PP(0)), PG_GETARG_BYTEA_PP(1),
                      PG_GETARG_TEXT_PP(2), PG_GETARG_INT32(3), PG_GETARG_TEXT_PP(4)};
  auto* result = make_in_context<ResultText>(CurrentMemoryContext);
  guard([&] { result->text = canonical_content(import); });
  return result->to_varlena();
}

// (content) -> JSON text
CR_FUNCTION(cr_model_json) {
  const bytea* content = PG_GETARG_BYTEA_PP(0);
  auto* result = make_in_context<ResultText>(CurrentMemoryContext);
  guard([&] { result->text = to_json(model_of(content)); });
  return result->to_varlena();
}

// (content) -> JSON text of what the model is, without its trees
CR_FUNCTION(cr_model_summary) {
  const bytea* content = PG_GETARG_BYTEA_PP(0);
  auto* result = make_in_context<ResultText>(CurrentMemoryContext);
  guard([&] { result->text = summary(model_of(content)); });
  return DirectFunctionCall1(jsonb_in, CStringGetDatum(result->text.c_str()));
}

// (content, margins, labels, method) -> content
CR_FUNCTION(cr_calibrated_content) {
  const bytea* content = PG_GETARG_BYTEA_PP(0);
  const Float8Span margins = float8_array_arg(fcinfo, 1), labels = float8_array_arg(fcinfo, 2);
  const text* method = PG_GETARG_TEXT_PP(3);
  if (margins.size != labels.size) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("margins and labels must be of the same length")));
  }
  auto* result = make_in_context<ResultText>(CurrentMemoryContext);
  guard([&] {
    result->text = encode(calibrated_model(model_of(content), margins.data, labels.data,
                                           margins.size, view(method), interrupt_flag()));
  });
  return result->to_varlena();
}

// (content, training_rate, population_rate) -> content
CR_FUNCTION(cr_prior_corrected_content) {
  const bytea* content = PG_GETARG_BYTEA_PP(0);
  const double from = PG_GETARG_FLOAT8(1), to = PG_GETARG_FLOAT8(2);
  auto* result = make_in_context<ResultText>(CurrentMemoryContext);
  guard([&] { result->text = encode(prior_corrected_model(model_of(content), from, to)); });
  return result->to_varlena();
}

}  // namespace credit_risk::pg
