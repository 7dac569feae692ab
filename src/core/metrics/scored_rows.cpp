#include "core/metrics/scored_rows.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace credit_risk {

void ScoredRows::add(bool label, double score) {
  label_.push_back(label ? 1 : 0);
  score_.push_back(score);
}

void ScoredRows::append(const ScoredRows& others) {
  label_.insert(label_.end(), others.label_.begin(), others.label_.end());
  score_.insert(score_.end(), others.score_.begin(), others.score_.end());
}

ScoredRows ScoredRows::sorted(const StopFlag& stop) const {
  std::vector<std::pair<double, std::uint8_t>> rows;
  rows.reserve(label_.size());
  for (std::size_t i = 0; i < label_.size(); ++i) rows.emplace_back(score_[i], label_[i]);
  unsigned ticks = 0;
  std::sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
    if ((++ticks & 0xFFFF) == 0) stop.poll();
    return a < b;
  });
  ScoredRows result;
  for (const auto& [score, label] : rows) result.add(label != 0, score);
  return result;
}

std::string ScoredRows::pack() const {
  std::string bytes(reinterpret_cast<const char*>(score_.data()), score_.size() * sizeof(double));
  bytes.append(reinterpret_cast<const char*>(label_.data()), label_.size());
  return bytes;
}

ScoredRows ScoredRows::unpack(const char* bytes, std::size_t size) {
  constexpr std::size_t kRowBytes = sizeof(double) + 1;
  if (size % kRowBytes != 0) throw std::length_error("packed rows are cut short");
  const std::size_t count = size / kRowBytes;
  ScoredRows rows;
  rows.score_.resize(count);
  rows.label_.resize(count);
  if (count > 0) {
    std::memcpy(rows.score_.data(), bytes, count * sizeof(double));
    std::memcpy(rows.label_.data(), bytes + count * sizeof(double), count);
  }
  return rows;
}

}  // namespace credit_risk
