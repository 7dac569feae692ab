#include "core/train/scorecard/reject_inference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.hpp"
#include "core/metrics/tables/weight_of_evidence.hpp"

namespace credit_risk {
namespace {

constexpr const char* kMethods[] = {"none", "augmentation", "parcelling"};  // by RejectMethod
constexpr double kLeastChance = 0.05;
constexpr std::size_t kRowsPerPoll = 0xFFFF;

struct Band {
  double from;  // the least margin of its accepted rows
  double rows = 0, events = 0;
};

// Equal margins stay in one band.
std::vector<Band> bands_of(const std::vector<double>& margins,
                           const std::vector<std::uint8_t>& target, std::int32_t count) {
  std::vector<std::size_t> order(margins.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return margins[a] < margins[b]; });
  const double part = static_cast<double>(order.size()) / count;
  std::vector<Band> bands;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double margin = margins[order[i]];
    const bool full = static_cast<double>(i) >= part * static_cast<double>(bands.size());
    if (bands.empty() || (full && margin > margins[order[i - 1]])) bands.push_back({margin});
    bands.back().rows += 1;
    bands.back().events += target[order[i]];
  }
  return bands;
}

}  // namespace

void check(const RejectInference& params) {
  const auto refuse = [](const char* name, const char* rule, double value) {
    throw Error(ErrorKind::kInvalidInput,
                std::string("parameter \"reject_inference.") + name + "\" must be " + rule,
                "The value is " + number_label(value) + ".");
  };
  if (!(params.uplift > 0 && params.uplift <= 100))
    refuse("uplift", "greater than 0 and at most 100", params.uplift);
  if (params.bands < 1 || params.bands > 100) refuse("bands", "between 1 and 100", params.bands);
}

RejectMethod reject_method_by_name(const std::string& name) {
  for (std::size_t i = 0; i < std::size(kMethods); ++i)
    if (name == kMethods[i]) return static_cast<RejectMethod>(i);
  throw Error(ErrorKind::kInvalidInput,
              "method \"" + name + "\" of reject_inference does not exist", "",
              "The methods are: none, augmentation, parcelling.");
}

const char* reject_method_name(RejectMethod method) noexcept {
  return kMethods[static_cast<std::size_t>(method)];
}

TrainingData accepted_and_refused(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                                  const StopFlag& stop) {
  TrainingData result;
  for (std::size_t c = 0; c < data.columns.size(); ++c) {
    const Column& from = data.columns[c];
    Column column{from.feature, {}};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if ((i & kRowsPerPoll) == 0) stop.poll();
      column.values.push_back(from.values[rows[i]]);
    }
    for (const double value : data.refused[c]) column.values.push_back(value);
    result.columns.push_back(std::move(column));
  }
  result.target.assign(rows.size(), 0);
  result.target.resize(rows.size() + data.refused_rows(), 1);
  return result;
}

std::vector<double> acceptance_weights(const std::vector<double>& chances) {
  std::vector<double> weights;
  double total = 0;
  for (const double chance : chances) {
    weights.push_back(1 / std::max(chance, kLeastChance));
    total += weights.back();
  }
  const double mean = total / static_cast<double>(weights.size());
  for (double& weight : weights) weight /= mean;
  return weights;
}

std::vector<double> parcelled_chances(const std::vector<double>& accepted,
                                      const std::vector<std::uint8_t>& target,
                                      const std::vector<double>& refused,
                                      const RejectInference& params) {
  const std::vector<Band> bands = bands_of(accepted, target, params.bands);
  std::vector<double> chances;
  for (const double margin : refused) {
    const auto above =
        std::upper_bound(bands.begin(), bands.end(), margin,
                         [](double value, const Band& band) { return value < band.from; });
    const Band& band = above == bands.begin() ? bands.front() : *(above - 1);
    chances.push_back(std::min(1.0, band.events / band.rows * params.uplift));
  }
  return chances;
}

}  // namespace credit_risk
