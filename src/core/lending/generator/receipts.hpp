// What the borrower pays, when, and what fails to arrive.
#pragma once
#include <cstdint>
#include <vector>

#include "core/lending/generator/loan.hpp"

namespace credit_risk::generator {

enum class Method : std::uint8_t { kBankTransfer, kCheque, kCash, kUpi, kCard };
enum class Payment : std::uint8_t { kSuccess, kFailed, kPending };
const char* name_of(Method method) noexcept;
const char* name_of(Payment payment) noexcept;

// A receipt belongs to one due. Amounts in paise. Of a failed one, principal and interest are 0 and
// `amount` is what was asked for; of the others it is their sum. The late fee comes on top.
struct Receipt {
  Day paid;
  Day due;
  Paise amount;
  Paise principal;
  Paise interest;
  Paise late_fee;
  Method method;
  Payment payment;
};

// The customer's side of it, the same for all the loans.
struct Means {
  Day as_of;  // nothing later is seen
  double discipline;
  Day trouble;     // nothing is paid from this day on
  Day lean_from;   // a season without income, after which all arrears are paid ...
  Day lean_until;  // ... on this day; kNever and kNever for most
};

// Adds the receipts up to and on `means.as_of` to `receipts`, in the order of the instalments.
// Returns the day on which the rest of the loan was repaid early, after instalment
// `loan.closes_after`, or kNever.
Day make_receipts(std::uint64_t seed, const Loan& loan, const std::vector<Instalment>& schedule,
                  const Means& means, std::vector<Receipt>& receipts);

}  // namespace credit_risk::generator
