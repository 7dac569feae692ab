#include "core/metrics/comparison/paired_rows.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "core/metrics/ranked_points.hpp"

namespace credit_risk {
namespace {

struct Header {
  std::uint64_t rows;
  std::uint64_t seconds;
};

struct Row {
  double first;
  double second;
  std::uint8_t label;
};

bool comes_first(const Row& a, const Row& b) noexcept {
  if (a.label != b.label) return a.label < b.label;
  if (a.first != b.first) return a.first < b.first;
  return a.second < b.second;
}

}  // namespace

void PairedRows::append(const PairedRows& others) {
  label_.insert(label_.end(), others.label_.begin(), others.label_.end());
  first_.insert(first_.end(), others.first_.begin(), others.first_.end());
  second_.insert(second_.end(), others.second_.begin(), others.second_.end());
}

PairedRows PairedRows::sorted(const StopFlag& stop) const {
  std::vector<Row> rows(size());
  for (std::size_t i = 0; i < size(); ++i) {
    rows[i] = {first_[i], is_paired() ? second_[i] : 0.0, label_[i]};
  }
  std::size_t ticks = 0;
  std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    if ((++ticks & kRowsPerPoll) == 0) stop.poll();
    return comes_first(a, b);
  });
  PairedRows result;
  for (const Row& row : rows) {
    result.label_.push_back(row.label);
    result.first_.push_back(row.first);
    if (is_paired()) result.second_.push_back(row.second);
  }
  return result;
}

std::size_t PairedRows::packed_size() const noexcept {
  return sizeof(Header) + (first_.size() + second_.size()) * sizeof(double) + label_.size();
}

void PairedRows::pack(char* bytes) const noexcept {
  const Header header{label_.size(), second_.size()};
  auto put = [&](const void* from, std::size_t size) {
    if (size > 0) std::memcpy(bytes, from, size);
    bytes += size;
  };
  put(&header, sizeof header);
  put(first_.data(), first_.size() * sizeof(double));
  put(second_.data(), second_.size() * sizeof(double));
  put(label_.data(), label_.size());
}

PairedRows PairedRows::unpack(const char* bytes, std::size_t size) {
  Header header{0, 0};
  if (size >= sizeof header) std::memcpy(&header, bytes, sizeof header);
  PairedRows rows;
  if (header.rows > size || header.seconds > size) throw std::length_error("packed rows are cut");
  rows.label_.resize(header.rows);
  rows.first_.resize(header.rows);
  rows.second_.resize(header.seconds);
  if (rows.packed_size() != size) throw std::length_error("packed rows are cut");
  bytes += sizeof header;
  auto take = [&](void* to, std::size_t count) {
    if (count > 0) std::memcpy(to, bytes, count);
    bytes += count;
  };
  take(rows.first_.data(), rows.first_.size() * sizeof(double));
  take(rows.second_.data(), rows.second_.size() * sizeof(double));
  take(rows.label_.data(), rows.label_.size());
  return rows;
}

}  // namespace credit_risk
