// Labels and scores gathered one by one: the state of the aggregates over them.
#pragma once
#include <string>
#include <vector>

#include "core/metrics/scored.hpp"
#include "core/stop_flag.hpp"

namespace credit_risk {

class ScoredRows {
 public:
  void add(bool label, double score);
  void append(const ScoredRows& others);
  Scored span() const noexcept { return {label_.data(), score_.data(), label_.size()}; }

  // The rows in an order that depends on the rows alone: sums over them have the same bits whoever
  // gathered them.
  ScoredRows sorted(const StopFlag& stop) const;

  // The rows as bytes, for another process of the same machine.
  std::string pack() const;
  static ScoredRows unpack(const char* bytes, std::size_t size);

 private:
  std::vector<std::uint8_t> label_;
  std::vector<double> score_;
};

}  // namespace credit_risk
