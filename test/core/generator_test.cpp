#include "core/lending/generator/portfolio.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "core/error.hpp"
#include "core/lending/generator/distributions.hpp"

namespace credit_risk::generator {
namespace {

const Day kAsOf = day_of({2026, 1, 1});
const Plan kDefault{1000, 1500, 42, kAsOf};

// FNV-1a of 64 bits.
class Hash {
 public:
  void add(std::int64_t value) {
    for (int i = 0; i < 8; ++i) add_byte(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void add(const std::string& text) {
    for (const char c : text) add_byte(static_cast<std::uint8_t>(c));
  }
  std::uint64_t value() const { return value_; }

 private:
  void add_byte(std::uint8_t byte) { value_ = (value_ ^ byte) * 0x100000001b3ull; }
  std::uint64_t value_ = 0xcbf29ce484222325ull;
};

void add_loan(const Loan& loan, const std::vector<Receipt>& receipts, const Security& security,
              Hash& hash) {
  hash.add(loan.emi);
  hash.add(loan.first_due);
  for (int i = 0; i < loan.tranche_count; ++i) {
    hash.add(loan.tranches[static_cast<std::size_t>(i)].paid_out);
    hash.add(loan.tranches[static_cast<std::size_t>(i)].amount);
  }
  for (const Receipt& receipt : receipts) {
    hash.add(receipt.paid);
    hash.add(receipt.due);
    hash.add(receipt.amount);
    hash.add(receipt.principal);
    hash.add(receipt.late_fee);
    hash.add(std::string(name_of(receipt.method)) + name_of(receipt.payment));
  }
  for (const Collateral& collateral : security.collateral) hash.add(collateral.value);
  for (const Guarantor& guarantor : security.guarantors) hash.add(guarantor.monthly_income);
}

std::uint64_t hash_of(Portfolio& portfolio, std::int64_t first, std::int64_t end) {
  Hash hash;
  Household household;
  std::vector<Receipt> receipts;
  Security security;
  for (std::int64_t i = first; i < end; ++i) {
    portfolio.make_household(i, household);
    const Customer& customer = household.customer;
    hash.add(full_name_of(customer) + pan_of(i + 1, customer) + address_of(customer));
    hash.add(customer.birth);
    hash.add(customer.monthly_income);
    hash.add(customer.experience_tenths);
    for (const Application& application : household.applications) {
      hash.add(application.amount);
      hash.add(application.applied);
      hash.add(application.rate_thousandths);
      hash.add(text_of(application.remark));
    }
    for (const Loan& loan : household.loans) {
      portfolio.make_receipts(household, loan, receipts);
      portfolio.make_security(household, loan, security);
      add_loan(loan, receipts, security, hash);
    }
  }
  return hash.value();
}

// The hash was taken on x86-64; it holds on every machine as long as the generator does not change
// what it makes.
TEST(Generator, MakesTheSameBookOnEveryMachine) {
  Portfolio portfolio(kDefault);
  EXPECT_EQ(hash_of(portfolio, 0, 200), 585395491875195196ull);
}

TEST(Generator, AnotherSeedMakesAnotherBook) {
  Portfolio one(kDefault);
  Portfolio other({1000, 1500, 43, kAsOf});
  EXPECT_NE(hash_of(one, 0, 50), hash_of(other, 0, 50));
}

TEST(Generator, CustomersCanBeMadeInAnyOrder) {
  Portfolio forwards(kDefault);
  Portfolio backwards(kDefault);
  std::map<std::int64_t, std::uint64_t> hashes;
  for (std::int64_t i = 0; i < 100; ++i) hashes[i] = hash_of(forwards, i, i + 1);
  for (std::int64_t i = 99; i >= 0; --i) EXPECT_EQ(hash_of(backwards, i, i + 1), hashes[i]) << i;
}

TEST(Generator, MakesExactlyTheApplicationsAskedForWithDenseNumbers) {
  for (const Plan& plan :
       {kDefault, Plan{7, 0, 1, kAsOf}, Plan{100, 33, 1, kAsOf}, Plan{33, 660, 1, kAsOf},
        Plan{1, 20, 1, kAsOf}, Plan{65, 64, 9, kAsOf}}) {
    Portfolio portfolio(plan);
    Household household;
    std::int64_t next = 0;
    for (std::int64_t i = 0; i < plan.customers; ++i) {
      portfolio.make_household(i, household);
      for (const Application& application : household.applications)
        EXPECT_EQ(application.ordinal, next++);
    }
    EXPECT_EQ(next, plan.applications);
  }
}

TEST(Generator, RefusesImpossiblePlans) {
  EXPECT_THROW(check({0, 0, 1, kAsOf}), Error);
  EXPECT_THROW(check({kMostCustomers + 1, 0, 1, kAsOf}), Error);
  EXPECT_THROW(check({10, -1, 1, kAsOf}), Error);
  EXPECT_THROW(check({10, 201, 1, kAsOf}), Error);
  EXPECT_THROW(check({10, 10, 1, day_of({1969, 12, 31})}), Error);
  EXPECT_THROW(check({10, 10, 1, day_of({3000, 1, 1})}), Error);
  EXPECT_NO_THROW(check({10, 200, 1, day_of({2999, 12, 31})}));
}

TEST(Generator, KeysOfPersonsAreUniqueAndWellFormed) {
  Customer customer{};
  customer.surname = "Rao";
  std::set<std::string> pans, aadhaars;
  for (std::int64_t id = 1; id <= 50000; ++id) {
    const std::string pan = pan_of(id * 79999, customer);
    ASSERT_EQ(pan.size(), 10u);
    ASSERT_EQ(pan[3], 'P');
    ASSERT_NE(pan[0], 'Z');
    const std::string aadhaar = aadhaar_of(id * 79999);
    ASSERT_EQ(aadhaar.size(), 12u);
    ASSERT_EQ(aadhaar[0], '0');
    pans.insert(pan);
    aadhaars.insert(aadhaar);
  }
  EXPECT_EQ(pans.size(), 50000u);
  EXPECT_EQ(aadhaars.size(), 50000u);
  EXPECT_EQ(guarantor_pan_of(7, 'K')[0], 'Z');
}

TEST(Generator, QuantilesAreLinearBetweenTheirPoints) {
  constexpr QuantilePoint kPoints[] = {{0, 10}, {0.5, 20}, {1, 100}};
  EXPECT_EQ(quantile(kPoints, 0), 10);
  EXPECT_EQ(quantile(kPoints, 0.25), 15);
  EXPECT_EQ(quantile(kPoints, 0.5), 20);
  EXPECT_EQ(quantile(kPoints, 0.75), 60);
}

struct Tally {
  std::int64_t approved = 0, rejected = 0, pending = 0, loans = 0, receipts = 0, lent = 0;
  std::int64_t prone = 0, prone_bad = 0, other = 0, other_bad = 0;
};

void count_applications(const Household& household, Tally& tally) {
  std::size_t loan = 0;
  for (const Application& application : household.applications) {
    if (application.status == Status::kPending) {
      ++tally.pending;
      continue;
    }
    const bool approved = application.status == Status::kApproved;
    ++(approved ? tally.approved : tally.rejected);
    const bool bad = !approved || household.loans[loan++].stops <= kAsOf;
    ++(application.default_prone ? tally.prone : tally.other);
    if (bad) ++(application.default_prone ? tally.prone_bad : tally.other_bad);
  }
}

Tally tally_of(const Plan& plan) {
  Portfolio portfolio(plan);
  Household household;
  std::vector<Receipt> receipts;
  Tally tally;
  for (std::int64_t i = 0; i < plan.customers; ++i) {
    portfolio.make_household(i, household);
    count_applications(household, tally);
    for (const Loan& loan : household.loans) {
      portfolio.make_receipts(household, loan, receipts);
      ++tally.loans;
      tally.lent += loan.amount;
      tally.receipts += static_cast<std::int64_t>(receipts.size());
    }
  }
  return tally;
}

// The averages over all seeds, from a book large enough for them to show.
TEST(Generator, SharesScaleInProportion) {
  const Tally tally = tally_of({40000, 60000, 7, kAsOf});
  EXPECT_NEAR(static_cast<double>(tally.approved) / 60000, 785.0 / 1500, 0.02);
  EXPECT_NEAR(static_cast<double>(tally.rejected) / 60000, 500.0 / 1500, 0.02);
  EXPECT_NEAR(static_cast<double>(tally.pending) / 60000, 215.0 / 1500, 0.01);
  EXPECT_EQ(tally.loans, tally.approved);
  EXPECT_NEAR(static_cast<double>(tally.receipts) / static_cast<double>(tally.loans), 16.5, 0.5);
  EXPECT_NEAR(static_cast<double>(tally.lent) / static_cast<double>(tally.loans), 860000, 60000);
}

// Risk has causes: most of those with too heavy a burden or too small an income are refused or stop
// paying.
TEST(Generator, RiskFollowsBurdenAndIncome) {
  const Tally tally = tally_of({40000, 60000, 7, kAsOf});
  EXPECT_GT(static_cast<double>(tally.prone_bad), 0.95 * static_cast<double>(tally.prone));
  EXPECT_LT(static_cast<double>(tally.other_bad), 0.06 * static_cast<double>(tally.other));
  EXPECT_GT(tally.other_bad, 0);
  EXPECT_LT(tally.prone_bad, tally.prone);
}

void expect_sound_receipts(const Loan& loan, const std::vector<Receipt>& receipts) {
  Paise principal = 0;
  for (const Receipt& receipt : receipts) {
    ASSERT_LE(receipt.paid, kAsOf);
    ASSERT_GE(receipt.paid, loan.tranches[0].paid_out);
    ASSERT_GT(receipt.amount, 0);
    if (receipt.payment == Payment::kFailed) {
      ASSERT_EQ(receipt.principal + receipt.interest, 0);
      continue;
    }
    ASSERT_EQ(receipt.principal + receipt.interest, receipt.amount);
    ASSERT_GE(receipt.principal, 0);
    ASSERT_GE(receipt.interest, 0);
    principal += receipt.principal;
  }
  ASSERT_LE(principal, loan.amount * 100);
}

TEST(Generator, ReceiptsPayTheScheduleAndNoMore) {
  Portfolio portfolio(kDefault);
  Household household;
  std::vector<Receipt> receipts;
  for (std::int64_t i = 0; i < kDefault.customers; ++i) {
    portfolio.make_household(i, household);
    for (const Loan& loan : household.loans) {
      portfolio.make_receipts(household, loan, receipts);
      expect_sound_receipts(loan, receipts);
    }
  }
}

// Every instalment is paid in full before the next one is paid at all, and split as the schedule
// says.
TEST(Generator, EveryInstalmentIsPaidAsScheduled) {
  Portfolio portfolio(kDefault);
  Household household;
  std::vector<Receipt> receipts;
  std::vector<Instalment> schedule;
  for (std::int64_t i = 0; i < 200; ++i) {
    portfolio.make_household(i, household);
    for (const Loan& loan : household.loans) {
      portfolio.make_receipts(household, loan, receipts);
      make_schedule(loan, schedule);
      std::map<Day, std::pair<Paise, Paise>> paid;
      for (const Receipt& receipt : receipts) {
        paid[receipt.due].first += receipt.interest;
        paid[receipt.due].second += receipt.principal;
      }
      for (std::size_t k = 0; k + 1 < schedule.size(); ++k) {
        const auto next = paid.find(schedule[k + 1].due_date);
        if (next == paid.end() || next->second.second == 0 || loan.closes_after > 0) continue;
        const auto& [interest, principal] = paid[schedule[k].due_date];
        ASSERT_EQ(interest, schedule[k].interest);
        ASSERT_EQ(principal, schedule[k].principal);
      }
    }
  }
}

TEST(Generator, ALoanRepaidEarlyIsPaidToTheLastPaisa) {
  Portfolio portfolio(kDefault);
  Household household;
  std::vector<Receipt> receipts;
  std::vector<CashFlow> dues;
  int repaid_early = 0;
  for (std::int64_t i = 0; i < kDefault.customers; ++i) {
    portfolio.make_household(i, household);
    for (const Loan& loan : household.loans) {
      if (!portfolio.make_changed_dues(household, loan, dues)) continue;
      ++repaid_early;
      portfolio.make_receipts(household, loan, receipts);
      Paise due = 0, received = 0, principal = 0;
      for (const CashFlow& flow : dues) due += flow.amount;
      for (const Receipt& receipt : receipts) {
        if (receipt.payment == Payment::kFailed) continue;
        received += receipt.amount;
        principal += receipt.principal;
      }
      EXPECT_EQ(received, due);
      EXPECT_EQ(principal, loan.amount * 100);
      EXPECT_LE(dues.back().date, kAsOf);
    }
  }
  EXPECT_GT(repaid_early, 10);
}

TEST(Generator, AttributesStayInRange) {
  Portfolio portfolio({5000, 7500, 3, kAsOf});
  Household household;
  for (std::int64_t i = 0; i < 5000; ++i) {
    portfolio.make_household(i, household);
    const Customer& customer = household.customer;
    ASSERT_GE(customer.monthly_income, 12000);
    ASSERT_LE(customer.monthly_income, 1000000);
    ASSERT_GE(kAsOf - customer.birth, 25 * 365);
    ASSERT_LE(kAsOf - customer.birth, 62 * 366);
    ASSERT_GE(customer.experience_tenths, 0);
    ASSERT_LE(customer.experience_tenths, 400);
    ASSERT_EQ(pincode_of(customer).size(), 6u);
    for (const Application& application : household.applications) {
      ASSERT_GT(application.amount, 0);
      ASSERT_EQ(application.amount % 1000, 0);
      ASSERT_GE(application.tenure_months, 12);
      ASSERT_LE(application.tenure_months, 300);
      ASSERT_GE(application.rate_thousandths, 7000);
      ASSERT_LE(application.rate_thousandths, 20000);
      ASSERT_LE(application.applied, kAsOf);
      ASSERT_EQ(application.status == Status::kPending, application.answered > kAsOf);
    }
    for (const Loan& loan : household.loans) {
      ASSERT_GT(loan.first_due,
                loan.tranches[static_cast<std::size_t>(loan.tranche_count - 1)].paid_out);
    }
  }
}

}  // namespace
}  // namespace credit_risk::generator
