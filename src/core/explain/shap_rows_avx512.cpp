#ifdef __x86_64__
#include <immintrin.h>

#include "core/explain/shap_rows_x86.hpp"
#include "core/unroll.hpp"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq")
#endif

#include "core/explain/shap_rows_body.hpp"

namespace credit_risk {
namespace {

struct EightRows {
  static constexpr std::size_t kRows = 8;
  using Vector = __m512d;
  using Mask = __mmask8;

  static Vector load(const double* from) noexcept { return _mm512_load_pd(from); }
  static void store(double* to, Vector value) noexcept { _mm512_store_pd(to, value); }
  static Vector in_all(double value) noexcept { return _mm512_set1_pd(value); }
  static Mask mask(unsigned bits) noexcept { return static_cast<Mask>(bits); }
  static Vector select(Mask mask, Vector yes, Vector no) noexcept {
    return _mm512_mask_blend_pd(mask, no, yes);
  }
  static unsigned not_above(Vector a, Vector b) noexcept {
    return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ);
  }
};

}  // namespace

void explain_rows_avx512(const ShapRowsBlock& block, const ShapRowsRule& rule,
                         const ShapRowsRoom& room) {
  explain_rows<EightRows>(block, rule, room);
}

}  // namespace credit_risk

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
