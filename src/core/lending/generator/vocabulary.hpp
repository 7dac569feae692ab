// The words of the synthetic book: names, places, employers, titles. Employers are invented.
#pragma once
#include <cstddef>
#include <cstdint>

namespace credit_risk::generator {

// `weight`: relative frequency among customers. `tier`: 1 metropolis, 2 large city, 3 town.
// `pincode`: the first three digits of the postal zone.
struct Place {
  const char* city;
  const char* state;
  std::uint16_t weight;
  std::uint8_t tier;
  std::uint16_t pincode;
};

struct Words {
  const char* const* begin;
  std::size_t size;
  const char* operator[](std::size_t i) const noexcept { return begin[i]; }
};

struct Places {
  const Place* begin;
  std::size_t size;
  const Place& operator[](std::size_t i) const noexcept { return begin[i]; }
};

Places places() noexcept;
Words female_names() noexcept;
Words male_names() noexcept;
Words surnames() noexcept;
Words streets() noexcept;
// By employment type: 0 Salaried, 1 Self-Employed, 2 Business. Titles ascend with seniority.
Words employers(std::size_t employment_type) noexcept;
Words job_titles(std::size_t employment_type) noexcept;

}  // namespace credit_risk::generator
