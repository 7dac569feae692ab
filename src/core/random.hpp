// Seeded random numbers with the same bits on every machine: integers and exact IEEE operations
// only.
#pragma once
#include <cstdint>

namespace credit_risk {

// SplitMix64 (Steele, Lea, Flood 2014): one step of the stream, and the mixer that derives
// independent seeds.
inline std::uint64_t split_mix(std::uint64_t& state) noexcept {
  std::uint64_t z = (state += 0x9E3779B97F4A7C15ull);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

// xoroshiro128+ (Blackman, Vigna 2018). A stream is named by a seed and a number (a tree, a
// customer), so that any part of the work can be done alone, in any order, with the same result.
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) noexcept {
    std::uint64_t state = seed;
    state = split_mix(state) ^ stream;
    state_[0] = split_mix(state);
    state_[1] = split_mix(state);
  }

  std::uint64_t next() noexcept {
    const std::uint64_t a = state_[0];
    std::uint64_t b = state_[1];
    const std::uint64_t result = a + b;
    b ^= a;
    state_[0] = rotate(a, 24) ^ b ^ (b << 16);
    state_[1] = rotate(b, 37);
    return result;
  }

  // Uniform integer in [0, bound); bound > 0. The bias is below bound / 2^32.
  std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>(((next() >> 32) * std::uint64_t{bound}) >> 32);
  }

  // Uniform in [0, 1), a multiple of 2^-53.
  double uniform() noexcept { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  static std::uint64_t rotate(std::uint64_t x, int k) noexcept {
    return (x << k) | (x >> (64 - k));
  }
  std::uint64_t state_[2];
};

}  // namespace credit_risk
