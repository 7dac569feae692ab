// One synthetic customer: person, home, work, income, and the two leanings that cause what follows.
#pragma once
#include <cstdint>
#include <string>

#include "core/lending/calendar.hpp"
#include "core/lending/generator/vocabulary.hpp"

namespace credit_risk::generator {

enum class Gender : std::uint8_t { kMale, kFemale, kOther };
enum class Employment : std::uint8_t { kSalaried, kSelfEmployed, kBusiness };

const char* name_of(Gender gender) noexcept;
const char* name_of(Employment employment) noexcept;

struct Customer {
  std::int64_t ordinal;  // within the run, from 0
  Gender gender;
  const char* first_name;
  const char* surname;
  const Place* place;
  const char* street;
  std::uint16_t house;
  std::uint16_t pincode_end;  // last three digits
  Day birth;
  Employment employment;
  const char* employer;
  const char* job_title;
  std::int64_t monthly_income;  // rupees
  int experience_tenths;        // years of experience in tenths
  Day employed_since;
  double appetite;    // 0 cautious .. 1 asks for instalments as large as the bank may give
  double discipline;  // 0 careless .. 1 pays to the day
};

Customer make_customer(std::uint64_t seed, std::int64_t ordinal, Day as_of);

// Keys of a person, from the customer_id alone: distinct ids below 4,000,000,000 give distinct
// keys, whatever the seed. PAN: AAAPA9999A with fourth letter P (a person) and first letter A to Y
// (Z is kept for guarantors).
std::string pan_of(std::int64_t customer_id, const Customer& customer);
// Twelve digits that begin with 0: the issuing authority gives no number that begins with 0 or 1.
std::string aadhaar_of(std::int64_t customer_id);
// At example.com, which nobody can own (RFC 2606).
std::string email_of(std::int64_t customer_id, const Customer& customer);
// Ten digits that begin with 5: Indian mobile numbers begin with 6 to 9. Customers, employers and
// guarantors count from bases of their own.
std::string phone_of(std::int64_t number);
constexpr std::int64_t kEmployerPhones = 300'000'000;
constexpr std::int64_t kGuarantorPhones = 600'000'000;
// PAN of somebody who is no customer: first letter Z.
std::string guarantor_pan_of(std::int64_t number, char surname_initial);

// A to Z only.
std::string lower(const char* word);
std::string full_name_of(const Customer& customer);
std::string address_of(const Customer& customer);
std::string pincode_of(const Customer& customer);

}  // namespace credit_risk::generator
