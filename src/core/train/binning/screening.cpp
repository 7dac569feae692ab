#include "core/train/binning/screening.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

namespace credit_risk {
namespace {

constexpr std::size_t kRowsPerPoll = 0xFFFF;
constexpr double kIdentifierNumbers = 0.99, kIdentifierTexts = 0.5;
constexpr std::uint64_t kFewRows = 30;  // among which values differ by chance

constexpr const char* kFindings[] = {"empty",  "constant", "identifier", "suspicious",
                                     "strong", "medium",   "weak",       "unpredictive"};

// The known values ascending, each once.
std::vector<double> values_of(const Column& column, std::uint64_t* known, const StopFlag& stop) {
  std::vector<double> values;
  for (const double value : column.values)
    if (!std::isnan(value)) values.push_back(value);
  *known = values.size();
  std::size_t ticks = 0;
  std::sort(values.begin(), values.end(), [&](double a, double b) {
    if ((++ticks & kRowsPerPoll) == 0) stop.poll();
    return a < b;
  });
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

bool ascends(const Column& column) {
  double before = -std::numeric_limits<double>::infinity();
  for (const double value : column.values) {
    if (std::isnan(value)) continue;
    if (value < before) return false;
    before = value;
  }
  return true;
}

bool is_called_id(std::string name) {
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::size_t size = name.size();
  return name == "id" || (size > 3 && name.compare(size - 3, 3, "_id") == 0);
}

// Amounts are whole numbers, too, of which hardly any come twice: what numbers rows runs through
// its range or ascends, or is called so.
bool numbers_rows(const Column& column, const std::vector<double>& values) {
  const double range = values.back() - values.front();
  return range < 2 * static_cast<double>(values.size()) || is_called_id(column.feature.name) ||
         ascends(column);
}

bool is_identifier(const Column& column, const std::vector<double>& values, std::uint64_t known) {
  if (known < kFewRows) return false;
  const double share = static_cast<double>(values.size()) / static_cast<double>(known);
  if (column.feature.kind == FeatureKind::kCategorical) return share >= kIdentifierTexts;
  return share >= kIdentifierNumbers &&
         std::all_of(values.begin(), values.end(), [](double x) { return x == std::floor(x); }) &&
         numbers_rows(column, values);
}

Finding finding_of(const ScreenedFeature& feature) {
  const double iv = feature.information_value;
  if (iv > kSuspiciousInformation || feature.auc > kSuspiciousAuc) return Finding::kSuspicious;
  if (iv >= 0.3) return Finding::kStrong;
  if (iv >= 0.1) return Finding::kMedium;
  return iv >= 0.02 ? Finding::kWeak : Finding::kUnpredictive;
}

// kEmpty, kConstant or kIdentifier.
std::optional<Finding> oddity_of(const Column& column, const std::vector<double>& values,
                                 std::uint64_t known) {
  if (known == 0) return Finding::kEmpty;
  if (values.size() == 1 && known == column.values.size()) return Finding::kConstant;
  if (is_identifier(column, values, known)) return Finding::kIdentifier;
  return std::nullopt;
}

ScreenedFeature screen_feature(const TrainingData& data, std::size_t c,
                               const std::vector<std::uint32_t>& rows, const BinningParams& params,
                               const StopFlag& stop) {
  const Column& column = data.columns[c];
  std::uint64_t known = 0;
  const std::vector<double> values = values_of(column, &known, stop);
  const std::uint64_t missing = data.rows() - known;
  ScreenedFeature result{c, Finding::kEmpty,
                         static_cast<double>(missing) / static_cast<double>(data.rows()),
                         values.size()};
  if (known == 0) return result;
  const FeatureBins bins = bin_feature({column, data.target, rows, {}}, params, stop);
  for (const FeatureBin& bin : bins.bins) result.bins += bin.count.rows() > 0 ? 1 : 0;
  result.information_value = bins.information_value;
  result.auc = auc_of_bins(bins);
  result.finding = oddity_of(column, values, known).value_or(finding_of(result));
  return result;
}

// The columns that hold a value, for check(): without the values themselves being copied where none
// is empty.
void check_filled(const TrainingData& data) {
  const auto is_empty = [](const Column& column) {
    return std::all_of(column.values.begin(), column.values.end(),
                       [](double value) { return std::isnan(value); });
  };
  if (std::none_of(data.columns.begin(), data.columns.end(), is_empty)) return check(data);
  TrainingData filled;
  filled.target = data.target;
  for (const Column& column : data.columns)
    if (!is_empty(column)) filled.columns.push_back(column);
  check(filled);
}

}  // namespace

const char* finding_name(Finding finding) noexcept {
  return kFindings[static_cast<std::size_t>(finding)];
}

std::optional<Finding> oddity_of(const Column& column, const StopFlag& stop) {
  std::uint64_t known = 0;
  const std::vector<double> values = values_of(column, &known, stop);
  return oddity_of(column, values, known);
}

double auc_of_bins(const FeatureBins& bins) {
  std::vector<ClassCount> counts;
  for (const FeatureBin& bin : bins.bins)
    if (bin.count.rows() > 0) counts.push_back(bin.count);
  std::sort(counts.begin(), counts.end(), [](const ClassCount& a, const ClassCount& b) {
    return a.events * b.rows() < b.events * a.rows();
  });
  double ordered = 0, safer = 0;  // pairs of an event and a safer row; rows safer than the bin
  for (const ClassCount& count : counts) {
    const auto others = static_cast<double>(count.others);
    ordered += static_cast<double>(count.events) * (safer + others / 2);
    safer += others;
  }
  return ordered /
         (static_cast<double>(bins.total.events) * static_cast<double>(bins.total.others));
}

std::vector<ScreenedFeature> screen_features(const TrainingData& data, const BinningParams& params,
                                             const StopFlag& stop) {
  check_filled(data);
  std::vector<std::uint32_t> rows(data.rows());
  std::iota(rows.begin(), rows.end(), 0u);
  std::vector<ScreenedFeature> result;
  for (std::size_t c = 0; c < data.columns.size(); ++c)
    result.push_back(screen_feature(data, c, rows, params, stop));
  return result;
}

}  // namespace credit_risk
