// The tallies of a node's rows in the bins of several features, filled in one pass over the rows:
// additions to one histogram often wait for the one before, additions to different ones do not.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/binned_matrix.hpp"
#include "core/train/forest/sampled_row.hpp"
#include "core/unroll.hpp"

namespace credit_risk {

template <class Cell, class Word>
class NodeHistograms {
 public:
  static constexpr std::size_t kMost = 8;  // features of one pass

  NodeHistograms(const BinnedMatrix& matrix, const StopFlag& stop)
      : matrix_(matrix),
        stop_(stop),
        sums_(kMost * (matrix.most_bins() + std::size_t{1})),
        marks_(kMost * (matrix.most_bins() / 64 + std::size_t{1})) {}

  // Of `width` features, at most kMost. Every histogram of the pass before has been cleared.
  void fill(const SampledRow* rows, std::size_t count, const std::uint32_t* features,
            std::size_t width) {
    std::size_t sum = 0, mark = 0;
    std::uint32_t bins = 0;
    for (std::size_t i = 0; i < width; ++i) {
      const std::uint32_t own = matrix_.feature(features[i]).bins;
      place_[i] = {features[i], own, sums_.data() + sum, marks_.data() + mark};
      sum += own + std::size_t{1};
      mark += own / 64 + std::size_t{1};
      bins = std::max(bins, own);
    }
    // Reading and clearing all bins costs more than marking the few that a small node touches.
    marked_ = count < bins / 2;
    for (std::size_t begin = 0; begin < count; begin += kPollRows) {
      stop_.poll();
      add_to_any(rows + begin, std::min(kPollRows, count - begin), width);
    }
  }

  const Word* sums(std::size_t i) const noexcept { return place_[i].sums; }

  // Lists the bins with rows in ascending order, without the bin of the missing values; returns
  // the tally of those.
  Word list(std::size_t i, std::vector<std::uint32_t>& present) {
    const Place& place = place_[i];
    present.resize(place.bins + std::size_t{1});
    std::uint32_t* end = present.data();
    if (marked_) {
      for (std::uint32_t word = 0; word <= place.bins / 64; ++word) {
        for (std::uint64_t bits = std::exchange(place.marks[word], 0); bits != 0; bits &= bits - 1)
          *end++ = word * 64 + static_cast<std::uint32_t>(__builtin_ctzll(bits));
      }
      if (end != present.data() && end[-1] == place.bins) --end;
    } else {
      for (std::uint32_t bin = 0; bin < place.bins; ++bin) {
        *end = bin;
        end += place.sums[bin] != 0;
      }
    }
    present.resize(static_cast<std::size_t>(end - present.data()));
    return place.sums[place.bins];
  }

  // `present` has the bins that list() named, in any order.
  void clear(std::size_t i, const std::vector<std::uint32_t>& present) {
    const Place& place = place_[i];
    place.sums[place.bins] = 0;
    if (marked_) {
      for (const std::uint32_t bin : present) place.sums[bin] = 0;
    } else {
      std::fill(place.sums, place.sums + place.bins, Word{0});
    }
  }

 private:
  static constexpr std::size_t kPollRows = 16384;

  struct Place {
    std::uint32_t feature, bins;
    Word* sums;            // of each bin, that of the missing values last
    std::uint64_t* marks;  // a bit for each bin with rows
  };

  void add_to_any(const SampledRow* rows, std::size_t count, std::size_t width) {
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
    if (marked_) {
      add<kWidth, true>(rows, count);
    } else {
      add<kWidth, false>(rows, count);
    }
  }

  template <std::size_t kWidth, bool kMark>
  void add(const SampledRow* rows, std::size_t count) {
    const Cell* cells[kWidth];
    Word* sums[kWidth];
    std::uint64_t* marks[kWidth];
    for (std::size_t i = 0; i < kWidth; ++i) {
      cells[i] = matrix_.template cells<Cell>() + place_[i].feature;
      sums[i] = place_[i].sums;
      marks[i] = place_[i].marks;
    }
    const std::size_t stride = matrix_.row_stride();
    for (std::size_t r = 0; r < count; ++r) {
      const std::size_t offset = rows[r].row() * stride;
      const Word tally = rows[r].tally<Word>();
      CR_UNROLL
      for (std::size_t i = 0; i < kWidth; ++i) {
        const Cell bin = cells[i][offset];
        sums[i][bin] += tally;
        if (kMark) marks[i][bin / 64] |= std::uint64_t{1} << (bin % 64);
      }
    }
  }

  const BinnedMatrix matrix_;
  const StopFlag stop_;
  std::vector<Word> sums_;            // all 0 between two passes
  std::vector<std::uint64_t> marks_;  // likewise
  Place place_[kMost];
  bool marked_ = false;
};

}  // namespace credit_risk
