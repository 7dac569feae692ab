// shap_interactions: what features add to a row's margin in pairs.
#include "core/explain/shap_interactions.hpp"

#include <memory>

#include "core/explain/contributions.hpp"
#include "pg/explain/explain.hpp"

namespace credit_risk::pg {
namespace {

constexpr int kColumns = 6;

class InteractionSite : public CallSite {
 public:
  // After use_deployed, for each row. Core phase.
  const ShapInteractions& interactions() {
    if (made_for_ != model().hash() || interactions_ == nullptr) {
      interactions_ = std::make_unique<ShapInteractions>(model().model(), interrupt_flag());
      made_for_ = model().hash();
    }
    return *interactions_;
  }
  ShapInteractions::Scratch& scratch() { return scratch_; }

 private:
  ContentHash made_for_{};
  std::unique_ptr<ShapInteractions> interactions_;
  ShapInteractions::Scratch scratch_;
};

// Plain data in the current memory context. Line i * features + j, i <= j: feature i by itself
// where j = i, else both halves of the pair; other lines are zero.
struct Interactions {
  double* lines;
  std::int32_t* order;  // of the lines with i <= j, the greatest first
  std::int32_t features;
  double base_value, output;
};

std::int32_t line_count(std::int32_t features) { return features * (features + 1) / 2; }

// Moves the upper triangle to the front, pairs in one.
void fold(double* matrix, std::size_t features, double* lines) {
  for (std::size_t i = 0; i < features; ++i) {
    *lines++ = matrix[i * features + i];
    for (std::size_t j = i + 1; j < features; ++j)
      *lines++ = matrix[i * features + j] + matrix[j * features + i];
  }
}

struct Pair {
  std::int32_t first, second;
};

Pair pair_of(std::int32_t line, std::int32_t features) {
  std::int32_t first = 0;
  for (; line >= features - first; ++first) line -= features - first;
  return {first, first + line};
}

Interactions explain(InteractionSite& site, const FeatureRow& row) {
  Interactions found{};
  const std::size_t features = site.model().features().size();
  if (features > kMaxInteractionFeatures) {
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("the model has more than %zu features", kMaxInteractionFeatures),
                    errdetail("It has %zu.", features),
                    errhint("Use shap_explain, which takes any number of features.")));
  }
  found.features = static_cast<std::int32_t>(features);
  const auto lines = static_cast<std::size_t>(line_count(found.features));
  auto* const matrix = static_cast<double*>(palloc(features * features * sizeof(double) + 1));
  found.lines = static_cast<double*>(palloc(lines * sizeof(double) + 1));
  found.order = static_cast<std::int32_t*>(palloc(lines * sizeof(std::int32_t) + 1));
  guard([&] {
    const ShapInteractions& interactions = site.interactions();
    found.base_value = interactions.base_value();
    found.output = interactions.explain(row.values, matrix, site.scratch(), interrupt_flag());
    fold(matrix, features, found.lines);
    rank_by_size(found.lines, lines, found.order);
  });
  return found;
}

Datum name_datum(const LoadedModel& model, std::int32_t feature) {
  const std::string& name = model.features()[feature].name;
  return PointerGetDatum(cstring_to_text_with_len(name.data(), static_cast<int>(name.size())));
}

void put_line(const ReturnSetInfo* result, const LoadedModel& model, const Interactions& found,
              std::int32_t rank) {
  const std::int32_t line = found.order[rank];
  const Pair pair = pair_of(line, found.features);
  const bool alone = pair.first == pair.second;
  Datum values[kColumns] = {Int32GetDatum(rank + 1),
                            name_datum(model, pair.first),
                            alone ? Datum{0} : name_datum(model, pair.second),
                            Float8GetDatum(found.lines[line]),
                            Float8GetDatum(found.base_value),
                            Float8GetDatum(found.output)};
  bool nulls[kColumns] = {false, false, alone, false, false, false};
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

}  // namespace

// (features, model, top) -> rank, feature, other, interaction, base_value, output
CR_FUNCTION(cr_shap_interactions) {
  InitMaterializedSRF(fcinfo, 0);
  if (PG_ARGISNULL(0)) PG_RETURN_NULL();
  auto& site = CallSite::of<InteractionSite>(fcinfo, 0);
  site.use_deployed(fcinfo, 1);
  const FeatureRow& row = site.read(fcinfo);
  const Interactions found = explain(site, row);
  const std::int32_t top = top_arg(fcinfo, 2, line_count(found.features));
  const auto* result = reinterpret_cast<const ReturnSetInfo*>(fcinfo->resultinfo);
  for (std::int32_t rank = 0; rank < top; ++rank) put_line(result, site.model(), found, rank);
  PG_RETURN_NULL();
}

}  // namespace credit_risk::pg
