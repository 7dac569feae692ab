// A loan's terms, how it is paid out, and what stands behind it.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/lending/generator/application.hpp"
#include "core/lending/schedule.hpp"

namespace credit_risk::generator {

constexpr Day kNever = 1 << 30;

struct Tranche {
  Day paid_out;
  std::int64_t amount;  // rupees
};

struct Loan {
  std::int64_t application;  // its ordinal
  Purpose purpose;
  std::int64_t amount;   // rupees
  int rate_thousandths;  // of a percent a year
  int tenure_months;
  Paise emi;
  std::array<Tranche, 3> tranches;
  int tranche_count;
  Day first_due;
  Day stops;         // the customer's means give out at this loan's due date; kNever for most
  int closes_after;  // repaid early together with this instalment; 0 for most
};

Loan make_loan(std::uint64_t seed, const Application& application);
void make_schedule(const Loan& loan, std::vector<Instalment>& schedule);

const char* pay_out_method_of(const Loan& loan) noexcept;

enum class Asset : std::uint8_t { kProperty, kVehicle, kGold, kSecurities, kOther };
const char* name_of(Asset asset) noexcept;

struct Collateral {
  Asset asset;
  std::int64_t value;  // rupees
  Day valued;
  const char* description;
};

struct Guarantor {
  const char* first_name;
  const char* surname;
  const char* relationship;
  const char* street;
  int house;
  std::int64_t number;  // names the person's phone and PAN
  std::int64_t monthly_income;
};

std::string guarantor_email_of(std::int64_t number, const Guarantor& guarantor);
// A spouse lives with the borrower, everyone else in the same city.
std::string address_of(const Guarantor& guarantor, const Customer& customer);

struct Security {
  std::vector<Collateral> collateral;
  std::vector<Guarantor> guarantors;
};

void make_security(std::uint64_t seed, const Customer& customer, const Application& application,
                   Security& security);

}  // namespace credit_risk::generator
