#include "core/train/scorecard/bin_term.hpp"

#include <cmath>
#include <limits>

#include "core/metrics/compensated_sum.hpp"

namespace credit_risk {
namespace {

void add_bin(const FeatureBin& bin, double value, Term& term) {
  switch (bin.kind) {
    case BinKind::kRange:
      // x < upper says the same as x <= its lower neighbour.
      if (!std::isinf(bin.upper)) {
        term.edges.push_back(std::nextafter(bin.upper, -std::numeric_limits<double>::infinity()));
      }
      term.values.push_back(value);
      break;
    case BinKind::kSpecial:
      term.specials.push_back(bin.lower);
      term.special_values.push_back(value);
      break;
    case BinKind::kMissing:
      term.missing = value;
      break;
    case BinKind::kUnrecognized:
      term.unrecognized = value;
      [[fallthrough]];
    default:
      for (const std::uint32_t code : bin.codes) term.values[code] = value;
  }
}

}  // namespace

Term term_of(const FeatureBins& bins, std::int32_t feature, std::size_t categories,
             const std::vector<double>& values) {
  Term term;
  term.feature = feature;
  term.kind = categories == 0 ? TermKind::kBins : TermKind::kCategories;
  term.values.resize(categories);
  CompensatedSum sum;
  for (std::size_t i = 0; i < bins.bins.size(); ++i) {
    add_bin(bins.bins[i], values[i], term);
    sum.add(values[i] * bins.bins[i].weight.rows());
  }
  term.mean = sum.value() / bins.weight.rows();
  return term;
}

}  // namespace credit_risk
