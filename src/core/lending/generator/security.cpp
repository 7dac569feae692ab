// What stands behind a loan: assets charged, and persons who answer for it.
#include <algorithm>

#include "core/lending/generator/distributions.hpp"
#include "core/lending/generator/loan.hpp"

namespace credit_risk::generator {
namespace {

// Who pledges what for a purpose: chance of it, the kind of asset, loan to value from and to.
struct Pledge {
  double chance;
  Asset asset;
  double least_ltv, most_ltv;
  const char* description;
};

constexpr Pledge kPledges[kPurposes] = {
    {0.60, Asset::kOther, 0.45, 0.75, "Stock and machinery"},
    {0.12, Asset::kSecurities, 0.40, 0.50, "Units of mutual funds"},
    {0.10, Asset::kSecurities, 0.60, 0.90, "Fixed deposit of a parent"},
    {1.00, Asset::kProperty, 0.55, 0.90, "The flat or house bought"},
    {0.35, Asset::kProperty, 0.20, 0.55, "The house renovated"},
    {0.18, Asset::kGold, 0.55, 0.75, "Gold ornaments"},
    {0.97, Asset::kVehicle, 0.70, 0.95, "The vehicle bought"},
    {0.30, Asset::kGold, 0.55, 0.75, "Gold ornaments"},
};
// Above it, business and education loans are given on property.
constexpr std::int64_t kPropertyAbove = 2000000;
constexpr Pledge kProperty = {0.85, Asset::kProperty, 0.40, 0.70, "Residential property"};

constexpr const char* kFamily[] = {"Spouse", "Parent", "Sibling"};
constexpr const char* kOthers[] = {"Friend", "Colleague", "Business Partner", "Relative"};

const Pledge& pledge_for(const Application& application) noexcept {
  const bool free_use = application.purpose == Purpose::kBusinessExpansion ||
                        application.purpose == Purpose::kEducation;
  if (free_use && application.amount > kPropertyAbove) return kProperty;
  return kPledges[static_cast<std::size_t>(application.purpose)];
}

void pledge(const Application& application, Random& random, Security& security) {
  const Pledge& terms = pledge_for(application);
  if (!chance(random, terms.chance)) return;
  const double ltv = terms.least_ltv + (terms.most_ltv - terms.least_ltv) * random.uniform();
  const double value = static_cast<double>(application.amount) / ltv;
  security.collateral.push_back({terms.asset, round_to(value, 1000),
                                 application.applied + between(random, 0, 5), terms.description});
}

int count_guarantors(const Application& application, Random& random) noexcept {
  const bool large = application.amount > 1500000;
  const bool risky = application.risk_points >= 40;
  const double likely = application.purpose == Purpose::kEducation ? 0.9
                        : risky                                    ? 0.6
                        : large                                    ? 0.4
                                                                   : 0.06;
  if (!chance(random, likely)) return 0;
  return large && risky && chance(random, 0.5) ? 2 : 1;
}

const char* word(const Words& words, Random& random) noexcept {
  return words[random.below(static_cast<std::uint32_t>(words.size))];
}

Guarantor make_guarantor(const Customer& customer, std::int64_t number, bool parent,
                         Random& random) {
  constexpr QuantilePoint kIncomeRatio[] = {{0, 0.4}, {0.5, 1.0}, {1, 2.5}};
  const bool family = parent || chance(random, 0.6);
  Guarantor guarantor{};
  guarantor.first_name = word(chance(random, 0.6) ? male_names() : female_names(), random);
  guarantor.surname = family ? customer.surname : word(surnames(), random);
  guarantor.relationship = parent   ? "Parent"
                           : family ? kFamily[random.below(3)]
                                    : kOthers[random.below(4)];
  guarantor.street = word(streets(), random);
  guarantor.house = between(random, 1, 420);
  guarantor.number = number;
  const double income = static_cast<double>(customer.monthly_income) * draw(kIncomeRatio, random);
  guarantor.monthly_income = std::max<std::int64_t>(round_to(income, 500), 10000);
  return guarantor;
}

}  // namespace

const char* name_of(Asset asset) noexcept {
  constexpr const char* kNames[] = {"Property", "Vehicle", "Gold", "Securities", "Other"};
  return kNames[static_cast<std::size_t>(asset)];
}

std::string guarantor_email_of(std::int64_t number, const Guarantor& guarantor) {
  return "g" + std::to_string(number) + "." + lower(guarantor.surname) + "@example.com";
}

std::string address_of(const Guarantor& guarantor, const Customer& customer) {
  if (guarantor.relationship == kFamily[0]) return address_of(customer);
  return std::to_string(guarantor.house) + ", " + guarantor.street + ", " + customer.place->city;
}

void make_security(std::uint64_t seed, const Customer& customer, const Application& application,
                   Security& security) {
  Random random = stream_of(seed, Stream::kSecurity, application.ordinal);
  security.collateral.clear();
  security.guarantors.clear();
  pledge(application, random, security);
  const int count = count_guarantors(application, random);
  for (int i = 0; i < count; ++i) {
    const bool parent = i == 0 && application.purpose == Purpose::kEducation;
    security.guarantors.push_back(
        make_guarantor(customer, application.ordinal * 2 + i, parent, random));
  }
}

}  // namespace credit_risk::generator
