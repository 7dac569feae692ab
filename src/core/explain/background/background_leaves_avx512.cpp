#ifdef __x86_64__
#include <immintrin.h>

#include "core/explain/background/background_leaves_x86.hpp"

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vpopcntdq"))), \
                             apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx512vpopcntdq")
#endif

#include "core/explain/background/background_leaves_body.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kLanes = 8;

__m512i word_in_all(const std::uint64_t* word) noexcept {
  return _mm512_set1_epi64(static_cast<long long>(*word));
}

__m512d count_both(__m512i low, __m512i high) noexcept {
  return _mm512_cvtepi64_pd(_mm512_add_epi64(_mm512_popcnt_epi64(low), _mm512_popcnt_epi64(high)));
}

// classify() for at most seven hot features: a lane for each class.
void classify_in_lanes(const LeafRoom& room, const LeafFeatures& found) noexcept {
  constexpr int kSelect = 0xCA;   // first ? second : third
  constexpr __mmask8 kUp = 0xFE;  // each lane from the one before, zero into the first
  __m512i low = _mm512_maskz_set1_epi64(1, static_cast<long long>(found.alive.low));
  __m512i high = _mm512_maskz_set1_epi64(1, static_cast<long long>(found.alive.high));
  for (std::size_t i = 0; i < found.hot; ++i) {
    low = _mm512_ternarylogic_epi64(word_in_all(room.fail_low + i),
                                    _mm512_maskz_alignr_epi64(kUp, low, low, 7), low, kSelect);
    high = _mm512_ternarylogic_epi64(word_in_all(room.fail_high + i),
                                     _mm512_maskz_alignr_epi64(kUp, high, high, 7), high, kSelect);
  }
  _mm512_storeu_si512(room.class_low, low);
  _mm512_storeu_si512(room.class_high, high);
}

// add_to_hot() with a lane for each feature.
void add_to_hot_in_lanes(const LeafRoom& room, const LeafFeatures& found, const double* weights,
                         double value, double* phi) noexcept {
  for (std::size_t begin = 0; begin < found.hot; begin += kLanes) {
    const __m512i low = _mm512_loadu_si512(room.fail_low + begin);
    const __m512i high = _mm512_loadu_si512(room.fail_high + begin);
    __m512d sum = _mm512_setzero_pd();
    for (std::size_t a = 1; a <= found.hot; ++a) {
      const __m512d rows = count_both(_mm512_and_si512(word_in_all(room.class_low + a), low),
                                      _mm512_and_si512(word_in_all(room.class_high + a), high));
      sum = _mm512_add_pd(sum, _mm512_mul_pd(_mm512_set1_pd(weights[a - 1]), rows));
    }
    double share[kLanes];
    _mm512_storeu_pd(share, _mm512_mul_pd(_mm512_set1_pd(value), sum));
    const std::size_t left = found.hot - begin;
    for (std::size_t i = 0; i < (left < kLanes ? left : kLanes); ++i) {
      phi[room.feature[begin + i]] += share[i];
    }
  }
}

// share_of_cold() with a lane for each class; behind the last class the words are zero.
double share_of_cold_in_lanes(const LeafRoom& room, const LeafFeatures& found,
                              const double* weights) noexcept {
  __m512d sum = _mm512_setzero_pd();
  for (std::size_t a = 0; a <= found.hot; a += kLanes) {
    const __m512d rows =
        count_both(_mm512_loadu_si512(room.class_low + a), _mm512_loadu_si512(room.class_high + a));
    sum = _mm512_add_pd(sum, _mm512_mul_pd(_mm512_loadu_pd(weights + a), rows));
  }
  const __m256d four = _mm256_add_pd(_mm512_maskz_extractf64x4_pd(0xFF, sum, 0),
                                     _mm512_maskz_extractf64x4_pd(0xFF, sum, 1));
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
  return _mm_cvtsd_f64(two) + _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
}

void classify_any(const LeafRoom& room, const LeafFeatures& found) noexcept {
  if (found.hot < kLanes) {
    classify_in_lanes(room, found);
    return;
  }
  classify(room, found);
  for (std::size_t a = found.hot + 1; a < found.hot + 1 + kLanes; ++a)
    room.class_low[a] = room.class_high[a] = 0;
}

}  // namespace

double add_leaves_avx512(const LeafPass& pass, const LeafRoom& room, double sum, double* phi) {
  const std::uint32_t* path = pass.nodes;
  for (const PathEnd* leaf = pass.begin; leaf != pass.end; path += leaf->length, ++leaf) {
    const double value = pass.values[leaf->node];
    const LeafFeatures found = find_features(pass, room, path, leaf->length);
    if (found.cold == 0) sum += value;
    if (is_empty(found.alive)) continue;
    classify_any(room, found);
    add_to_hot_in_lanes(room, found, pass.weights[found.cold], value, phi);
    if (found.cold == 0) continue;
    const double share = share_of_cold_in_lanes(room, found, pass.weights[found.cold - 1]);
    subtract_from_cold(pass, room, found.cold, value * share, phi);
  }
  return sum;
}

}  // namespace credit_risk

#ifdef __clang__
#pragma clang attribute pop
#endif
#endif
