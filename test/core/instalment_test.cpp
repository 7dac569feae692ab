#include "core/lending/instalment.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/random.hpp"

namespace credit_risk {
namespace {

constexpr Paise kRupees = 100;

// Percent with two decimals, exactly.
Rate percent(double value) {
  return static_cast<Rate>(value * 10'000 + 0.5) * (kRateUnitsPerPercent / 10'000);
}

struct Vector {
  Paise principal;
  double rate;
  int months;
  std::int64_t unrounded_1e10;  // to ten decimals of the rupee
  Paise half_up;
  Paise ceil_rupee;
};

// Unrounded values: Python 3.11, decimal at 60 digits, of P r (1+r)^n / ((1+r)^n - 1) with r = rate
// / 1200.
const Vector kVectors[] = {
    {1'000'000 * kRupees, 9.5, 60, 210018613097155, 2100186, 2100200},
    {1'000'000 * kRupees, 9.5, 12, 876835117739979, 8768351, 8768400},
    {100'000 * kRupees, 12, 12, 88848788678342, 888488, 888500},
    {5'000'000 * kRupees, 8.5, 240, 433911616682767, 4339116, 4339200},
    {500'000 * kRupees, 10.5, 84, 84303365743593, 843034, 843100},
    {120'000 * kRupees, 0, 12, 100000000000000, 1000000, 1000000},
    {100'000 * kRupees, 0, 7, 142857142857143, 1428571, 1428600},
    {1'000'000 * kRupees, 0.01, 60, 166709031249021, 1667090, 1667100},
};

TEST(Emi, MatchesTheVectors) {
  for (const Vector& v : kVectors) {
    const LoanTerms terms{v.principal, percent(v.rate), v.months};
    EXPECT_EQ(emi(terms), v.half_up);
    EXPECT_EQ(emi(terms, Rounding::kCeilRupee), v.ceil_rupee);
    EXPECT_EQ(static_cast<std::int64_t>((emi_in_1e16(terms) + 500'000) / 1'000'000),
              v.unrounded_1e10);
  }
}

// numpy-financial's test_financial.py, pmt: the rate there is per period, here per year in percent.
TEST(Emi, MatchesNumpyFinancial) {
  EXPECT_EQ(static_cast<std::int64_t>(emi_in_1e16({15'000 * kRupees, percent(8), 60})),
            3041459143262052370);
  EXPECT_EQ(emi({15'000 * kRupees, 0, 60}), 25000);
  EXPECT_EQ(emi({2'000 * kRupees, percent(360), 12}), 62691);    // 626.90814
  EXPECT_EQ(emi({20'000 * kRupees, percent(960), 3}), 1931126);  // 19311.258
}

TEST(Emi, OneMonthPaysPrincipalAndOneInterest) {
  EXPECT_EQ(emi({100'000 * kRupees, percent(12), 1}), 101'000 * kRupees);
  EXPECT_EQ(emi({0, percent(12), 12}), 0);
}

// 1 rupee over 8 months is 12.5 paise: an exact tie.
TEST(Emi, DecidesTiesByTheRounding) {
  EXPECT_EQ(emi({100, 0, 8}, Rounding::kHalfUp), 13);
  EXPECT_EQ(emi({100, 0, 8}, Rounding::kHalfEven), 12);
  EXPECT_EQ(emi({100, 0, 8}, Rounding::kCeil), 13);
  EXPECT_EQ(emi({300, 0, 8}, Rounding::kHalfEven), 38);  // 37.5
  EXPECT_EQ(emi({6000, 0, 40}, Rounding::kRupee), 200);  // 1.50 rupees
  EXPECT_EQ(emi({5960, 0, 40}, Rounding::kRupee), 100);  // 1.49 rupees
  // r = 1, n = 2: E = 4 P / 3 exactly, though binary128 cannot hold 1/3.
  EXPECT_EQ(emi({300, percent(1200), 2}, Rounding::kCeil), 400);
  // r = 1/2, n = 2: E = 9 P / 10; P = 5 paise gives the tie 4.5.
  EXPECT_EQ(emi({5, percent(600), 2}, Rounding::kHalfUp), 5);
  EXPECT_EQ(emi({5, percent(600), 2}, Rounding::kHalfEven), 4);
}

TEST(Emi, IsSteadyForTinyRates) {
  const LoanTerms free{1'000'000 * kRupees, 0, 360};
  const LoanTerms nearly{1'000'000 * kRupees, 1, 360};  // 1e-10 percent
  const Quad difference = unrounded_emi(nearly) - unrounded_emi(free);
  // First order: E - P/n = P r (n + 1) / (2 n), r = 1e-12 / 12.
  EXPECT_NEAR(static_cast<double>(difference), 1e8 * (1e-12 / 12) * 361 / 720, 1e-14);
}

TEST(Emi, AmountsThatDoNotFitAreRefused) {
  EXPECT_THROW(emi({INT64_MAX, percent(1200), 1}), Error);
  EXPECT_THROW(emi({INT64_MAX, kMaxRate, 12}), Error);
  EXPECT_EQ(emi({INT64_MAX, 0, 1}), INT64_MAX);
}

TEST(Emi, TermsOutOfRangeAreRefused) {
  EXPECT_THROW(emi({-1, 0, 12}), Error);
  EXPECT_THROW(emi({100, -1, 12}), Error);
  EXPECT_THROW(emi({100, kMaxRate + 1, 12}), Error);
  EXPECT_THROW(emi({100, 0, 0}), Error);
  EXPECT_THROW(emi({100, 0, kMaxMonths + 1}), Error);
  EXPECT_THROW(rounding_named("floor"), Error);
}

TEST(Rounding, OfQuotientsIsExactAtTheEdges) {
  const Int128 huge = Int128{INT64_MAX} * 1'000'000;
  EXPECT_EQ(round_quotient(huge, 1'000'000, Rounding::kHalfUp), INT64_MAX);
  EXPECT_THROW(round_quotient(huge + 500'000, 1'000'000, Rounding::kHalfUp), Error);
  EXPECT_EQ(round_quotient(huge + 499'999, 1'000'000, Rounding::kHalfUp), INT64_MAX);
  EXPECT_EQ(round_quotient(1, Int128{1} << 100, Rounding::kCeil), 1);
  EXPECT_EQ(round_quotient(150, 1, Rounding::kRupee), 200);
  EXPECT_EQ(round_quotient(101, 1, Rounding::kCeilRupee), 200);
  EXPECT_EQ(round_quotient(100, 1, Rounding::kCeilRupee), 100);
}

// The value that round_paise gets is the quotient in binary128; both must decide alike, ties among
// them.
TEST(Rounding, OfQuadsAgreesWithExactQuotients) {
  Random random(7);
  const Rounding all[] = {Rounding::kHalfUp, Rounding::kHalfEven, Rounding::kCeil, Rounding::kRupee,
                          Rounding::kCeilRupee};
  for (int i = 0; i < 20'000; ++i) {
    const Paise amount = random.below(1'000'000'000);
    const Paise divisor = 1 + random.below(400);
    const Quad quotient = static_cast<Quad>(amount) / static_cast<Quad>(divisor);
    for (Rounding rounding : all) {
      ASSERT_EQ(round_paise(quotient, rounding), round_quotient(amount, divisor, rounding))
          << amount << " / " << divisor;
    }
  }
}

TEST(Money, TextForMessages) {
  EXPECT_EQ(money_text(123450), "1234.50");
  EXPECT_EQ(money_text(-5), "-0.05");
  EXPECT_EQ(money_text(INT64_MIN), "-92233720368547758.08");
  EXPECT_THROW(add_paise(INT64_MAX, 1), Error);
}

}  // namespace
}  // namespace credit_risk
