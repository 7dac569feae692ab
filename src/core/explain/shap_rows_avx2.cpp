#ifdef __x86_64__
#include <immintrin.h>

#include "core/explain/shap_rows_x86.hpp"
#include "core/unroll.hpp"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif

#include "core/explain/shap_rows_body.hpp"

namespace credit_risk {
namespace {

struct FourRows {
  static constexpr std::size_t kRows = 4;
  using Vector = __m256d;
  using Mask = __m256d;  // the sign of each lane

  static Vector load(const double* from) noexcept { return _mm256_load_pd(from); }
  static void store(double* to, Vector value) noexcept { _mm256_store_pd(to, value); }
  static Vector in_all(double value) noexcept { return _mm256_set1_pd(value); }
  static Mask mask(unsigned bits) noexcept {
    const __m256i shifts = _mm256_set_epi64x(60, 61, 62, 63);
    return _mm256_castsi256_pd(_mm256_sllv_epi64(_mm256_set1_epi64x(bits), shifts));
  }
  static Vector select(Mask mask, Vector yes, Vector no) noexcept {
    return _mm256_blendv_pd(no, yes, mask);
  }
  static unsigned not_above(Vector a, Vector b) noexcept {
    return static_cast<unsigned>(_mm256_movemask_pd(_mm256_cmp_pd(a, b, _CMP_LE_OQ)));
  }
};

}  // namespace

void explain_rows_avx2(const ShapRowsBlock& block, const ShapRowsRule& rule,
                       const ShapRowsRoom& room) {
  explain_rows<FourRows>(block, rule, room);
}

}  // namespace credit_risk

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
