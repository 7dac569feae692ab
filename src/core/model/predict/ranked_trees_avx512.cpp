#ifdef __x86_64__
#include "core/model/predict/ranked_trees_x86.hpp"

#include <immintrin.h>

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

}  // namespace

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
