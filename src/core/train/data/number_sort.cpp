#include "core/train/data/number_sort.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace credit_risk {
namespace {

constexpr int kDigitBits = 11, kDigits = 6;
constexpr std::size_t kDigitValues = std::size_t{1} << kDigitBits;
constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
constexpr std::size_t kPollNumbers = 65536;

using DigitCounts = std::array<std::uint32_t, kDigitValues>;

std::size_t digit(std::uint64_t key, int place) noexcept {
  return static_cast<std::size_t>(key >> (place * kDigitBits)) & (kDigitValues - 1);
}

// A whole number that is the greater the greater the double is. While they are sorted, keys lie
// where the numbers lay.
std::uint64_t key_of(double number) noexcept {
  const double with_one_zero = number + 0.0;
  std::uint64_t bits;
  std::memcpy(&bits, &with_one_zero, sizeof bits);
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

std::uint64_t load_key(const double& place) noexcept {
  std::uint64_t key;
  std::memcpy(&key, &place, sizeof key);
  return key;
}

void store(std::uint64_t bits, double& place) noexcept { std::memcpy(&place, &bits, sizeof bits); }

void move_by_digit(const std::vector<double>& from, int place, DigitCounts& counts,
                   std::vector<double>& to, const StopFlag& stop) {
  std::uint32_t begin = 0;
  for (std::uint32_t& count : counts) begin += std::exchange(count, begin);
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (i % kPollNumbers == 0) stop.poll();
    const std::uint64_t key = load_key(from[i]);
    store(key, to[counts[digit(key, place)]++]);
  }
}

}  // namespace

void sort_numbers(std::vector<double>& numbers, const StopFlag& stop) {
  if (numbers.empty()) return;
  std::vector<DigitCounts> counts(kDigits);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i % kPollNumbers == 0) stop.poll();
    const std::uint64_t key = key_of(numbers[i]);
    store(key, numbers[i]);
    for (int place = 0; place < kDigits; ++place) ++counts[place][digit(key, place)];
  }
  std::vector<double> moved(numbers.size());
  for (int place = 0; place < kDigits; ++place) {
    const std::size_t of_first = digit(load_key(numbers[0]), place);
    if (counts[place][of_first] == numbers.size()) continue;
    move_by_digit(numbers, place, counts[place], moved, stop);
    numbers.swap(moved);
  }
  for (double& number : numbers) {
    const std::uint64_t key = load_key(number);
    store((key & kSign) != 0 ? key & ~kSign : ~key, number);
  }
}

}  // namespace credit_risk
