// The work of background_leaves.hpp on 64-bit words, for a file that says how to count their bits.
// Everything has internal linkage: each instruction set has its own.
#pragma once
#include "core/explain/background/background_leaves.hpp"

namespace credit_risk {
namespace {

// The features on a leaf's path, as far as the leaf's share in the values needs them.
struct LeafFeatures {
  std::size_t cold = 0;  // room.cold: those whose splits the row fails
  RowSet alive;          // the background rows that satisfy all of those
  std::size_t hot = 0;   // those whose splits the row satisfies, and some row in `alive` does not
};

inline bool is_empty(RowSet set) noexcept { return (set.low | set.high) == 0; }

inline LeafFeatures find_features(const LeafPass& pass, const LeafRoom& room,
                                  const std::uint32_t* path, std::size_t length) noexcept {
  LeafFeatures found;
  std::size_t hot = 0;
  for (std::size_t i = 0; i < length; ++i) {
    const std::uint32_t node = path[i];
    const std::size_t satisfied = pass.satisfied[node];
    room.hot[hot] = room.cold[found.cold] = node;
    hot += satisfied;
    found.cold += satisfied ^ 1;
  }
  found.alive = pass.all;
  for (std::size_t i = 0; i < found.cold; ++i) {
    found.alive.low &= pass.sets[room.cold[i]].low;
    found.alive.high &= pass.sets[room.cold[i]].high;
  }
  if (is_empty(found.alive)) return found;
  for (std::size_t i = 0; i < hot; ++i) {
    const RowSet set = pass.sets[room.hot[i]];
    const RowSet fail{found.alive.low & ~set.low, found.alive.high & ~set.high};
    room.fail_low[found.hot] = fail.low;
    room.fail_high[found.hot] = fail.high;
    room.feature[found.hot] = static_cast<std::uint32_t>(pass.feature[room.hot[i]]);
    found.hot += is_empty(fail) ? 0 : 1;
  }
  return found;
}

// Class a: the rows in `alive` that fail the splits on `a` of the hot features.
inline void classify(const LeafRoom& room, const LeafFeatures& found) noexcept {
  room.class_low[0] = found.alive.low;
  room.class_high[0] = found.alive.high;
  for (std::size_t i = 0; i < found.hot; ++i) {
    const std::uint64_t low = room.fail_low[i], high = room.fail_high[i];
    room.class_low[i + 1] = room.class_high[i + 1] = 0;
    for (std::size_t a = i + 1; a > 0; --a) {
      room.class_low[a] = (room.class_low[a] & ~low) | (room.class_low[a - 1] & low);
      room.class_high[a] = (room.class_high[a] & ~high) | (room.class_high[a - 1] & high);
    }
    room.class_low[0] &= ~low;
    room.class_high[0] &= ~high;
  }
}

// Eight partial sums, folded: the order in which eight lanes add.
inline double fold(double (&part)[8]) noexcept {
  for (int half = 4; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i) part[i] += part[i + half];
  }
  return part[0];
}

inline void subtract_from_cold(const LeafPass& pass, const LeafRoom& room, std::size_t cold,
                               double share, double* phi) noexcept {
  for (std::size_t i = 0; i < cold; ++i) phi[pass.feature[room.cold[i]]] -= share;
}

template <class Bits>
void add_to_hot(const LeafRoom& room, const LeafFeatures& found, const double* weights,
                double value, double* phi) noexcept {
  for (std::size_t i = 0; i < found.hot; ++i) {
    double sum = 0;
    for (std::size_t a = 1; a <= found.hot; ++a) {
      const int rows = Bits::count(room.class_low[a] & room.fail_low[i]) +
                       Bits::count(room.class_high[a] & room.fail_high[i]);
      sum += weights[a - 1] * rows;
    }
    phi[room.feature[i]] += value * sum;
  }
}

template <class Bits>
double share_of_cold(const LeafRoom& room, const LeafFeatures& found,
                     const double* weights) noexcept {
  double part[8] = {};
  for (std::size_t a = 0; a <= found.hot; ++a) {
    const int rows = Bits::count(room.class_low[a]) + Bits::count(room.class_high[a]);
    part[a % 8] += weights[a] * rows;
  }
  return fold(part);
}

// `Bits::count`: of ones in a word.
template <class Bits>
double add_leaves(const LeafPass& pass, const LeafRoom& room, double sum, double* phi) noexcept {
  const std::uint32_t* path = pass.nodes;
  for (const PathEnd* leaf = pass.begin; leaf != pass.end; path += leaf->length, ++leaf) {
    const double value = pass.values[leaf->node];
    const LeafFeatures found = find_features(pass, room, path, leaf->length);
    if (found.cold == 0) sum += value;
    if (is_empty(found.alive)) continue;
    classify(room, found);
    add_to_hot<Bits>(room, found, pass.weights[found.cold], value, phi);
    if (found.cold == 0) continue;
    const double share = share_of_cold<Bits>(room, found, pass.weights[found.cold - 1]);
    subtract_from_cold(pass, room, found.cold, value * share, phi);
  }
  return sum;
}

}  // namespace
}  // namespace credit_risk
