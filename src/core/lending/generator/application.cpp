#include "core/lending/generator/application.hpp"

#include <algorithm>

#include "core/lending/generator/distributions.hpp"

namespace credit_risk::generator {
namespace {

// What a purpose looks like. Amounts in rupees, rate in percent a year before the price of risk;
// `tenures` ascend and end with 0.
struct Product {
  std::int64_t least, most;
  double rate;
  int tenures[5];
  std::uint16_t tenure_weights[5];
  std::uint16_t demand[3];  // relative, by employment
};

constexpr Product kProducts[kPurposes] = {
    /* Business Expansion */ {
        100000, 5000000, 12.5, {24, 36, 48, 60, 84}, {2, 3, 2, 3, 1}, {3, 26, 42}},
    /* Debt Consolidation */
    {50000, 2500000, 13.0, {24, 36, 48, 60, 60}, {3, 4, 2, 2, 0}, {15, 14, 12}},
    /* Education */ {100000, 3000000, 10.0, {48, 60, 84, 120, 120}, {2, 3, 3, 2, 0}, {13, 10, 9}},
    /* Home Purchase */
    {800000, 15000000, 8.4, {120, 180, 240, 300, 300}, {5, 4, 2, 1, 0}, {6, 4, 4}},
    /* Home Renovation */
    {100000, 3500000, 10.8, {36, 48, 60, 84, 120}, {3, 3, 4, 2, 1}, {14, 12, 9}},
    /* Medical Emergency */
    {30000, 1200000, 12.8, {12, 18, 24, 36, 36}, {3, 2, 4, 3, 0}, {10, 9, 6}},
    /* Vehicle Purchase */
    {60000, 3000000, 9.2, {36, 48, 60, 72, 84}, {3, 3, 5, 1, 2}, {22, 15, 11}},
    /* Wedding Expenses */
    {50000, 2500000, 13.2, {12, 24, 36, 48, 60}, {1, 4, 4, 2, 1}, {15, 8, 5}},
};

// Asked instalment (principal only) as a share of income, by appetite.
constexpr QuantilePoint kBurden[] = {{0, 0.05},    {0.15, 0.14}, {0.38, 0.26},
                                     {0.54, 0.37}, {0.61, 0.46}, {0.64, 0.54},
                                     {0.83, 0.70}, {0.96, 0.90}, {1, 1.15}};
// Days between the application and as_of: a growing book, with the season's campaign at its end.
constexpr QuantilePoint kAgeInDays[] = {{0, 0},     {0.12, 47},   {0.185, 85}, {0.35, 300},
                                        {0.6, 640}, {0.85, 1070}, {1.0, 1450}};
// Days to an answer, papers and payment included.
constexpr QuantilePoint kProcessing[] = {{0, 12},    {0.25, 35},  {0.5, 70},
                                         {0.75, 95}, {0.95, 125}, {1, 150}};

// What verification makes of the declared burden.
constexpr QuantilePoint kVerified[] = {{0, 0.90}, {0.1, 0.96}, {0.5, 1.0}, {0.9, 1.04}, {1, 1.10}};

constexpr double kMostBurden = 0.50;
constexpr std::int64_t kLeastIncome = 30000;
constexpr int kMostPoints = 60;
// Officers could approve outside the policy; since it was tightened they seldom do.
constexpr Day kTightenedDaysAgo = 480;
constexpr double kExceptionBefore = 0.51;
constexpr double kExceptionSince = 0.04;
// The heavier the burden, the fewer officers sign: this part of them.
constexpr QuantilePoint kSignsAtBurden[] = {
    {0, 0.7}, {0.5, 0.9}, {0.6, 0.6}, {0.85, 0.0}, {1, 0.0}};
constexpr double kPapersWanting = 0.008;
constexpr Day kGraceOfTrouble = 30;

Purpose draw_purpose(const Customer& customer, Day as_of, Random& random) noexcept {
  const bool young = as_of - customer.birth < 33 * 365;
  std::uint16_t weights[kPurposes];
  for (std::size_t i = 0; i < kPurposes; ++i) {
    weights[i] = kProducts[i].demand[static_cast<std::size_t>(customer.employment)];
  }
  weights[static_cast<std::size_t>(Purpose::kWeddingExpenses)] = static_cast<std::uint16_t>(
      weights[static_cast<std::size_t>(Purpose::kWeddingExpenses)] * (young ? 2 : 1));
  return static_cast<Purpose>(pick(weights, random));
}

std::int64_t rounding_step(double amount) noexcept {
  return amount < 100000 ? 1000 : amount < 1000000 ? 5000 : 50000;
}

int points_of_burden(double burden) noexcept {
  return burden > 0.5 ? 40 : burden > 0.4 ? 25 : burden > 0.3 ? 10 : 0;
}
int points_of_income(std::int64_t income) noexcept {
  return income < 30000 ? 20 : income < 50000 ? 10 : income > 100000 ? -10 : 0;
}
int points_of_leverage(double months_of_income) noexcept {
  return months_of_income > 36 ? 15 : months_of_income > 24 ? 8 : 0;
}
int points_of_work(Employment employment) noexcept {
  return employment == Employment::kSelfEmployed ? 10 : employment == Employment::kBusiness ? 5 : 0;
}
int points_of_experience(int tenths) noexcept {
  return tenths < 20 ? 10 : tenths < 50 ? 5 : tenths > 100 ? -5 : 0;
}

int risk_points(const Customer& customer, const Application& application) noexcept {
  const double income = static_cast<double>(customer.monthly_income);
  const int points =
      points_of_burden(application.burden) + points_of_income(customer.monthly_income) +
      points_of_leverage(static_cast<double>(application.amount) / income) +
      points_of_work(customer.employment) + points_of_experience(customer.experience_tenths) +
      (application.tenure_months > 120 ? 5 : 0);
  return std::min(std::max(points, 0), 100);
}

// Price of the purpose, of the risk seen on paper, and of haggling; to the twentieth of a percent.
int rate_of(const Application& application, Random& random) noexcept {
  constexpr QuantilePoint kHaggling[] = {{0, -0.7}, {0.2, -0.25}, {0.8, 0.25}, {1, 0.8}};
  const double rate = kProducts[static_cast<std::size_t>(application.purpose)].rate +
                      0.03 * static_cast<double>(application.risk_points) + draw(kHaggling, random);
  return static_cast<int>(round_to(rate * 1000.0, 50));
}

// The first rule of the policy that the request breaks, or kWithinPolicy.
Remark first_breach(const Customer& customer, const Application& application,
                    double verified) noexcept {
  if (application.burden * verified > kMostBurden) return Remark::kBurden;
  if (customer.monthly_income < kLeastIncome) return Remark::kIncome;
  if (application.risk_points >= kMostPoints) return Remark::kRiskPoints;
  return Remark::kWithinPolicy;
}

double chance_of_exception(const Application& application, Day as_of) noexcept {
  const bool before = as_of - application.applied > kTightenedDaysAgo;
  return (before ? kExceptionBefore : kExceptionSince) *
         quantile(kSignsAtBurden, std::min(application.burden, 1.0));
}

void answer(Application& application, Status status, Remark remark) noexcept {
  application.status = status;
  application.remark = remark;
}

}  // namespace

const char* name_of(Purpose purpose) noexcept {
  constexpr const char* kNames[kPurposes] = {
      "Business Expansion", "Debt Consolidation", "Education",        "Home Purchase",
      "Home Renovation",    "Medical Emergency",  "Vehicle Purchase", "Wedding Expenses"};
  return kNames[static_cast<std::size_t>(purpose)];
}

const char* name_of(Status status) noexcept {
  constexpr const char* kNames[] = {"Pending", "Approved", "Rejected"};
  return kNames[static_cast<std::size_t>(status)];
}

const char* text_of(Remark remark) noexcept {
  constexpr const char* kTexts[] = {
      "Awaiting the decision.",
      "Approved: within policy.",
      "Approved as an exception to policy.",
      "Refused: the instalment exceeds half of the monthly income.",
      "Refused: the monthly income is below 30,000.",
      "Refused: too many risk points.",
      "Refused: the papers could not be verified.",
      "Refused: an earlier loan is overdue.",
  };
  return kTexts[static_cast<std::size_t>(remark)];
}

Application make_request(std::uint64_t seed, std::int64_t ordinal, const Customer& customer,
                         Day as_of) {
  Random random = stream_of(seed, Stream::kRequest, ordinal);
  Application request{};
  request.ordinal = ordinal;
  request.applied = as_of - static_cast<Day>(draw(kAgeInDays, random));
  request.answered = request.applied + static_cast<Day>(draw(kProcessing, random));
  request.purpose = draw_purpose(customer, as_of, random);
  const Product& product = kProducts[static_cast<std::size_t>(request.purpose)];
  request.tenure_months = product.tenures[pick(product.tenure_weights, random)];
  const double income = static_cast<double>(customer.monthly_income);
  // A customer's requests resemble each other; the second draw keeps them from being equal.
  const double u = chance(random, 0.75) ? customer.appetite : random.uniform();
  const double wish = quantile(kBurden, u) * income * request.tenure_months;
  request.amount =
      std::min(std::max(round_to(wish, rounding_step(wish)), product.least), product.most);
  request.burden = static_cast<double>(request.amount) / request.tenure_months / income;
  request.risk_points = risk_points(customer, request);
  request.default_prone = request.burden > kMostBurden || customer.monthly_income < kLeastIncome;
  request.rate_thousandths = rate_of(request, random);
  return request;
}

void decide(std::uint64_t seed, const Customer& customer, Day as_of, Day in_trouble_since,
            Application& application) {
  Random random = stream_of(seed, Stream::kDecision, application.ordinal);
  const double verified = draw(kVerified, random);
  const bool signs = chance(random, chance_of_exception(application, as_of));
  const bool papers_wanting = chance(random, kPapersWanting);
  const Remark breach = first_breach(customer, application, verified);
  if (application.answered > as_of) {
    answer(application, Status::kPending, Remark::kAwaiting);
  } else if (application.answered > in_trouble_since + kGraceOfTrouble) {
    answer(application, Status::kRejected, Remark::kOverdue);
  } else if (breach != Remark::kWithinPolicy && !signs) {
    answer(application, Status::kRejected, breach);
  } else if (papers_wanting) {
    answer(application, Status::kRejected, Remark::kDocuments);
  } else {
    answer(application, Status::kApproved,
           breach == Remark::kWithinPolicy ? Remark::kWithinPolicy : Remark::kException);
  }
}

}  // namespace credit_risk::generator
