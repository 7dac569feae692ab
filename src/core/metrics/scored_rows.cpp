#include "core/metrics/scored_rows.hpp"

#include <cstring>
#include <stdexcept>

namespace credit_risk {
namespace {

struct Header {
  std::uint64_t count;
  std::uint64_t weights;
};

}  // namespace

void ScoredRows::write_weights(std::size_t count) { weight_.resize(count, 1.0); }

void ScoredRows::add(bool label, double score, double weight) {
  if (weight != 1.0 || !weight_.empty()) {
    write_weights(label_.size());
    weight_.push_back(weight);
  }
  label_.push_back(label ? 1 : 0);
  score_.push_back(score);
}

void ScoredRows::append(const ScoredRows& others) {
  const std::size_t count = label_.size() + others.label_.size();
  if (!weight_.empty() || !others.weight_.empty()) {
    write_weights(label_.size());
    weight_.insert(weight_.end(), others.weight_.begin(), others.weight_.end());
    write_weights(count);
  }
  label_.insert(label_.end(), others.label_.begin(), others.label_.end());
  score_.insert(score_.end(), others.score_.begin(), others.score_.end());
}

Scored ScoredRows::span() const noexcept {
  return {label_.data(), score_.data(), label_.size(), weight_.empty() ? nullptr : weight_.data()};
}

std::size_t ScoredRows::packed_size() const noexcept {
  return sizeof(Header) + (score_.size() + weight_.size()) * sizeof(double) + label_.size();
}

void ScoredRows::pack(char* bytes) const noexcept {
  const Header header{label_.size(), weight_.size()};
  auto put = [&](const void* from, std::size_t size) {
    if (size > 0) std::memcpy(bytes, from, size);
    bytes += size;
  };
  put(&header, sizeof header);
  put(score_.data(), score_.size() * sizeof(double));
  put(weight_.data(), weight_.size() * sizeof(double));
  put(label_.data(), label_.size());
}

ScoredRows ScoredRows::unpack(const char* bytes, std::size_t size) {
  Header header{0, 0};
  if (size >= sizeof header) std::memcpy(&header, bytes, sizeof header);
  ScoredRows rows;
  if (header.count > size || header.weights > size) throw std::length_error("packed rows are cut");
  rows.label_.resize(header.count);
  rows.score_.resize(header.count);
  rows.weight_.resize(header.weights);
  if (rows.packed_size() != size) throw std::length_error("packed rows are cut");
  bytes += sizeof header;
  auto take = [&](void* to, std::size_t count) {
    if (count > 0) std::memcpy(to, bytes, count);
    bytes += count;
  };
  take(rows.score_.data(), rows.score_.size() * sizeof(double));
  take(rows.weight_.data(), rows.weight_.size() * sizeof(double));
  take(rows.label_.data(), rows.label_.size());
  return rows;
}

}  // namespace credit_risk
