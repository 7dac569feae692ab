#include "core/lending/generator/portfolio.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "core/lending/generator/distributions.hpp"

namespace credit_risk::generator {
namespace {

constexpr double kLeanSeason = 0.015;
constexpr Day kEarliestAsOf = -10957;  // 1970-01-01
constexpr Day kLatestAsOf = 365242;    // 2999-12-31

void refuse(const std::string& message, const std::string& detail = {},
            const std::string& hint = {}) {
  throw Error(ErrorKind::kInvalidInput, message, detail, hint);
}

Means make_means(const Customer& customer, Day as_of, Random& random) noexcept {
  Means means{as_of, customer.discipline, kNever, kNever, kNever};
  if (chance(random, kLeanSeason)) {
    means.lean_from = as_of - between(random, 200, 1100);
    means.lean_until = means.lean_from + between(random, 110, 190);
  }
  return means;
}

}  // namespace

void check(const Plan& plan) {
  if (plan.customers < 1 || plan.customers > kMostCustomers) {
    refuse("customers must be between 1 and " + std::to_string(kMostCustomers),
           "The value given is " + std::to_string(plan.customers) + ".");
  }
  if (plan.as_of < kEarliestAsOf || plan.as_of > kLatestAsOf) {
    refuse("as_of is out of range", "Books can be made for dates from 1970-01-01 to 2999-12-31.");
  }
  if (plan.applications < 0 || plan.applications > plan.customers * kMostApplicationsPerCustomer) {
    refuse("applications must be between 0 and " + std::to_string(kMostApplicationsPerCustomer) +
               " for each customer",
           "The value given is " + std::to_string(plan.applications) + " for " +
               std::to_string(plan.customers) + " customers.",
           "Give more customers, or fewer applications.");
  }
}

// Everyone in the block applies once before anyone applies again; who does is drawn.
void Portfolio::lay_out_block(std::int64_t block) {
  const std::int64_t first = block * kBlock;
  const std::int64_t size = std::min(kBlock, plan_.customers - first);
  const std::int64_t begin = first * plan_.applications / plan_.customers;
  const std::int64_t end = (first + size) * plan_.applications / plan_.customers;
  std::int64_t counts[kBlock] = {};
  Random random = stream_of(plan_.seed, Stream::kBlock, block);
  const std::int64_t everyone = (end - begin) / size > 0 ? 1 : 0;
  for (std::int64_t i = 0; i < size; ++i) counts[i] = everyone;
  for (std::int64_t left = end - begin - everyone * size; left > 0;) {
    std::int64_t& count = counts[random.below(static_cast<std::uint32_t>(size))];
    if (count >= 2 * kMostApplicationsPerCustomer) continue;
    ++count;
    --left;
  }
  first_application_[0] = begin;
  for (std::int64_t i = 0; i < kBlock; ++i) {
    first_application_[i + 1] = first_application_[i] + counts[i];
  }
  block_ = block;
}

void Portfolio::make_household(std::int64_t customer, Household& household) {
  if (customer / kBlock != block_) lay_out_block(customer / kBlock);
  household.customer = make_customer(plan_.seed, customer, plan_.as_of);
  Random random = stream_of(plan_.seed, Stream::kHousehold, customer);
  household.means = make_means(household.customer, plan_.as_of, random);
  make_applications(household);
  decide_in_order(household);
  const Day first_seen =
      household.applications.empty() ? plan_.as_of - 200 : household.applications.front().applied;
  household.registered = first_seen - between(random, 0, 60);
}

void Portfolio::make_applications(Household& household) {
  const std::int64_t slot = household.customer.ordinal % kBlock;
  household.applications.clear();
  for (std::int64_t i = first_application_[slot]; i < first_application_[slot + 1]; ++i) {
    household.applications.push_back(make_request(plan_.seed, i, household.customer, plan_.as_of));
  }
  std::stable_sort(
      household.applications.begin(), household.applications.end(),
      [](const Application& a, const Application& b) { return a.applied < b.applied; });
  for (std::size_t i = 0; i < household.applications.size(); ++i) {
    household.applications[i].ordinal = first_application_[slot] + static_cast<std::int64_t>(i);
  }
}

// The first loan that the means do not suffice for stops all of them, and closes the bank's door.
void Portfolio::decide_in_order(Household& household) {
  household.loans.clear();
  for (Application& application : household.applications) {
    decide(plan_.seed, household.customer, plan_.as_of, household.means.trouble, application);
    if (application.status != Status::kApproved) continue;
    household.loans.push_back(make_loan(plan_.seed, application));
    household.means.trouble = std::min(household.means.trouble, household.loans.back().stops);
  }
}

void Portfolio::make_receipts(const Household& household, const Loan& loan,
                              std::vector<Receipt>& receipts) {
  receipts.clear();
  make_schedule(loan, schedule_);
  generator::make_receipts(plan_.seed, loan, schedule_, household.means, receipts);
}

bool Portfolio::make_changed_dues(const Household& household, const Loan& loan,
                                  std::vector<CashFlow>& dues) {
  if (loan.closes_after == 0) return false;
  make_schedule(loan, schedule_);
  unseen_.clear();
  const Day repaid =
      generator::make_receipts(plan_.seed, loan, schedule_, household.means, unseen_);
  if (repaid == kNever) return false;
  dues.clear();
  for (int k = 0; k < loan.closes_after; ++k) {
    const Instalment& instalment = schedule_[static_cast<std::size_t>(k)];
    dues.push_back({instalment.due_date, instalment.amount()});
  }
  dues.push_back({repaid, schedule_[dues.size() - 1].balance});
  return true;
}

void Portfolio::make_security(const Household& household, const Loan& loan,
                              Security& security) const {
  const std::int64_t first = household.applications.front().ordinal;
  const Application& application =
      household.applications[static_cast<std::size_t>(loan.application - first)];
  generator::make_security(plan_.seed, household.customer, application, security);
}

}  // namespace credit_risk::generator
