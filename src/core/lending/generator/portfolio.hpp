// The synthetic book as a whole: which customer made which applications, and what became of them.
// Customers come in blocks that can be made in any order; nothing is kept between them.
#pragma once
#include <cstdint>
#include <vector>

#include "core/lending/days_past_due.hpp"
#include "core/lending/generator/loan.hpp"
#include "core/lending/generator/receipts.hpp"

namespace credit_risk::generator {

constexpr std::int64_t kMostCustomers = 50'000'000;
constexpr std::int64_t kMostApplicationsPerCustomer = 20;

struct Plan {
  std::int64_t customers;
  std::int64_t applications;
  std::uint64_t seed;
  Day as_of;
};

// Throws kInvalidInput unless a book of this size and date can be made.
void check(const Plan& plan);

// A customer with everything that hangs on it. Applications in the order of their dates; `loans` in
// that of theirs.
struct Household {
  Customer customer;
  Day registered;
  Means means;
  std::vector<Application> applications;
  std::vector<Loan> loans;
};

class Portfolio {
 public:
  // `plan` has passed check().
  explicit Portfolio(const Plan& plan) : plan_(plan) {}

  const Plan& plan() const noexcept { return plan_; }

  void make_household(std::int64_t customer, Household& household);
  void make_receipts(const Household& household, const Loan& loan, std::vector<Receipt>& receipts);
  // The dues of a loan that was repaid early: its instalments until then, and the rest. False:
  // those of its schedule.
  bool make_changed_dues(const Household& household, const Loan& loan, std::vector<CashFlow>& dues);
  void make_security(const Household& household, const Loan& loan, Security& security) const;

 private:
  static constexpr std::int64_t kBlock = 32;

  // How the applications of a block fall to its customers.
  void lay_out_block(std::int64_t block);
  void make_applications(Household& household);
  void decide_in_order(Household& household);

  Plan plan_;
  std::vector<Instalment> schedule_;
  std::vector<Receipt> unseen_;
  std::int64_t block_ = -1;
  std::int64_t first_application_[kBlock + 1] = {};  // ordinals; the last is the end of the block
};

}  // namespace credit_risk::generator
