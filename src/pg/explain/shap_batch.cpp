// shap_values_batch: SHAP values of a whole table by a window function. Reads some rows ahead and
// explains them together, which costs less than one by one; a query stays one statement, with its
// snapshot and privileges.
#include <algorithm>
#include <vector>

#include "pg/arrays.hpp"
#include "pg/explain/explain_site.hpp"

namespace credit_risk::pg {
namespace {

constexpr std::int64_t kTileRows = 256;

// Of one call in a query: the tile that was explained last.
class BatchSite : public ExplainSite {
 public:
  // Server phase.
  void read_tile(WindowObject window, std::int64_t begin);
  Datum values(std::int64_t row) const;  // counted from the begin of the tile
  bool is_null(std::int64_t row) const { return place_[static_cast<std::size_t>(row)] < 0; }

  std::int64_t begin = 0, end = 0;  // rows of the partition
  std::uint64_t tile_choice = 0;

 private:
  bool read_row(WindowObject window, std::int64_t row);

  std::vector<std::int32_t> place_;  // by row of the tile: among those explained; -1 for NULL
  std::vector<double> rows_, impacts_, outputs_;
  std::size_t features_ = 0;
  std::size_t explained_ = 0;
  double base_value_ = 0;
  MemoryContext row_context_ = nullptr;
};

// False behind the last row of the partition.
bool BatchSite::read_row(WindowObject window, std::int64_t row) {
  bool is_null, is_out;
  const Datum features =
      WinGetFuncArgInPartition(window, 0, static_cast<int>(row - WinGetCurrentPosition(window)),
                               WINDOW_SEEK_CURRENT, false, &is_null, &is_out);
  if (is_out) return false;
  std::int32_t place = -1;
  if (!is_null) {
    const FeatureRow& read_features = read(features);
    std::copy_n(read_features.values, features_, rows_.data() + explained_ * features_);
    place = static_cast<std::int32_t>(explained_++);
  }
  place_[static_cast<std::size_t>(row - begin)] = place;
  return true;
}

void BatchSite::read_tile(WindowObject window, std::int64_t first) {
  features_ = model().features().size();
  guard([&] {
    place_.resize(kTileRows);
    rows_.resize(kTileRows * features_);
    impacts_.resize(kTileRows * features_);
    outputs_.resize(kTileRows);
  });
  if (row_context_ == nullptr) {
    row_context_ = AllocSetContextCreate(context(), "credit_risk row", ALLOCSET_DEFAULT_SIZES);
  }
  begin = end = first;
  explained_ = 0;
  const MemoryContext outer = MemoryContextSwitchTo(row_context_);
  while (end < begin + kTileRows && read_row(window, end)) {
    ++end;
    MemoryContextReset(row_context_);
  }
  MemoryContextSwitchTo(outer);
  explain_rows(rows_.data(), explained_, impacts_.data(), outputs_.data());
  base_value_ = base_value();
  tile_choice = choice();
}

Datum BatchSite::values(std::int64_t row) const {
  const double* const impacts =
      impacts_.data() + static_cast<std::size_t>(place_[static_cast<std::size_t>(row)]) * features_;
  auto* const values = static_cast<double*>(palloc((features_ + 1) * sizeof(double)));
  std::copy_n(impacts, features_, values);
  values[features_] = base_value_;
  return float8_array_datum(values, features_ + 1);
}

text* window_text(WindowObject window, int arg) {
  bool is_null;
  const Datum value = WinGetFuncArgCurrent(window, arg, &is_null);
  return is_null ? nullptr : DatumGetTextPP(value);
}

// Zero at the first row of each partition.
struct PartitionState {
  bool is_begun;
};

}  // namespace

// (features, model, scale, method) OVER (...) -> what shap_values gives for the row
CR_FUNCTION(cr_shap_values_batch) {
  WindowObject window = PG_WINDOW_OBJECT();
  if (!WindowObjectIsValid(window)) elog(ERROR, "shap_values_batch needs a window");
  auto& site = CallSite::of<BatchSite>(fcinfo, 0);
  site.use_deployed(window_text(window, 1));
  site.choose(window_text(window, 2), window_text(window, 3));
  const std::int64_t row = WinGetCurrentPosition(window);
  WinSetMarkPosition(window, row);  // not the tile's end: another model begins the tile anew
  auto* const partition =
      static_cast<PartitionState*>(WinGetPartitionLocalMemory(window, sizeof(PartitionState)));
  const bool held = partition->is_begun && row >= site.begin && row < site.end &&
                    site.tile_choice == site.choice();
  if (!held) site.read_tile(window, row);
  partition->is_begun = true;
  if (site.is_null(row - site.begin)) PG_RETURN_NULL();
  return site.values(row - site.begin);
}

}  // namespace credit_risk::pg
