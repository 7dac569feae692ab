// What a bin says about the chance of the event.
#pragma once
#include <string>
#include <vector>

#include "core/metrics/tables/bin_counts.hpp"

namespace credit_risk {

// Weights (of rows that count 1 each: numbers) of the two classes in a bin.
struct BinClasses {
  double rows;    // how many rows
  double events;  // b in B, the events of all bins
  double others;  // g in G
};

struct Evidence {
  double woe;  // ln((g / G) / (b / B)), greater where events are rarer; NaN for a bin without rows
  double iv;   // ((g / G) - (b / B)) * woe, 0 or more: the bin's part of the information value
};

// Weight of evidence and information value (Siddiqi 2006). A class that is absent from a bin counts
// there as half a row of average weight, so that both stay finite; the totals B and G do not change
// by it. Empty where a class is absent from all bins.
std::vector<Evidence> weights_of_evidence(const std::vector<BinClasses>& bins);
std::vector<Evidence> weights_of_evidence(const std::vector<CountedBin>& bins);

double information_value(const std::vector<Evidence>& bins);

// Population stability index of the bins' shares: of the events against those of the others, the
// baseline. As population_stability_index (stability.hpp); NaN where a class is absent.
double stability_of(const std::vector<CountedBin>& bins, double epsilon);

const char* bin_kind_name(BinKind kind) noexcept;  // "range", ...

// What people read: "[10, 20)", "(-inf, 10)", "3", the category, "missing".
std::string bin_label(const CountedBin& bin);

// The shortest decimal form that reads back to the same number.
std::string number_label(double value);

}  // namespace credit_risk
