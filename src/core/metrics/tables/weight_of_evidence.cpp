#include "core/metrics/tables/weight_of_evidence.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include "core/metrics/compensated_sum.hpp"
#include "core/metrics/stability.hpp"
#include "core/model/natural_log.hpp"

namespace credit_risk {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

struct Totals {
  double rows, events, others;
};

template <class Bin>
Totals totals_of(const std::vector<Bin>& bins) {
  CompensatedSum rows, events, others;
  for (const Bin& bin : bins) {
    rows.add(static_cast<double>(bin.rows));
    events.add(bin.events);
    others.add(bin.others);
  }
  return {rows.value(), events.value(), others.value()};
}

Evidence evidence_of(double events, double others, const Totals& all, double half_row) {
  if (events == 0 && others == 0) return {kUndefined, 0.0};
  const double event_share = (events == 0 ? half_row : events) / all.events;
  const double other_share = (others == 0 ? half_row : others) / all.others;
  const double woe = natural_log(other_share / event_share);
  return {woe, (other_share - event_share) * woe};
}

template <class Bin>
std::vector<Evidence> evidence(const std::vector<Bin>& bins) {
  const Totals all = totals_of(bins);
  std::vector<Evidence> result;
  if (all.events == 0 || all.others == 0) return result;
  const double half_row = 0.5 * (all.events + all.others) / all.rows;
  for (const Bin& bin : bins) {
    result.push_back(evidence_of(bin.events, bin.others, all, half_row));
  }
  return result;
}

std::string range_label(double lower, double upper) {
  return (std::isinf(lower) ? "(-inf" : "[" + number_label(lower)) + ", " +
         (std::isinf(upper) ? "inf" : number_label(upper)) + ")";
}

}  // namespace

std::vector<Evidence> weights_of_evidence(const std::vector<BinClasses>& bins) {
  return evidence(bins);
}

std::vector<Evidence> weights_of_evidence(const std::vector<CountedBin>& bins) {
  return evidence(bins);
}

double information_value(const std::vector<Evidence>& bins) {
  if (bins.empty()) return kUndefined;
  CompensatedSum sum;
  for (const Evidence& bin : bins) sum.add(bin.iv);
  return sum.value();
}

double stability_of(const std::vector<CountedBin>& bins, double epsilon) {
  const Totals all = totals_of(bins);
  if (all.events == 0 || all.others == 0) return kUndefined;
  std::vector<double> expected, actual;
  for (const CountedBin& bin : bins) {
    expected.push_back(bin.others / all.others);
    actual.push_back(bin.events / all.events);
  }
  return population_stability_index({expected.data(), actual.data(), bins.size()}, epsilon);
}

std::string number_label(double value) {
  constexpr double kLeastPlain = 1e-5, kMostPlain = 1e15;
  const double size = std::fabs(value);
  const bool plain = value == 0 || (size >= kLeastPlain && size < kMostPlain);
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific);
  return std::string(text, end.ptr);
}

const char* bin_kind_name(BinKind kind) noexcept {
  switch (kind) {
    case BinKind::kRange:
      return "range";
    case BinKind::kCategory:
      return "category";
    case BinKind::kNumber:
      return "number";
    case BinKind::kMissing:
      return "missing";
    case BinKind::kSpecial:
      return "special";
    case BinKind::kUnrecognized:
      return "unrecognized";
  }
  return "";
}

std::string bin_label(const CountedBin& bin) {
  switch (bin.kind) {
    case BinKind::kRange:
      return range_label(bin.lower, bin.upper);
    case BinKind::kNumber:
    case BinKind::kSpecial:
      return number_label(bin.lower);
    case BinKind::kCategory:
      return bin.text;
    case BinKind::kMissing:
      return "missing";
    case BinKind::kUnrecognized:
      return "unrecognized";
  }
  return {};
}

}  // namespace credit_risk
