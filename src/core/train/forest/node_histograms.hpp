// The tallies of a node's rows in the bins of several features, filled in one pass over the rows:
// additions to one histogram often wait for the one before, additions to different ones do not.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/data/binned_matrix.hpp"
#include "core/train/forest/sampled_row.hpp"
#include "core/unroll.hpp"

namespace credit_risk {

template <class Word>
class NodeHistograms {
 public:
  static constexpr std::size_t kMost = 8;  // features of one pass

  NodeHistograms(const BinnedMatrix& matrix, const StopFlag& stop)
      : matrix_(matrix), stop_(stop), of_bin_(matrix.most_bins() + std::size_t{1}) {
    std::size_t entries = kNarrow;
    for (std::uint32_t f = 0; f < matrix.features(); ++f)
      entries = std::max(entries, matrix.feature(f).place.mask + std::size_t{1});
    entries = (entries + 63) / 64 * 64;
    sums_.resize(kMost * entries);
    marks_.resize(kMost * entries / 64);
  }

  // Of `width` features, at most kMost. Every one of the pass before has been taken.
  void fill(const SampledRow* rows, std::size_t count, const std::uint32_t* features,
            std::size_t width) {
    std::uint32_t bins = 0;
    entries_ = kNarrow;
    for (std::size_t i = 0; i < width; ++i) {
      feature_[i] = &matrix_.feature(features[i]);
      bins = std::max(bins, feature_[i]->bins);
      if (feature_[i]->place.wide) entries_ = sums_.size() / kMost;
    }
    // Reading and clearing all bins costs more than marking the few that a small node touches.
    marked_ = count < bins / 2;
    for (std::size_t begin = 0; begin < count; begin += kPollRows) {
      stop_.poll();
      add_any(rows + begin, std::min(kPollRows, count - begin), width);
    }
  }

  // Clears the histogram of the i-th feature, leaving it in sums(). Lists the bins with rows in
  // ascending order, without the bin of the missing values; returns the tally of those.
  Word take(std::size_t i, std::vector<std::uint32_t>& present) {
    const std::uint32_t bins = feature_[i]->bins;
    const CellPlace place = feature_[i]->place;
    Word* const sums = sums_.data() + i * entries_;
    std::uint32_t* const begin = (present.resize(bins + std::size_t{1}), present.data());
    std::uint32_t* end = begin;
    if (marked_) {
      std::uint64_t* const marks = marks_.data() + i * entries_ / 64;
      for (std::uint32_t word = 0; word <= std::uint32_t{place.mask} / 64; ++word) {
        for (std::uint64_t bits = std::exchange(marks[word], 0); bits != 0; bits &= bits - 1) {
          const auto entry = word * 64 + static_cast<std::uint32_t>(__builtin_ctzll(bits));
          *end++ = entry >> place.shift;
          of_bin_[entry >> place.shift] = std::exchange(sums[entry], Word{0});
        }
      }
      const bool missing = end != begin && end[-1] == bins;
      present.resize(static_cast<std::size_t>(end - begin) - missing);
      return missing ? of_bin_[bins] : Word{0};
    }
    for (std::uint32_t bin = 0; bin < bins; ++bin) {
      const Word sum = std::exchange(sums[bin << place.shift], Word{0});
      of_bin_[bin] = sum;
      *end = bin;
      end += sum != 0;
    }
    present.resize(static_cast<std::size_t>(end - begin));
    const std::uint32_t missing = bins << place.shift;
    return missing <= place.mask ? std::exchange(sums[missing], Word{0}) : Word{0};
  }

  // Of the feature taken last, the tallies of the bins with rows.
  const Word* sums() const noexcept { return of_bin_.data(); }

 private:
  static constexpr std::size_t kPollRows = 16384;
  static constexpr std::size_t kNarrow = 256;  // entries, where no feature has two bytes

  void add_any(const SampledRow* rows, std::size_t count, std::size_t width) {
    switch (width) {
      case 1:
        return add<1>(rows, count);
      case 2:
        return add<2>(rows, count);
      case 3:
        return add<3>(rows, count);
      case 4:
        return add<4>(rows, count);
      case 5:
        return add<5>(rows, count);
      case 6:
        return add<6>(rows, count);
      case 7:
        return add<7>(rows, count);
      default:
        return add<8>(rows, count);
    }
  }

  template <std::size_t kWidth>
  void add(const SampledRow* rows, std::size_t count) {
    if (entries_ > kNarrow) {
      marked_ ? add<kWidth, true, true>(rows, count) : add<kWidth, true, false>(rows, count);
    } else {
      marked_ ? add<kWidth, false, true>(rows, count) : add<kWidth, false, false>(rows, count);
    }
  }

  template <std::size_t kWidth, bool kWide, bool kMark>
  void add(const SampledRow* rows, std::size_t count) {
    std::uint32_t offset[kWidth], mask[kWidth];
    for (std::size_t i = 0; i < kWidth; ++i) {
      offset[i] = feature_[i]->place.offset;
      mask[i] = feature_[i]->place.mask;
    }
    const std::uint8_t* const cells = matrix_.cells();
    const std::size_t row_bytes = matrix_.row_bytes(), entries = kWide ? entries_ : kNarrow;
    Word* const sums = sums_.data();
    std::uint64_t* const marks = marks_.data();
    for (std::size_t r = 0; r < count; ++r) {
      __builtin_prefetch(cells + rows[std::min(r + 16, count - 1)].row() * row_bytes);
      const std::uint8_t* const row = cells + rows[r].row() * row_bytes;
      const Word tally = rows[r].tally<Word>();
      CR_UNROLL
      for (std::size_t i = 0; i < kWidth; ++i) {
        const std::uint8_t* const at = row + offset[i];
        const std::uint32_t entry =
            (kWide ? std::uint32_t{at[0]} | std::uint32_t{at[1]} << 8 : at[0]) & mask[i];
        sums[i * entries + entry] += tally;
        if (kMark) marks[(i * entries + entry) / 64] |= std::uint64_t{1} << (entry % 64);
      }
    }
  }

  const BinnedMatrix matrix_;
  const StopFlag stop_;
  std::size_t entries_ = kNarrow;     // of each histogram of the pass; that of bin b is b << shift
  std::vector<Word> sums_;            // all 0 between two passes
  std::vector<std::uint64_t> marks_;  // of the entries with rows, a bit each; likewise
  std::vector<Word> of_bin_;
  const BinnedFeature* feature_[kMost];
  bool marked_ = false;
};

}  // namespace credit_risk
