#ifdef __x86_64__
#include <immintrin.h>

#include <cstring>

#include "core/model/predict/ranked_trees_x86.hpp"
#include "core/unroll.hpp"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,popcnt"))), \
                             apply_to = function)
#else
#pragma GCC target("avx512f,avx512bw,popcnt")
#endif

namespace credit_risk {
namespace {

constexpr std::size_t kRows = RankTile::kRows;

__m512i all_bytes(std::uint8_t value) noexcept {
  return _mm512_set1_epi8(static_cast<char>(value));
}

__mmask64 below_16(const float* values, float t, std::size_t first) noexcept {
  return _cvtmask16_u32(
      _mm512_cmp_ps_mask(_mm512_set1_ps(t), _mm512_loadu_ps(values + first), _CMP_LT_OQ));
}

// Which rows' values a threshold is below.
__mmask64 below(const float* values, float t) noexcept {
  return below_16(values, t, 0) | below_16(values, t, 16) << 16 | below_16(values, t, 32) << 32 |
         below_16(values, t, 48) << 48;
}

__mmask64 below(const double* values, double t) noexcept {
  const __m512d all = _mm512_set1_pd(t);
  __mmask64 mask = 0;
  CR_UNROLL
  for (std::size_t r = 0; r < kRows; r += 8) {
    mask |= static_cast<__mmask64>(_mm512_cmp_pd_mask(all, _mm512_loadu_pd(values + r), _CMP_LT_OQ))
            << r;
  }
  return mask;
}

std::uint32_t count_below(const float* block, float value) noexcept {
  return static_cast<std::uint32_t>(_mm_popcnt_u32(
      _mm512_cmp_ps_mask(_mm512_loadu_ps(block), _mm512_set1_ps(value), _CMP_LT_OQ)));
}

std::uint32_t count_below(const double* block, double value) noexcept {
  const __m512d all = _mm512_set1_pd(value);
  const std::uint32_t low = _mm512_cmp_pd_mask(_mm512_loadu_pd(block), all, _CMP_LT_OQ);
  const std::uint32_t high = _mm512_cmp_pd_mask(_mm512_loadu_pd(block + 8), all, _CMP_LT_OQ);
  return static_cast<std::uint32_t>(_mm_popcnt_u32(low | high << 8));
}

// The values of a slot as its thresholds are.
const double* as_real(const double* values, double*) noexcept { return values; }
const float* as_real(const double* values, float* room) noexcept {
  for (std::size_t r = 0; r < kRows; ++r) room[r] = static_cast<float>(values[r]);
  return room;
}

template <class Real>
void rank_by_few(const Real* thresholds, std::size_t count, const Real* values,
                 RankLine& ranks) noexcept {
  const __m512i one = all_bytes(1);
  __m512i rank = _mm512_setzero_si512();
  for (std::size_t i = 0; i < count; ++i)
    rank = _mm512_mask_add_epi8(rank, below(values, thresholds[i]), rank, one);
  _mm512_store_si512(ranks.bytes, rank);
}

template <int kLevels, class Real>
void search(const RankSearch& search, const Real* thresholds, const Real* values,
            std::uint16_t* found) noexcept {
  const Real* level[kLevels];
  for (int k = 0; k < kLevels; ++k) level[k] = thresholds + search.begin[k];
  for (std::size_t r = 0; r < kRows; ++r) {
    std::uint32_t below = count_below(level[0], values[r]);
    CR_UNROLL
    for (int k = 1; k < kLevels; ++k) {
      below *= RankSearch::kBlock;
      below += count_below(level[k] + below, values[r]);
    }
    found[r] = static_cast<std::uint16_t>(below);
  }
}

template <class Real>
void search_levels(const RankSearch& one, const Real* thresholds, const Real* values,
                   std::uint16_t* found) noexcept {
  static_assert(RankSearch::kMaxLevels == 4);
  switch (one.levels) {
    case 1:
      return search<1>(one, thresholds, values, found);
    case 2:
      return search<2>(one, thresholds, values, found);
    case 3:
      return search<3>(one, thresholds, values, found);
    default:
      return search<4>(one, thresholds, values, found);
  }
}

// One after the other as many thresholds as fit into a rank.
void split_ranks(const std::uint16_t* found, std::size_t count, RankLine* ranks) noexcept {
  const __m512i most = _mm512_set1_epi16(RankSearch::kMostOfRank);
  for (std::size_t half = 0; half < kRows; half += 32) {
    __m512i left = _mm512_loadu_si512(found + half);
    for (std::size_t k = 0; k < count; ++k) {
      const __m512i part = _mm512_min_epu16(left, most);
      left = _mm512_sub_epi16(left, part);
      _mm256_store_si256(reinterpret_cast<__m256i*>(ranks[k].bytes + half),
                         _mm512_maskz_cvtepi16_epi8(~__mmask32{0}, part));
    }
  }
}

// Few thresholds are compared with all rows in turn, many are searched for each row: by itself a
// row would pay a search even for a single threshold.
template <class Real>
void rank_rows(const RankedTrees& trees, const Real* thresholds, const double* values,
               RankTile& tile) noexcept {
  constexpr std::size_t kFew = 6;
  alignas(64) Real room[kRows];
  alignas(64) std::uint16_t found[kRows];
  for (std::size_t s = 1; s < trees.slots; ++s) {
    const RankSearch& one = trees.searches[s - 1];
    const Real* const own = as_real(values + s * kRows, room);
    RankLine* const ranks = tile.ranks + one.place;
    if (one.thresholds <= kFew) {
      rank_by_few(thresholds + one.begin[0], one.thresholds, own, *ranks);
    } else {
      search_levels(one, thresholds, own, found);
      split_ranks(found, one.ranks, ranks);
    }
  }
}

struct TileLines {
  explicit TileLines(std::size_t leaves) noexcept {
    for (std::size_t i = 0; i < leaves; ++i)
      _mm512_store_si512(line[i].bytes, _mm512_set1_epi8(static_cast<char>(i)));
  }
  RankLine line[TiledTrees::kMostLines];
};

// A TileSplit, read at once: every load counts.
struct SplitWord {
  explicit SplitWord(const TileSplit& split) noexcept { std::memcpy(&word, &split, sizeof word); }
  std::size_t left() const noexcept { return word & 0xFFFF; }
  std::size_t to() const noexcept { return word >> 16 & 0xFFFF; }
  std::size_t right() const noexcept { return word >> 32 & 0xFFFF; }
  std::size_t place() const noexcept { return word >> 48 & 0xFF; }
  std::uint64_t word;
};
static_assert(sizeof(TileSplit) == sizeof(std::uint64_t));

__m512i line_at(const void* lines, std::size_t offset) noexcept {
  return _mm512_load_si512(static_cast<const char*>(lines) + offset);
}

__mmask64 goes_right(const TileSplit& split, const SplitWord& word, const RankTile& tile) noexcept {
  return _mm512_cmpgt_epu8_mask(line_at(tile.ranks, word.place() * sizeof(RankLine)),
                                _mm512_set1_epi8(static_cast<char>(split.rank)));
}

void make_splits(const TileGroup& group, const TileSplit* splits, const RankTile& tile,
                 TileLines& lines) noexcept {
  char* const all = reinterpret_cast<char*>(lines.line);
  const std::size_t twigs = group.twigs, count = group.splits;
  const __m512i one = _mm512_set1_epi8(1);
  std::size_t i = 0;
  for (; i < twigs; ++i) {
    const SplitWord word(splits[i]);
    const __mmask64 right = goes_right(splits[i], word, tile);
    const __m512i left = _mm512_set1_epi8(static_cast<char>(splits[i].left));
    _mm512_store_si512(all + word.to(), _mm512_mask_add_epi8(left, right, left, one));
  }
  for (; i < count; ++i) {
    const SplitWord word(splits[i]);
    const __mmask64 right = goes_right(splits[i], word, tile);
    _mm512_store_si512(all + word.to(), _mm512_mask_blend_epi8(right, line_at(all, word.left()),
                                                               line_at(all, word.right())));
  }
}

// The numbers of trees' leaves, one tree behind the other.
template <int kTrees, class Number>
const Number* add_trees(const TileTree* trees, const TileLines& lines, const Number* numbers,
                        Number* totals) noexcept {
  const std::uint8_t* leaves[kTrees];
  const Number* own[kTrees];
  for (int k = 0; k < kTrees; ++k) {
    leaves[k] = reinterpret_cast<const std::uint8_t*>(lines.line) + trees[k].root;
    own[k] = numbers;
    numbers += trees[k].leaves;
  }
  for (std::size_t r = 0; r < kRows; ++r) {
    Number total = totals[r];
    CR_UNROLL
    for (int k = 0; k < kTrees; ++k) total += own[k][leaves[k][r]];
    totals[r] = total;
  }
  return numbers;
}

template <class Number>
void sum_tile(const TiledTrees& trees, const RankTile& tile, double* sums) noexcept {
  constexpr std::size_t kTrees = TileGroup::kTrees;
  TileLines lines(trees.most_leaves);
  const auto* numbers = static_cast<const Number*>(trees.numbers);
  const TileSplit* splits = trees.splits;
  Number totals[kRows];
  for (std::size_t r = 0; r < kRows; ++r) totals[r] = static_cast<Number>(sums[r]);
  for (std::size_t t = 0; t < trees.count; t += kTrees) {
    const TileGroup& group = trees.groups[t / kTrees];
    make_splits(group, splits, tile, lines);
    splits += group.splits;
    if (t + kTrees <= trees.count) {
      numbers = add_trees<kTrees>(trees.trees + t, lines, numbers, totals);
    } else {
      for (std::size_t k = t; k < trees.count; ++k)
        numbers = add_trees<1>(trees.trees + k, lines, numbers, totals);
    }
  }
  for (std::size_t r = 0; r < kRows; ++r) sums[r] = static_cast<double>(totals[r]);
}

}  // namespace

void rank_rows_avx512(const RankedTrees& trees, const double* values, RankTile& tile) {
  if (trees.thresholds == nullptr)
    rank_rows(trees, trees.float_thresholds, values, tile);
  else
    rank_rows(trees, trees.thresholds, values, tile);
}

void sum_tile_avx512(const TiledTrees& trees, const RankTile& tile, double* sums) {
  if (trees.float32_sum)
    sum_tile<float>(trees, tile, sums);
  else
    sum_tile<double>(trees, tile, sums);
}

}  // namespace credit_risk

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
