// shap_waterfall: one explanation as a picture.
#include "core/explain/waterfall/waterfall.hpp"

#include <cmath>

#include "pg/explain/explain.hpp"

namespace credit_risk::pg {
namespace {

enum class PictureFormat { kText, kSvg };

PictureFormat format_arg(FunctionCallInfo fcinfo, int arg) {
  const char* const format = PG_ARGISNULL(arg) ? "text" : text_to_cstring(PG_GETARG_TEXT_PP(arg));
  if (std::strcmp(format, "text") == 0) return PictureFormat::kText;
  if (std::strcmp(format, "svg") == 0) return PictureFormat::kSvg;
  ereport(ERROR,
          (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("format \"%s\" does not exist", format),
           errhint("Pass 'text' or 'svg'.")));
  pg_unreachable();
}

// The picture is UTF-8: blocks, and the model's names.
void require_utf8() {
  if (GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_SQL_ASCII) return;
  ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                  errmsg("a waterfall cannot be drawn in encoding %s", GetDatabaseEncodingName()),
                  errhint("Use shap_explain, or a database with encoding UTF8.")));
}

// Numbers with a fraction in six digits: a picture is for reading.
TextSpan drawn_value(const ExplainSite& site, const FeatureRow& row, std::int32_t line,
                     char (&buffer)[kTextBuffer]) {
  const TextSpan value = line_value(site, row, line, buffer);
  if (value.data == nullptr) return {"missing", std::strlen("missing")};
  const FeatureGroups* const groups = site.groups();
  if (groups != nullptr && groups->lines()[line].is_group) return value;
  const std::int32_t feature = groups == nullptr ? line : groups->lines()[line].members.front();
  const double number = row.values[feature];
  if (site.model().features()[feature].kind != FeatureKind::kNumeric || number == std::rint(number))
    return value;
  const int size = pg_snprintf(buffer, kTextBuffer, "%.6g", number);
  return {buffer, static_cast<std::size_t>(size)};
}

// Draws the first `top` lines, and all others as one.
Waterfall* waterfall_of(const ExplainSite& site, const FeatureRow& row,
                        const Explanation& explanation, std::int32_t top) {
  auto* const picture = make_in_context<Waterfall>(CurrentMemoryContext);
  for (std::int32_t rank = 0; rank < explanation.lines; ++rank) {
    const std::int32_t line = explanation.order[rank];
    if (rank >= top) {
      ++picture->other_features;
      picture->other_impact += explanation.impacts[line];
      continue;
    }
    char buffer[kTextBuffer];
    const TextSpan name = line_name(site, line);
    const TextSpan value = drawn_value(site, row, line, buffer);
    guard([&] {
      picture->steps.push_back({std::string(name.data, name.size),
                                std::string(value.data, value.size), explanation.impacts[line]});
    });
  }
  guard([&] { picture->output_name = site.scale().output_name; });
  picture->rising_is_risk = site.scale().rising_is_risk;
  picture->base_value = explanation.base_value;
  picture->output = explanation.output;
  return picture;
}

}  // namespace

// (features, model, top, format, scale, method, groups)
CR_FUNCTION(cr_shap_waterfall) {
  require_utf8();
  const PictureFormat format = format_arg(fcinfo, 3);
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  auto& site = CallSite::of<ExplainSite>(fcinfo, 0);
  site.use_deployed(fcinfo, 1);
  site.choose(text_arg(fcinfo, 4), text_arg(fcinfo, 5));
  site.group_by(PG_ARGISNULL(6) ? nullptr : PG_GETARG_JSONB_P(6));
  const FeatureRow& row = site.read(fcinfo);
  const Explanation explanation = site.explain(row);
  const std::int32_t top = top_arg(fcinfo, 2, explanation.lines);
  const Waterfall* const waterfall = waterfall_of(site, row, explanation, top);
  auto* const drawn = make_in_context<std::string>(CurrentMemoryContext);
  guard([&] {
    *drawn = format == PictureFormat::kSvg ? waterfall_svg(*waterfall) : waterfall_text(*waterfall);
  });
  PG_RETURN_TEXT_P(cstring_to_text_with_len(drawn->data(), static_cast<int>(drawn->size())));
}

}  // namespace credit_risk::pg
