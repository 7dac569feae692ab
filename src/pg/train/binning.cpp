// From a query to the bins of one feature, and to what each of its columns is worth.
#include <numeric>

#include "core/metrics/tables/weight_of_evidence.hpp"
#include "core/train/binning/binning_options.hpp"
#include "core/train/binning/feature_bins.hpp"
#include "core/train/binning/screening.hpp"
#include "core/train/data/row_collector.hpp"
#include "core/train/train_options.hpp"
#include "pg/guard.hpp"
#include "pg/train/training_set.hpp"
#include "pg/train/woe_rows.hpp"

namespace credit_risk::pg {
namespace {

// The bins that have rows, as rows of the result need them.
struct BinTable {
  TrainingData data;
  std::vector<CountedBin> bins;
  std::vector<Evidence> evidence;
  std::vector<std::string> labels;
  std::vector<std::vector<const char*>> categories;
  double rows = 0;
  double barred_information = 0;  // as FeatureBins
};

BinningOptions* options_arg(FunctionCallInfo fcinfo, int arg) {
  const char* const json =
      PG_ARGISNULL(arg) ? "{}"
                        : DatumGetCString(DirectFunctionCall1(jsonb_out, PG_GETARG_DATUM(arg)));
  auto* const options = make_in_context<BinningOptions>(CurrentMemoryContext);
  guard([&] { *options = parse_binning_options(json, std::strlen(json)); });
  return options;
}

// Text of several categories; `names` point into the feature.
std::string joined(const std::vector<const char*>& names) {
  std::string text;
  for (const char* const name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

void add_bin(BinTable* table, const FeatureBin& bin) {
  if (bin.count.rows() == 0) return;
  const std::vector<std::string>& names = table->data.columns[0].feature.categories;
  table->categories.emplace_back();
  for (const std::uint32_t code : bin.codes)
    table->categories.back().push_back(names[code].c_str());
  table->bins.push_back({bin.kind, bin.lower, bin.upper, joined(table->categories.back()),
                         bin.count.rows(), static_cast<double>(bin.count.events),
                         static_cast<double>(bin.count.others)});
  table->evidence.push_back({bin.woe, bin.iv});
  table->labels.push_back(bin_label(table->bins.back()));
  table->rows += static_cast<double>(bin.count.rows());
}

void find_bins(BinTable* table, const BinningParams& params) {
  check(table->data);
  std::vector<std::uint32_t> rows(table->data.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  const FeatureBins found =
      bin_feature({table->data.columns[0], table->data.target, rows, table->data.weights}, params,
                  interrupt_flag());
  for (const FeatureBin& bin : found.bins) add_bin(table, bin);
  table->barred_information = found.barred_information;
}

// `feature` null: all columns but the target.
RowCollector* read_rows(const char* query, const char* feature, const char* target,
                        const BinningOptions* options) {
  auto* const choice = make_in_context<TrainOptions>(CurrentMemoryContext);
  guard([&] {
    if (feature != nullptr) choice->features = {feature};
    choice->has_positive = options->has_positive;
    choice->positive = options->positive;
  });
  return read_training_set(query, target, choice);
}

BinTable* bin_rows(const char* query, const char* feature, const char* target,
                   const BinningOptions* options) {
  RowCollector* const rows = read_rows(query, feature, target, options);
  auto* const table = make_in_context<BinTable>(CurrentMemoryContext);
  guard([&] {
    table->data = rows->finish();
    find_bins(table, options->params);
  });
  return table;
}

struct Screening {
  TrainingData data;
  std::vector<ScreenedFeature> features;
};

Screening* screen_rows(const char* query, const char* target, const BinningOptions* options) {
  RowCollector* const rows = read_rows(query, nullptr, target, options);
  auto* const screening = make_in_context<Screening>(CurrentMemoryContext);
  guard([&] {
    screening->data = rows->finish();
    screening->features = screen_features(screening->data, options->params, interrupt_flag());
  });
  return screening;
}

void put_screened(const ReturnSetInfo* result, const Screening* screening, std::size_t i) {
  const ScreenedFeature& feature = screening->features[i];
  const std::string& name = screening->data.columns[feature.column].feature.name;
  const char* const finding = finding_name(feature.finding);
  RowValues row;
  row.add_text(name.data(), name.size());
  row.add_text(finding, std::strlen(finding));
  row.add_figure(feature.missing_share);
  row.add_count(feature.distinct_values);
  row.add_int(static_cast<int>(feature.bins));
  row.add_figure(feature.information_value);
  row.add_figure(feature.auc);
  row.put(result);
}

void tell_barred(const char* feature, double information) {
  if (information == 0) return;
  ereport(NOTICE, (errmsg("min_events and min_others leave feature \"%s\" one bin", feature),
                   errdetail("Without them its information value would be %.4g.", information),
                   errhint("Look whether it tells of the outcome; 0 for both shows its bins.")));
}

}  // namespace

// (query, feature, target, options)
CR_FUNCTION(cr_bin_feature) {
  const char* const query = required_text(fcinfo, 0, "query");
  const char* const feature = required_text(fcinfo, 1, "feature");
  const char* const target = required_text(fcinfo, 2, "target");
  const BinningOptions* const options = options_arg(fcinfo, 3);
  InitMaterializedSRF(fcinfo, 0);
  const auto* const result = reinterpret_cast<const ReturnSetInfo*>(fcinfo->resultinfo);
  // A context of its own frees the rows at the end of the call, not of the statement.
  const MemoryContext outer = CurrentMemoryContext;
  const MemoryContext context =
      AllocSetContextCreate(outer, "credit_risk binning", ALLOCSET_DEFAULT_SIZES);
  MemoryContextSwitchTo(context);
  const BinTable* const table = bin_rows(query, feature, target, options);
  for (std::size_t i = 0; i < table->bins.size(); ++i) {
    const std::vector<const char*>& names = table->categories[i];
    RowValues row;
    fill_woe_row(
        static_cast<int>(i) + 1,
        {&table->bins[i], &table->evidence[i], names.empty() ? nullptr : names.data(), names.size(),
         static_cast<double>(table->bins[i].rows) / table->rows, table->labels[i].c_str()},
        &row);
    row.put(result);
  }
  tell_barred(feature, table->barred_information);
  MemoryContextSwitchTo(outer);
  MemoryContextDelete(context);
  PG_RETURN_NULL();
}

// (query, target, options)
CR_FUNCTION(cr_screened_features) {
  const char* const query = required_text(fcinfo, 0, "query");
  const char* const target = required_text(fcinfo, 1, "target");
  const BinningOptions* const options = options_arg(fcinfo, 2);
  InitMaterializedSRF(fcinfo, 0);
  const auto* const result = reinterpret_cast<const ReturnSetInfo*>(fcinfo->resultinfo);
  const MemoryContext outer = CurrentMemoryContext;
  const MemoryContext context =
      AllocSetContextCreate(outer, "credit_risk screening", ALLOCSET_DEFAULT_SIZES);
  MemoryContextSwitchTo(context);
  const Screening* const screening = screen_rows(query, target, options);
  for (std::size_t i = 0; i < screening->features.size(); ++i) put_screened(result, screening, i);
  MemoryContextSwitchTo(outer);
  MemoryContextDelete(context);
  PG_RETURN_NULL();
}

}  // namespace credit_risk::pg
