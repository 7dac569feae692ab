#ifdef __x86_64__
#include <immintrin.h>

#include "core/explain/trees/shap_kernel_x86.hpp"
#include "core/unroll.hpp"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq")
#endif

#include "core/explain/trees/shap_row_body.hpp"
#include "core/explain/trees/shap_rows_body.hpp"

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

// Two or four points in one vector.
struct FourPoints {
  static constexpr std::size_t kRoom = 4;
  __m256d value;

  static FourPoints load(const double* from) noexcept { return {_mm256_loadu_pd(from)}; }
  static FourPoints load_table(const double* from) noexcept { return load(from); }
  static FourPoints in_all(double value) noexcept { return {_mm256_set1_pd(value)}; }
  void store(double* to) const noexcept { _mm256_storeu_pd(to, value); }
  friend FourPoints operator+(const FourPoints& a, const FourPoints& b) noexcept {
    return {a.value + b.value};
  }
  friend FourPoints operator-(const FourPoints& a, const FourPoints& b) noexcept {
    return {a.value - b.value};
  }
  friend FourPoints operator*(const FourPoints& a, const FourPoints& b) noexcept {
    return {a.value * b.value};
  }
  PointPair low() const noexcept { return {_mm256_castpd256_pd128(value)}; }
  PointPair high() const noexcept { return {_mm256_extractf128_pd(value, 1)}; }
};

inline double sum_of(const FourPoints& points) noexcept {
  return sum_of(points.low() + points.high());
}

template <int kPoints>
struct EightPoints {
  static constexpr std::size_t kRoom = 8;
  __m512d value;

  static EightPoints load(const double* from) noexcept { return {_mm512_load_pd(from)}; }
  static EightPoints load_table(const double* from) noexcept {
    return {kPoints == 8 ? _mm512_loadu_pd(from)
                         : _mm512_maskz_loadu_pd((1u << kPoints) - 1, from)};
  }
  static EightPoints in_all(double value) noexcept { return {_mm512_set1_pd(value)}; }
  void store(double* to) const noexcept { _mm512_store_pd(to, value); }
  friend EightPoints operator+(const EightPoints& a, const EightPoints& b) noexcept {
    return {a.value + b.value};
  }
  friend EightPoints operator-(const EightPoints& a, const EightPoints& b) noexcept {
    return {a.value - b.value};
  }
  friend EightPoints operator*(const EightPoints& a, const EightPoints& b) noexcept {
    return {a.value * b.value};
  }
  FourPoints low() const noexcept { return {_mm512_maskz_extractf64x4_pd(0xff, value, 0)}; }
  FourPoints high() const noexcept { return {_mm512_maskz_extractf64x4_pd(0xff, value, 1)}; }
};

template <int kPoints>
double sum_of(const EightPoints<kPoints>& points) noexcept {
  return sum_of(points.low() + points.high());
}

template <int kLanes>
struct EightsOf {
  using Type = EightPoints<2 * kLanes>;
};
template <>
struct EightsOf<1> {
  using Type = PointPair;
};
template <>
struct EightsOf<2> {
  using Type = FourPoints;
};

constexpr __mmask8 kAll = 0xff;

// The row's values in registers.
class FewValues {
 public:
  static constexpr std::size_t kMost = 32;

  explicit FewValues(const double* values) noexcept {
    for (int i = 0; i < 4; ++i) values_[i] = _mm512_loadu_pd(values + 8 * i);
  }
  __m512d at(__m512i slots) const noexcept {
    const __m512d low = _mm512_permutex2var_pd(values_[0], slots, values_[1]);
    const __m512d high = _mm512_permutex2var_pd(values_[2], slots, values_[3]);
    return _mm512_mask_blend_pd(_mm512_test_epi64_mask(slots, _mm512_set1_epi64(16)), low, high);
  }

 private:
  __m512d values_[4];
};

struct ManyValues {
  const double* values;

  __m512d at(__m512i slots) const noexcept {
    return _mm512_mask_i64gather_pd(_mm512_setzero_pd(), kAll, slots, values, 8);
  }
};

struct Eights {
  template <int kLanes>
  using Points = typename EightsOf<kLanes>::Type;

  static void find_sides(const ShapBlockView& block, const ShapRowRoom& room) noexcept {
    if (room.value_count <= FewValues::kMost)
      find_sides(block, room, FewValues(room.values));
    else
      find_sides(block, room, ManyValues{room.values});
  }

  template <class Values>
  static void find_sides(const ShapBlockView& block, const ShapRowRoom& room,
                         const Values& values) noexcept {
    const __m512i on_b = _mm512_set1_epi64(0x100), on_a = _mm512_set1_epi64(1);
    for (std::size_t i = 0; i < block.node_count; i += 8) {
      const __m512i slots = _mm512_maskz_cvtepu32_epi64(
          kAll, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block.slots + i)));
      const __mmask8 flip = _mm512_test_epi64_mask(slots, _mm512_set1_epi64(1));
      const __mmask8 not_above =
          _mm512_cmp_pd_mask(values.at(_mm512_maskz_srli_epi64(kAll, slots, 1)),
                             _mm512_loadu_pd(block.keys + i), _CMP_LE_OQ);
      // By node, two bytes: whether it goes to A, whether to B.
      const __m512i sides =
          _mm512_mask_blend_epi64(static_cast<__mmask8>(not_above ^ flip), on_b, on_a);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(room.satisfied + 2 * i),
                       _mm512_maskz_cvtepi64_epi16(kAll, sides));
      _mm_storel_epi64(reinterpret_cast<__m128i*>(room.goes_to_a + i),
                       _mm512_maskz_cvtepi64_epi8(kAll, sides));
    }
  }
};

}  // namespace

void explain_row_avx512(const ShapBlockView& block, const ShapBlockView* next, const ShapRule& rule,
                        const ShapRowRoom& room) {
  explain_row<Eights>(block, next, rule, room);
}

void explain_rows_avx512(const ShapBlockView& block, const ShapRule& rule,
                         const ShapRowsRoom& room) {
  explain_rows<EightRows>(block, rule, room);
}

}  // namespace credit_risk

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
