// How the kernels see a row, so that any split is one comparison without a branch.
//
// A numeric split is `value[slot] <= threshold`. There is one slot for each pair of a feature and
// the side that its missing values go to: a missing value stands there as -infinity (left) or
// +infinity (right), and so does zero where the feature says so. A categorical split is one bit of
// its set: the set holds, behind the model's categories, a bit for "missing" and one for
// "unrecognized". Slot 0 holds 0 and belongs to the leaves.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/model/model.hpp"

namespace credit_risk {

// Selects a word and a bit of a set: (words[(set & keep) + word] & bit) != 0. All zero in the slot
// of a number.
struct CategorySlot {
  std::uint64_t keep;
  std::uint32_t word;
  std::uint32_t bit;
};

class Slots {
 public:
  // How a number enters its slot, exactly as a double compares with the thresholds of the model.
  enum class Rounding : std::uint8_t {
    kNone,     // as it is, into a slot of doubles
    kNearest,  // to float32: the model says so
    kUp,       // to float32: the same as no rounding where all thresholds are float32
  };

  Slots(const Model& model, Rounding rounding);

  std::size_t count() const noexcept { return sources_.size(); }
  bool has_categories() const noexcept { return !categorical_.empty(); }
  std::size_t feature_count() const noexcept { return names_.size(); }
  std::size_t byte_size() const noexcept;

  // The slot that the split `node` reads.
  std::uint32_t slot(const Model& model, std::size_t node) const;

  // Appends the set of the categorical split `node` to `words`, which begins with one word that
  // numbers read; returns the place of its first word.
  static std::uint32_t append_set(const Model& model, std::size_t node,
                                  std::vector<std::uint32_t>& words);

  // Fills count() values, and as many categories where has_categories(), each `stride` behind the
  // one before. Throws kInvalidInput naming the feature where a value is infinite, or neither the
  // code of a category nor kUnrecognized nor NaN.
  template <class Real>
  void fill(const double* row, Real* values, CategorySlot* categories, std::size_t stride) const;

 private:
  struct Source {
    std::int32_t feature;
    double missing;  // -infinity or +infinity
    double above;    // |x| at or below this is missing, too
  };

  void check_numbers(const double* row) const;
  CategorySlot category_of(std::size_t slot, double code) const;

  Rounding rounding_;
  std::vector<Source> sources_;             // of slot 0: none
  std::vector<std::uint32_t> numeric_;      // 2 * feature + missing left -> slot
  std::vector<std::uint32_t> categorical_;  // the slots of categories
  std::vector<std::string> names_;
  std::vector<std::uint32_t> category_counts_;
};

}  // namespace credit_risk
