#include "core/train/data/cell_layout.hpp"

#include <algorithm>
#include <numeric>

namespace credit_risk {
namespace {

constexpr std::size_t kCacheLine = 64;
constexpr std::uint8_t kByte = 8;

std::uint8_t bits_of(std::uint32_t greatest) noexcept {
  std::uint8_t bits = 0;
  while (greatest >> bits != 0) ++bits;
  return bits;
}

CellPlace place_of(std::size_t offset, std::uint8_t shift, std::uint8_t bits) noexcept {
  const auto mask = static_cast<std::uint16_t>(((std::uint32_t{1} << bits) - 1) << shift);
  return {static_cast<std::uint32_t>(offset), mask, shift, bits > kByte};
}

// Rows of these lengths lie in as few cache lines as can be.
std::size_t row_bytes(std::size_t used) noexcept {
  std::size_t bytes = 4;
  while (bytes < used && bytes < kCacheLine) bytes *= 2;
  return bytes >= used ? bytes : (used + kCacheLine / 2 - 1) / (kCacheLine / 2) * (kCacheLine / 2);
}

}  // namespace

// The features of most bits first, each into the first byte that has room.
CellLayout lay_out_cells(const std::vector<std::uint32_t>& greatest) {
  std::vector<std::uint8_t> bits(greatest.size());
  std::transform(greatest.begin(), greatest.end(), bits.begin(), bits_of);
  std::vector<std::size_t> order(greatest.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return bits[a] > bits[b]; });
  CellLayout layout{std::vector<CellPlace>(greatest.size()), 0};
  std::size_t end = 0;
  std::vector<std::uint8_t> used;  // bits of each byte behind the wide features
  std::size_t wide_end = 0;
  for (const std::size_t f : order) {
    if (bits[f] > kByte) {
      layout.place[f] = place_of(end, 0, bits[f]);
      wide_end = end += 2;
      continue;
    }
    std::size_t byte = 0;
    while (byte < used.size() && used[byte] + bits[f] > kByte) ++byte;
    if (byte == used.size()) used.push_back(0);
    layout.place[f] = place_of(wide_end + byte, used[byte], bits[f]);
    used[byte] = static_cast<std::uint8_t>(used[byte] + bits[f]);
  }
  layout.row_bytes = row_bytes(wide_end + used.size());
  return layout;
}

}  // namespace credit_risk
