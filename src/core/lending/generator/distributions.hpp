// Drawing from distributions that are written down as tables. A distribution is its quantile
// function, linear between the points given: only + - * / of IEEE doubles, so a seed gives the same
// rows on every machine.
#pragma once
#include <cstddef>
#include <cstdint>

#include "core/random.hpp"

namespace credit_risk::generator {

// `share` of the population lies at or below `value`.
struct QuantilePoint {
  double share;
  double value;
};

// The value below which the share `u` in [0, 1) lies. Points ascend from share 0 to share 1.
template <std::size_t N>
double quantile(const QuantilePoint (&points)[N], double u) noexcept {
  std::size_t i = 1;
  while (i + 1 < N && u >= points[i].share) ++i;
  const QuantilePoint& a = points[i - 1];
  const QuantilePoint& b = points[i];
  return a.value + (b.value - a.value) * ((u - a.share) / (b.share - a.share));
}

template <std::size_t N>
double draw(const QuantilePoint (&points)[N], Random& random) noexcept {
  return quantile(points, random.uniform());
}

inline bool chance(Random& random, double probability) noexcept {
  return random.uniform() < probability;
}

// Both ends included.
inline int between(Random& random, int low, int high) noexcept {
  return low + static_cast<int>(random.below(static_cast<std::uint32_t>(high - low + 1)));
}

// Index of one of `count` things, drawn by their weights.
inline std::size_t pick(const std::uint16_t* weights, std::size_t count, Random& random) noexcept {
  std::uint32_t total = 0;
  for (std::size_t i = 0; i < count; ++i) total += weights[i];
  std::uint32_t at = random.below(total);
  std::size_t i = 0;
  while (at >= weights[i]) at -= weights[i++];
  return i;
}

template <std::size_t N>
std::size_t pick(const std::uint16_t (&weights)[N], Random& random) noexcept {
  return pick(weights, N, random);
}

// `value` to the nearest multiple of `step`, halves up; for values >= 0.
inline std::int64_t round_to(double value, std::int64_t step) noexcept {
  return static_cast<std::int64_t>(value / static_cast<double>(step) + 0.5) * step;
}

// Every kind of entity has streams of its own, so that any one can be made alone.
enum class Stream : std::uint64_t {
  kBlock = 74,
  kPerson,
  kRequest,
  kDecision,
  kLoan,
  kReceipts,
  kSecurity,
  kHousehold
};

inline Random stream_of(std::uint64_t seed, Stream kind, std::int64_t ordinal) noexcept {
  return Random(seed,
                (static_cast<std::uint64_t>(kind) << 48) | static_cast<std::uint64_t>(ordinal));
}

}  // namespace credit_risk::generator
