// The training set as small integers in one flat block of memory without pointers, so that it can
// lie in shared memory and be read by several processes.
//
// A numeric feature with at most kMaxExactBins different values has a bin for each value; any other
// has up to kQuantileBins bins of about equally many rows. A categorical feature has a bin for each
// category. The bin after the last one holds the missing values.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/data/cell_layout.hpp"
#include "core/train/data/columns.hpp"

namespace credit_risk {

inline constexpr std::size_t kMaxExactBins = 4096;
inline constexpr std::size_t kQuantileBins = 255;

struct BinnedFeature {
  std::uint32_t bins;        // without the bin of missing values, whose number this is
  std::uint32_t first_edge;  // numeric: where its bins begin in low() and high()
  CellPlace place;           // in a row
  bool categorical;
};

// A view of such a block; copying it copies no data.
class BinnedMatrix {
 public:
  // `block` comes from bin_rows, is aligned to 8 bytes and outlives the view.
  explicit BinnedMatrix(const void* block)
      : head_(static_cast<const Head*>(block)), end_(head_->rows) {}

  // Its rows from `first` up to `end`, numbered from 0, as a matrix.
  BinnedMatrix part(std::uint32_t first, std::uint32_t end) const noexcept {
    BinnedMatrix result = *this;
    result.first_ = first_ + first;
    result.end_ = first_ + end;
    return result;
  }

  std::uint32_t rows() const noexcept { return end_ - first_; }
  std::uint32_t features() const noexcept { return head_->features; }
  std::uint32_t most_bins() const noexcept { return head_->most_bins; }
  std::uint32_t row_bytes() const noexcept { return head_->row_bytes; }
  std::size_t bytes() const noexcept { return head_->bytes; }  // of the whole block
  const BinnedFeature& feature(std::uint32_t index) const noexcept;
  const double* low() const noexcept {
    return at<double>(head_->low);
  }  // the smallest value of each bin
  const double* high() const noexcept {
    return at<double>(head_->high);
  }  // the largest value of each bin
  const std::uint8_t* target() const noexcept { return at<std::uint8_t>(head_->target) + first_; }
  // Of each row; null where all weigh 1.
  const double* weights() const noexcept {
    return head_->weights == 0 ? nullptr : at<double>(head_->weights) + first_;
  }
  // The bins of row r begin at r * row_bytes().
  const std::uint8_t* cells() const noexcept {
    return at<std::uint8_t>(head_->cells) + std::size_t{first_} * head_->row_bytes;
  }

 private:
  friend std::vector<std::uint64_t> bin_rows(const TrainingData&, const std::vector<std::uint32_t>&,
                                             const StopFlag&, std::size_t);
  struct Head {
    std::uint32_t rows, features, most_bins, row_bytes;
    std::uint64_t feature, low, high, weights, target, cells,
        bytes;  // offsets in bytes, 0 for none; the size of the block
  };
  static Head lay_out(const std::vector<BinnedFeature>& features, std::size_t row_bytes,
                      std::size_t edges, std::size_t rows, bool weighted);
  template <class T>
  const T* at(std::uint64_t offset) const noexcept {
    return reinterpret_cast<const T*>(reinterpret_cast<const char*>(head_) + offset);
  }
  const Head* head_;
  std::uint32_t first_ = 0, end_;
};

// The block of the given rows of `data`, which has passed check(). A numeric feature of more than
// `most_exact` different values gets quantile bins.
std::vector<std::uint64_t> bin_rows(const TrainingData& data,
                                    const std::vector<std::uint32_t>& rows, const StopFlag& stop,
                                    std::size_t most_exact = kMaxExactBins);

}  // namespace credit_risk
