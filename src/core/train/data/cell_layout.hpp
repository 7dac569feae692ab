// How a row of a BinnedMatrix holds its bins in few bytes, so that many rows fit the caches.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace credit_risk {

// Where a row holds the bin of a feature. One of at most 256 cells lies within one byte, which
// several features may share; any other has two bytes for itself.
struct CellPlace {
  std::uint32_t offset;  // of the byte, or of the lower of the two
  std::uint16_t mask;    // the bits of the feature
  std::uint8_t shift;    // of the lowest of them
  bool wide;             // two bytes

  // The bin, not shifted. Reads two bytes in any case.
  std::uint32_t masked(const std::uint8_t* row) const noexcept {
    const std::uint8_t* const at = row + offset;
    return (std::uint32_t{at[0]} | std::uint32_t{at[1]} << 8) & mask;
  }
  std::uint32_t bin(const std::uint8_t* row) const noexcept { return masked(row) >> shift; }

  // Makes a bin of a row that is all 0.
  void put(std::uint8_t* row, std::uint32_t bin) const noexcept {
    row[offset] = static_cast<std::uint8_t>(row[offset] | bin << shift);
    if (wide) row[offset + 1] = static_cast<std::uint8_t>(bin >> 8);
  }
};

struct CellLayout {
  std::vector<CellPlace> place;  // of each feature
  std::size_t row_bytes;
};

// greatest[f] is the greatest bin that feature f has; below 2^16.
CellLayout lay_out_cells(const std::vector<std::uint32_t>& greatest);

}  // namespace credit_risk
