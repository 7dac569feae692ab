// Rows counted by bin and class: the state of woe_table, information_value and csi.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/metrics/exact_sum.hpp"
#include "core/metrics/scored.hpp"

namespace credit_risk {

// What the rows of a bin have in common.
enum class BinKind : std::uint8_t {
  kRange,         // lower <= number < upper
  kCategory,      // a text, or one of several
  kNumber,        // a number
  kMissing,       // NULL or NaN
  kSpecial,       // a number that stands for something else, such as -1 for "not asked"
  kUnrecognized,  // a category that training has not seen
};

// Sums are exact, so that they have the same bits in whatever order the rows came.
class ClassSums {
 public:
  void add(bool event, double weight) noexcept {
    (event ? events_ : others_).add(weight);
    ++rows_;
  }
  void append(const ClassSums& others) noexcept {
    events_.append(others.events_);
    others_.append(others.others_);
    rows_ += others.rows_;
  }
  std::uint64_t rows() const noexcept { return rows_; }
  double events() const noexcept { return events_.value(); }
  double others() const noexcept { return others_.value(); }

 private:
  ExactSum events_;
  ExactSum others_;
  std::uint64_t rows_ = 0;
};

struct CountedBin {
  BinKind kind;
  double lower;      // of a range, -infinity for none; the number of kNumber
  double upper;      // of a range, infinity for none
  std::string text;  // of a category
  std::uint64_t rows;
  double events;  // sums of weights
  double others;
};

constexpr std::size_t kMostBins = 10000;

class BinCounts {
 public:
  // Each text and each number is a bin.
  BinCounts() = default;
  // Numbers fall into the ranges between `edges`, finite and ascending; refuses others.
  explicit BinCounts(std::vector<double> edges);

  // Refuse a bin beyond kMostBins. NaN is missing.
  void add_text(const char* text, std::size_t size, bool event, double weight);
  void add_number(double value, bool event, double weight);
  void add_missing(bool event, double weight) noexcept { missing_.add(event, weight); }

  bool has_edges() const noexcept { return !ranges_.empty(); }
  const std::vector<double>& edges() const noexcept { return edges_; }

  // Counts over the same edges.
  void append(const BinCounts& others);

  // Ranges (those without rows too) or numbers ascending, categories in the order of their bytes,
  // then missing, where there are any.
  std::vector<CountedBin> bins() const;

  // As bytes, for another process of the same machine.
  std::size_t packed_size() const noexcept;
  void pack(char* bytes) const noexcept;
  static BinCounts unpack(const char* bytes, std::size_t size);

 private:
  ClassSums& sums_of(double value);
  void check_room() const;

  std::vector<double> edges_;
  std::vector<ClassSums> ranges_;  // one more than there are edges; none without edges
  std::map<double, ClassSums> numbers_;
  std::map<std::string, ClassSums> texts_;
  ClassSums missing_;
};

}  // namespace credit_risk
