#include "pg/explain/explain_site.hpp"

#include <algorithm>

#include "core/explain/contributions.hpp"
#include "core/explain/explainer.hpp"
#include "pg/explain/background.hpp"

namespace credit_risk::pg {
namespace {

constexpr const char* kPathDependent = "path_dependent";
constexpr const char* kInterventional = "interventional";

bool equals(const text* value, const char* wanted) {
  const TextSpan span = span_of(value);
  return span.size == std::strlen(wanted) && std::memcmp(span.data, wanted, span.size) == 0;
}

std::string_view view(TextSpan span) { return {span.data, span.size}; }

}  // namespace

void ExplainSite::choose(const text* scale, const text* method) {
  choose_scale(scale);
  choose_method(method);
}

void ExplainSite::choose_method(const text* name) {
  if (name == nullptr || equals(name, kPathDependent)) {
    if (background_ != nullptr) ++choice_;
    background_.reset();
    background_look_up_ = 0;
    return;
  }
  if (!equals(name, kInterventional)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("method \"%s\" does not exist", text_to_cstring(name)),
                    errhint("Pass '%s' or '%s'.", kPathDependent, kInterventional)));
  }
  if (background_look_up_ == look_up()) return;
  background_look_up_ = 0;
  ++choice_;
  background_ = background_of(version(), model());
  background_look_up_ = look_up();
}

void ExplainSite::choose_scale(const text* name) {
  // No scale has a name without letters: NULL needs no mark of its own.
  const TextSpan given = name == nullptr ? TextSpan{"", 0} : span_of(name);
  if (scaled_look_up_ == look_up() && (name == nullptr || given.size > 0) &&
      scale_name_ == view(given)) {
    return;
  }
  scaled_look_up_ = 0;
  ++choice_;
  guard([&] {
    const Model& of = model().model();
    scale_ = name == nullptr ? margin_scale(of) : output_scale(of, view(given));
    scale_name_ = view(given);
  });
  scaled_look_up_ = look_up();
}

void ExplainSite::group_by(Jsonb* groups) {
  if (groups == nullptr) {
    groups_.reset();
    grouped_look_up_ = 0;
    return;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(&groups->root),
                               VARSIZE(groups) - VARHDRSZ);
  if (grouped_look_up_ == look_up() && groups_json_ == bytes) return;
  grouped_look_up_ = 0;
  const char* const json = DatumGetCString(DirectFunctionCall1(jsonb_out, JsonbPGetDatum(groups)));
  guard([&] {
    groups_ = std::make_unique<FeatureGroups>(model().features(), json);
    groups_json_ = bytes;
  });
  grouped_look_up_ = look_up();
}

double ExplainSite::base_value() {
  double base = 0;
  guard([&] {
    if (background_ != nullptr) {
      base = scale_.of_points ? background_->base_points() : background_->base_value();
    } else {
      base =
          scale_.of_points ? model().explainer().base_points() : model().explainer().base_value();
    }
    base = scale_.offset + scale_.impact(base);
  });
  return base;
}

double ExplainSite::explain_row(const double* row, double* impacts) {
  if (background_ != nullptr) {
    return scale_.of_points
               ? background_->explain_points(row, impacts)
               : background_->explain(row, impacts, background_scratch_, interrupt_flag());
  }
  return scale_.of_points ? model().explainer().explain_points(row, impacts)
                          : model().explainer().explain(row, impacts, model().explainer_scratch());
}

void ExplainSite::explain_some(const double* rows, std::size_t count, double* impacts,
                               double* outputs) {
  const std::size_t features = model().features().size();
  if (count > 1 && background_ == nullptr && !scale_.of_points) {
    model().explainer().explain(rows, count, impacts, outputs, model().explainer_scratch(),
                                interrupt_flag());
  } else {
    for (std::size_t row = 0; row < count; ++row)
      outputs[row] = explain_row(rows + row * features, impacts + row * features);
  }
  for (std::size_t row = 0; row < count; ++row) outputs[row] = scale_.output(outputs[row]);
  if (scale_.factor == 1) return;
  for (std::size_t i = 0; i < count * features; ++i) impacts[i] = scale_.impact(impacts[i]);
}

void ExplainSite::explain_rows(const double* rows, std::size_t count, double* impacts,
                               double* outputs) {
  guard([&] { explain_some(rows, count, impacts, outputs); });
}

Explanation ExplainSite::explain(const FeatureRow& row) {
  const std::size_t features = model().features().size();
  Explanation explanation{};
  explanation.base_value = base_value();
  explanation.impacts = static_cast<double*>(palloc((2 * features + 1) * sizeof(double)));
  explanation.order = static_cast<std::int32_t*>(palloc((features + 1) * sizeof(std::int32_t)));
  guard([&] {
    explain_some(row.values, 1, explanation.impacts, &explanation.output);
    std::size_t lines = features;
    if (groups_ != nullptr) {
      double* const sums = explanation.impacts + features;
      groups_->sum(explanation.impacts, sums);
      explanation.impacts = sums;
      lines = groups_->lines().size();
    }
    rank_by_size(explanation.impacts, lines, explanation.order);
    explanation.lines = static_cast<std::int32_t>(lines);
  });
  return explanation;
}

}  // namespace credit_risk::pg
