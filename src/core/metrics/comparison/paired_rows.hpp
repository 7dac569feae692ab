// Labels with one score or two per row, gathered one by one: the state of the aggregates that say
// how sure a figure is, or which of two scores is better.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/stop_flag.hpp"

namespace credit_risk {

class PairedRows {
 public:
  void add(bool label, double score) {
    label_.push_back(label ? 1 : 0);
    first_.push_back(score);
  }
  void add(bool label, double first, double second) {
    add(label, first);
    second_.push_back(second);
  }
  void append(const PairedRows& others);

  std::size_t size() const noexcept { return label_.size(); }
  bool is_paired() const noexcept { return !second_.empty(); }
  const std::vector<std::uint8_t>& label() const noexcept { return label_; }
  const std::vector<double>& first() const noexcept { return first_; }
  const std::vector<double>& second() const noexcept { return second_; }

  // The same rows, others before events, each by its scores: whatever is computed row by row of the
  // result has the same bits for any order in which the rows came.
  PairedRows sorted(const StopFlag& stop) const;

  // As bytes, for another process of the same machine.
  std::size_t packed_size() const noexcept;
  void pack(char* bytes) const noexcept;
  static PairedRows unpack(const char* bytes, std::size_t size);

 private:
  std::vector<std::uint8_t> label_;
  std::vector<double> first_;
  std::vector<double> second_;  // none, or one for each label
};

}  // namespace credit_risk
