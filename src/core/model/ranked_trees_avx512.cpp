#ifdef __x86_64__
#include "core/model/ranked_trees_x86.hpp"

#include <immintrin.h>

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vbmi,popcnt"))), \
                             apply_to = function)
#else
#pragma GCC target("avx512f,avx512bw,avx512vbmi,popcnt")
#endif

#include "core/model/ranked_trees_body.hpp"

namespace credit_risk {
namespace {

// The forms with a mask of ones: g++ 12 warns of its own header in those without.
struct Lanes512 {
  using Vector = __m512i;

  static Vector load(const RankLine* line) noexcept { return _mm512_load_si512(line); }

  static std::uint32_t count_below(const double* block, double value) noexcept {
    const __m512d all = _mm512_set1_pd(value);
    const std::uint32_t low = _mm512_cmp_pd_mask(_mm512_loadu_pd(block), all, _CMP_LT_OQ);
    const std::uint32_t high = _mm512_cmp_pd_mask(_mm512_loadu_pd(block + 8), all, _CMP_LT_OQ);
    return static_cast<std::uint32_t>(_mm_popcnt_u32(low | high << 8));
  }
};

struct Lanes512Of8Bits : Lanes512 {
  using Rank = std::uint8_t;
  using Table = Vector;
  using Mask = __mmask64;
  static constexpr std::size_t kLanes = 64;

  static Table table(const Rank* ranks) noexcept { return _mm512_load_si512(ranks); }
  static Vector look_up(Table table, Vector slots) noexcept {
    return _mm512_maskz_permutexvar_epi8(~Mask{0}, slots, table);
  }
  static Mask above(Vector a, Vector b) noexcept { return _mm512_cmpgt_epu8_mask(a, b); }
  static Vector one_where(Mask mask) noexcept { return _mm512_maskz_set1_epi8(mask, 1); }
  static Vector add_where(Mask mask, Vector a, int b, Vector otherwise) noexcept {
    return _mm512_mask_add_epi8(otherwise, mask, a, _mm512_set1_epi8(static_cast<char>(b)));
  }
  static void store(Vector at, std::uint8_t* exits) noexcept { _mm512_store_si512(exits, at); }
};

struct Lanes512Of16Bits : Lanes512 {
  using Rank = std::uint16_t;
  struct Table {
    Vector low, high;
  };
  using Mask = __mmask32;
  static constexpr std::size_t kLanes = 32;

  static Table table(const Rank* ranks) noexcept {
    return {_mm512_load_si512(ranks), _mm512_load_si512(ranks + kLanes)};
  }
  static Vector look_up(const Table& table, Vector slots) noexcept {
    return _mm512_permutex2var_epi16(table.low, slots, table.high);
  }
  static Mask above(Vector a, Vector b) noexcept { return _mm512_cmpgt_epu16_mask(a, b); }
  static Vector one_where(Mask mask) noexcept { return _mm512_maskz_set1_epi16(mask, 1); }
  static Vector add_where(Mask mask, Vector a, int b, Vector otherwise) noexcept {
    return _mm512_mask_add_epi16(otherwise, mask, a, _mm512_set1_epi16(static_cast<short>(b)));
  }
  static void store(Vector at, std::uint8_t* exits) noexcept {
    _mm256_store_si256(reinterpret_cast<__m256i*>(exits), _mm512_maskz_cvtepi16_epi8(~Mask{0}, at));
  }
};

}  // namespace

void sum_ranked_avx512(const RankedTrees& trees, const double* values, std::size_t rows,
                       double* sums) {
  if (trees.wide)
    sum_ranked_with<Lanes512Of16Bits>(trees, values, rows, sums);
  else
    sum_ranked_with<Lanes512Of8Bits>(trees, values, rows, sums);
}

}  // namespace credit_risk

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
