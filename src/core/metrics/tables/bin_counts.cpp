#include "core/metrics/tables/bin_counts.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "core/error.hpp"

namespace credit_risk {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kUnbounded = std::numeric_limits<double>::infinity();

struct Header {
  std::uint64_t edges;
  std::uint64_t ranges;
  std::uint64_t numbers;
  std::uint64_t texts;
};

void check_edges(const std::vector<double>& edges) {
  if (edges.size() >= kMostBins) {
    throw Error(ErrorKind::kLimit, "too many edges",
                "There are " + std::to_string(edges.size()) + ", at most " +
                    std::to_string(kMostBins - 1) + " can be used.");
  }
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (std::isfinite(edges[i]) && (i == 0 || edges[i - 1] < edges[i])) continue;
    throw Error(ErrorKind::kInvalidInput, "edges must be finite and ascending",
                "That does not hold for element " + std::to_string(i + 1) + ".",
                "Edge i is the least value of bin i + 1.");
  }
}

CountedBin counted(BinKind kind, double lower, double upper, std::string text,
                   const ClassSums& sums) {
  return {kind, lower, upper, std::move(text), sums.rows(), sums.events(), sums.others()};
}

class Reader {
 public:
  Reader(const char* bytes, std::size_t size) : bytes_(bytes), left_(size) {}
  template <class T>
  T take() {
    T value;
    copy(&value, sizeof value);
    return value;
  }
  std::string text(std::size_t size) {
    if (size > left_) throw std::length_error("packed counts are cut");
    std::string result(bytes_, size);
    bytes_ += size;
    left_ -= size;
    return result;
  }
  bool at_end() const noexcept { return left_ == 0; }

 private:
  void copy(void* to, std::size_t size) {
    if (size > left_) throw std::length_error("packed counts are cut");
    std::memcpy(to, bytes_, size);
    bytes_ += size;
    left_ -= size;
  }
  const char* bytes_;
  std::size_t left_;
};

}  // namespace

BinCounts::BinCounts(std::vector<double> edges) : edges_(std::move(edges)) {
  check_edges(edges_);
  ranges_.resize(edges_.size() + 1);
}

void BinCounts::check_room() const {
  if (numbers_.size() + texts_.size() < kMostBins) return;
  throw Error(ErrorKind::kLimit, "too many bins",
              "There are more than " + std::to_string(kMostBins) + " different values.",
              "Pass edges for numbers; group texts in the query.");
}

ClassSums& BinCounts::sums_of(double value) {
  if (has_edges()) {
    const auto above = std::upper_bound(edges_.begin(), edges_.end(), value);
    return ranges_[static_cast<std::size_t>(above - edges_.begin())];
  }
  const double key = value + 0.0;  // makes -0 one with 0
  const auto found = numbers_.find(key);
  if (found != numbers_.end()) return found->second;
  check_room();
  return numbers_[key];
}

void BinCounts::add_number(double value, bool event, double weight) {
  (std::isnan(value) ? missing_ : sums_of(value)).add(event, weight);
}

void BinCounts::add_text(const char* text, std::size_t size, bool event, double weight) {
  std::string key(text, size);
  auto found = texts_.find(key);
  if (found == texts_.end()) {
    check_room();
    found = texts_.emplace(std::move(key), ClassSums()).first;
  }
  found->second.add(event, weight);
}

void BinCounts::append(const BinCounts& others) {
  for (std::size_t i = 0; i < others.ranges_.size(); ++i) ranges_[i].append(others.ranges_[i]);
  for (const auto& [value, sums] : others.numbers_) sums_of(value).append(sums);
  for (const auto& [text, sums] : others.texts_) {
    if (texts_.find(text) == texts_.end()) check_room();
    texts_[text].append(sums);
  }
  missing_.append(others.missing_);
}

std::vector<CountedBin> BinCounts::bins() const {
  std::vector<CountedBin> bins;
  for (std::size_t i = 0; i < ranges_.size(); ++i) {
    bins.push_back(counted(BinKind::kRange, i == 0 ? -kUnbounded : edges_[i - 1],
                           i == edges_.size() ? kUnbounded : edges_[i], {}, ranges_[i]));
  }
  for (const auto& [value, sums] : numbers_) {
    bins.push_back(counted(BinKind::kNumber, value, value, {}, sums));
  }
  for (const auto& [text, sums] : texts_) {
    bins.push_back(counted(BinKind::kCategory, kNone, kNone, text, sums));
  }
  if (missing_.rows() > 0) bins.push_back(counted(BinKind::kMissing, kNone, kNone, {}, missing_));
  return bins;
}

std::size_t BinCounts::packed_size() const noexcept {
  std::size_t size = sizeof(Header) + edges_.size() * sizeof(double) +
                     (ranges_.size() + 1) * sizeof(ClassSums) +
                     numbers_.size() * (sizeof(double) + sizeof(ClassSums));
  for (const auto& text : texts_) {
    size += sizeof(std::uint64_t) + text.first.size() + sizeof(ClassSums);
  }
  return size;
}

void BinCounts::pack(char* bytes) const noexcept {
  auto put = [&](const void* from, std::size_t size) {
    if (size > 0) std::memcpy(bytes, from, size);
    bytes += size;
  };
  const Header header{edges_.size(), ranges_.size(), numbers_.size(), texts_.size()};
  put(&header, sizeof header);
  put(edges_.data(), edges_.size() * sizeof(double));
  put(ranges_.data(), ranges_.size() * sizeof(ClassSums));
  for (const auto& number : numbers_) {
    put(&number.first, sizeof number.first);
    put(&number.second, sizeof number.second);
  }
  for (const auto& text : texts_) {
    const std::uint64_t size = text.first.size();
    put(&size, sizeof size);
    put(text.first.data(), size);
    put(&text.second, sizeof text.second);
  }
  put(&missing_, sizeof missing_);
}

BinCounts BinCounts::unpack(const char* bytes, std::size_t size) {
  Reader from(bytes, size);
  const auto header = from.take<Header>();
  BinCounts counts;
  for (std::uint64_t i = 0; i < header.edges; ++i) counts.edges_.push_back(from.take<double>());
  for (std::uint64_t i = 0; i < header.ranges; ++i)
    counts.ranges_.push_back(from.take<ClassSums>());
  for (std::uint64_t i = 0; i < header.numbers; ++i) {
    const auto value = from.take<double>();
    counts.numbers_.emplace(value, from.take<ClassSums>());
  }
  for (std::uint64_t i = 0; i < header.texts; ++i) {
    std::string text = from.text(from.take<std::uint64_t>());
    counts.texts_.emplace(std::move(text), from.take<ClassSums>());
  }
  counts.missing_ = from.take<ClassSums>();
  if (!from.at_end()) throw std::length_error("packed counts are too long");
  return counts;
}

}  // namespace credit_risk
