// Labels, scores and weights gathered one by one: the state of the aggregates over them.
#pragma once
#include <vector>

#include "core/metrics/scored.hpp"

namespace credit_risk {

class ScoredRows {
 public:
  void add(bool label, double score, double weight);
  void append(const ScoredRows& others);
  Scored span() const noexcept;

  // The rows as bytes, for another process of the same machine.
  std::size_t packed_size() const noexcept;
  void pack(char* bytes) const noexcept;
  static ScoredRows unpack(const char* bytes, std::size_t size);

 private:
  // Written down from the first weight on that is not 1.
  void write_weights(std::size_t count);

  std::vector<std::uint8_t> label_;
  std::vector<double> score_;
  std::vector<double> weight_;
};

}  // namespace credit_risk
