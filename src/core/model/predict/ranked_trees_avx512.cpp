#ifdef __x86_64__
#include "core/model/predict/ranked_trees_x86.hpp"

#include <immintrin.h>

#include <cstring>

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vbmi,popcnt"))), \
                             apply_to = function)
#else
#pragma GCC target("avx512f,avx512bw,avx512vbmi,popcnt")
#endif

#include "core/model/predict/ranked_trees_body.hpp"

namespace credit_risk {
namespace {

// The forms with a mask of ones: g++ 12 warns of its own header in those without.
struct Lanes512 {
  using Vector = __m512i;
  using Mask = __mmask64;
  static constexpr Mask kAll = ~Mask{0};

  static Vector load(const void* line) noexcept { return _mm512_load_si512(line); }
  static void store(Vector at, std::uint8_t* exits) noexcept { _mm512_store_si512(exits, at); }
  static Mask above(Vector a, Vector b) noexcept { return _mm512_cmpgt_epu8_mask(a, b); }
  static Vector one_where(Mask mask) noexcept { return _mm512_maskz_set1_epi8(mask, 1); }
  static Vector add_where(Mask mask, Vector a, int b, Vector otherwise) noexcept {
    return _mm512_mask_add_epi8(otherwise, mask, a, _mm512_set1_epi8(static_cast<char>(b)));
  }

  static std::uint32_t count_below(const double* block, double value) noexcept {
    const __m512d all = _mm512_set1_pd(value);
    const std::uint32_t low = _mm512_cmp_pd_mask(_mm512_loadu_pd(block), all, _CMP_LT_OQ);
    const std::uint32_t high = _mm512_cmp_pd_mask(_mm512_loadu_pd(block + 8), all, _CMP_LT_OQ);
    return static_cast<std::uint32_t>(_mm_popcnt_u32(low | high << 8));
  }
  static std::uint32_t count_below(const float* block, float value) noexcept {
    const __mmask16 below =
        _mm512_cmp_ps_mask(_mm512_loadu_ps(block), _mm512_set1_ps(value), _CMP_LT_OQ);
    return static_cast<std::uint32_t>(_mm_popcnt_u32(below));
  }
};

struct FewRanks512 : Lanes512 {
  using Table = Vector;
  static Table table(const std::uint8_t* ranks) noexcept { return load(ranks); }
  static Vector look_up(Table table, Vector places) noexcept {
    return _mm512_maskz_permutexvar_epi8(kAll, places, table);
  }
};

struct ManyRanks512 : Lanes512 {
  struct Table {
    Vector low, high;
  };
  static Table table(const std::uint8_t* ranks) noexcept { return {load(ranks), load(ranks + 64)}; }
  static Vector look_up(const Table& table, Vector places) noexcept {
    return _mm512_permutex2var_epi8(table.low, places, table.high);
  }
};

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
  return Lanes512::above(line_at(tile.ranks, word.place() * sizeof(RankLine)),
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

template <class Number>
void sum_tile(const TiledTrees& trees, const RankTile& tile, double* sums) noexcept {
  TileLines lines(trees.most_leaves);
  const auto* numbers = static_cast<const Number*>(trees.numbers);
  const TileSplit* splits = trees.splits;
  Number totals[RankTile::kRows];
  for (std::size_t r = 0; r < RankTile::kRows; ++r) totals[r] = static_cast<Number>(sums[r]);
  for (std::size_t t = 0; t < trees.count; ++t) {
    if (t % TileGroup::kTrees == 0) {
      const TileGroup& group = trees.groups[t / TileGroup::kTrees];
      make_splits(group, splits, tile, lines);
      splits += group.splits;
    }
    const std::uint8_t* const leaves =
        reinterpret_cast<const std::uint8_t*>(lines.line) + trees.trees[t].root;
    for (std::size_t r = 0; r < RankTile::kRows; ++r) totals[r] += numbers[leaves[r]];
    numbers += trees.trees[t].leaves;
  }
  for (std::size_t r = 0; r < RankTile::kRows; ++r) sums[r] = static_cast<double>(totals[r]);
}

}  // namespace

void rank_row_avx512(const RankedTrees& trees, const double* values, std::size_t row,
                     RankTile& tile) {
  const RankedRows<Lanes512, 1> ranked(trees, values);
  for (std::size_t place = 0; place < trees.ranks; ++place)
    tile.ranks[place].bytes[row] = ranked.ranks[0][place];
}

void sum_tile_avx512(const TiledTrees& trees, const RankTile& tile, double* sums) {
  if (trees.float32_sum)
    sum_tile<float>(trees, tile, sums);
  else
    sum_tile<double>(trees, tile, sums);
}

void sum_ranked_avx512(const RankedTrees& trees, const double* values, std::size_t rows,
                       double* sums) {
  if (trees.ranks <= RankedTrees::kFewRanks)
    sum_ranked_with<FewRanks512>(trees, values, rows, sums);
  else
    sum_ranked_with<ManyRanks512>(trees, values, rows, sums);
}

}  // namespace credit_risk

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
