#ifdef __x86_64__
#include <immintrin.h>

#include "core/explain/trees/shap_kernel_x86.hpp"
#include "core/unroll.hpp"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif

#include "core/explain/trees/shap_row_body.hpp"
#include "core/explain/trees/shap_rows_body.hpp"

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

inline double sum_of(const PointsOfTwo<FourPoints, PointPair>& points) noexcept {
  return sum_of(points.low.low() + points.high + points.low.high());
}

template <int kLanes>
struct FoursOf;
template <>
struct FoursOf<1> {
  using Type = PointPair;
};
template <>
struct FoursOf<2> {
  using Type = FourPoints;
};
template <>
struct FoursOf<3> {
  using Type = PointsOfTwo<FourPoints, PointPair>;
};
template <>
struct FoursOf<4> {
  using Type = PointsOfTwo<FourPoints, FourPoints>;
};

// Of four nodes, by the bits of those where the row goes to A.
struct SidesOfFour {
  std::uint8_t goes_to_a[16][4];
  std::uint8_t satisfied[16][8];
};

constexpr SidesOfFour sides_of_four() noexcept {
  SidesOfFour sides{};
  for (unsigned bits = 0; bits < 16; ++bits) {
    for (unsigned i = 0; i < 4; ++i) {
      const std::uint8_t to_a = bits >> i & 1;
      sides.goes_to_a[bits][i] = to_a;
      sides.satisfied[bits][2 * i] = to_a;
      sides.satisfied[bits][2 * i + 1] = to_a ^ 1;
    }
  }
  return sides;
}

constexpr SidesOfFour kSides = sides_of_four();

struct Fours {
  template <int kLanes>
  using Points = typename FoursOf<kLanes>::Type;

  static void find_sides(const ShapBlockView& block, const ShapRowRoom& room) noexcept {
    for (std::size_t i = 0; i < block.node_count; i += 4) {
      const __m128i slots = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block.slots + i));
      const __m256d value =
          _mm256_mask_i32gather_pd(_mm256_setzero_pd(), room.values, _mm_srli_epi32(slots, 1),
                                   _mm256_castsi256_pd(_mm256_set1_epi64x(-1)), 8);
      const __m256d not_above = _mm256_cmp_pd(value, _mm256_loadu_pd(block.keys + i), _CMP_LE_OQ);
      const int flip = _mm_movemask_ps(_mm_castsi128_ps(_mm_slli_epi32(slots, 31)));
      const unsigned to_a = static_cast<unsigned>(_mm256_movemask_pd(not_above) ^ flip);
      __builtin_memcpy(room.goes_to_a + i, kSides.goes_to_a[to_a], 4);
      __builtin_memcpy(room.satisfied + 2 * i, kSides.satisfied[to_a], 8);
    }
  }
};

}  // namespace

void explain_row_avx2(const ShapBlockView& block, const ShapBlockView* next, const ShapRule& rule,
                      const ShapRowRoom& room) {
  explain_row<Fours>(block, next, rule, room);
}

void explain_rows_avx2(const ShapBlockView& block, const ShapRule& rule, const ShapRowsRoom& room) {
  explain_rows<FourRows>(block, rule, room);
}

}  // namespace credit_risk

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
