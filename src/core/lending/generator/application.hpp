// What a customer asks for, and what the bank answers.
#pragma once
#include <cstdint>

#include "core/lending/generator/customer.hpp"

namespace credit_risk::generator {

enum class Purpose : std::uint8_t {
  kBusinessExpansion,
  kDebtConsolidation,
  kEducation,
  kHomePurchase,
  kHomeRenovation,
  kMedicalEmergency,
  kVehiclePurchase,
  kWeddingExpenses,
};
constexpr std::size_t kPurposes = 8;

enum class Status : std::uint8_t { kPending, kApproved, kRejected };

// Why the status is what it is.
enum class Remark : std::uint8_t {
  kAwaiting,
  kWithinPolicy,
  kException,
  kBurden,
  kIncome,
  kRiskPoints,
  kDocuments,
  kOverdue,
};

const char* name_of(Purpose purpose) noexcept;
const char* name_of(Status status) noexcept;
const char* text_of(Remark remark) noexcept;

struct Application {
  std::int64_t ordinal;  // within the run, from 0
  Day applied;
  Day answered;  // the day of the refusal or of the first payment; after as_of: still pending
  Purpose purpose;
  Status status;
  Remark remark;
  std::int64_t amount;  // rupees
  int tenure_months;
  int rate_thousandths;  // of a percent a year
  double burden;         // amount / tenure / monthly income
  int risk_points;       // 0..100
  bool default_prone;    // burden above one half, or income below 30,000
};

Application make_request(std::uint64_t seed, std::int64_t ordinal, const Customer& customer,
                         Day as_of);

// The bank's answer on the day it is due. `in_trouble_since`: when the customer stopped paying
// earlier loans, or the far future.
void decide(std::uint64_t seed, const Customer& customer, Day as_of, Day in_trouble_since,
            Application& application);

}  // namespace credit_risk::generator
