#include "core/lending/generator/customer.hpp"

#include <algorithm>

#include "core/lending/generator/distributions.hpp"

namespace credit_risk::generator {
namespace {

constexpr QuantilePoint kAge[] = {{0, 25},     {0.2, 29.5}, {0.5, 36.5},
                                  {0.8, 46.5}, {0.95, 55},  {1, 61}};
// Share of the years since 21 spent at work.
constexpr QuantilePoint kCareerShare[] = {{0, 0.08}, {0.1, 0.4}, {0.3, 0.7}, {0.6, 0.9}, {1, 1}};
constexpr QuantilePoint kYearsInJob[] = {{0, 0.2}, {0.25, 1.5}, {0.5, 3.5}, {0.8, 8}, {1, 25}};

constexpr double kBaseIncome[] = {35500, 32500, 40000};  // by employment, rupees a month
constexpr double kTierFactor[] = {1.18, 1.0, 0.85};
// At 0, 5, 10, 20, 40 years: first decade counts most.
constexpr QuantilePoint kExperienceFactor[] = {
    {0, 0.80}, {0.125, 1.0}, {0.25, 1.2}, {0.5, 1.45}, {1, 1.6}};
constexpr QuantilePoint kWageSpread[] = {{0, 0.50},    {0.05, 0.62}, {0.25, 0.82}, {0.5, 1.0},
                                         {0.75, 1.26}, {0.95, 2.0},  {1, 4.0}};
constexpr QuantilePoint kProfitSpread[] = {{0, 0.42},    {0.05, 0.55}, {0.25, 0.78}, {0.5, 1.0},
                                           {0.75, 1.36}, {0.95, 2.3},  {1, 5.0}};

constexpr std::uint16_t kGenderWeights[] = {596, 400, 4};
constexpr std::uint16_t kEmploymentWeights[] = {62, 22, 16};

const Place& draw_place(Random& random) noexcept {
  const Places all = places();
  std::uint32_t total = 0;
  for (std::size_t i = 0; i < all.size; ++i) total += all[i].weight;
  std::uint32_t at = random.below(total);
  std::size_t i = 0;
  while (at >= all[i].weight) at -= all[i++].weight;
  return all[i];
}

const char* draw_word(const Words& words, Random& random) noexcept {
  return words[random.below(static_cast<std::uint32_t>(words.size))];
}

double income_of(const Customer& customer, Random& random) noexcept {
  const auto kind = static_cast<std::size_t>(customer.employment);
  const double experience =
      std::min(static_cast<double>(customer.experience_tenths) / 400.0, 0.999);
  const double spread = customer.employment == Employment::kSalaried ? draw(kWageSpread, random)
                                                                     : draw(kProfitSpread, random);
  return kBaseIncome[kind] * kTierFactor[customer.place->tier - 1] *
         quantile(kExperienceFactor, experience) * spread;
}

// Titles ascend with seniority: the more experience and income, the higher the drawn third.
const char* title_of(const Customer& customer, Random& random) noexcept {
  const Words titles = job_titles(static_cast<std::size_t>(customer.employment));
  const int level = (customer.monthly_income >= 45000) + (customer.monthly_income >= 90000);
  const std::size_t low = titles.size * static_cast<std::size_t>(level) / 3;
  const std::size_t high = titles.size * static_cast<std::size_t>(level + 1) / 3;
  return titles[low + random.below(static_cast<std::uint32_t>(high - low))];
}

void give_work(Customer& customer, double age, Day as_of, Random& random) noexcept {
  customer.employment = static_cast<Employment>(pick(kEmploymentWeights, random));
  const double years = draw(kCareerShare, random) * (age - 21.0);
  customer.experience_tenths = static_cast<int>(round_to(years * 10.0, 1));
  const double in_job = std::min(draw(kYearsInJob, random), years);
  customer.employed_since = as_of - 30 - static_cast<Day>(in_job * 365.0);
  customer.employer = draw_word(employers(static_cast<std::size_t>(customer.employment)), random);
  customer.monthly_income =
      std::max<std::int64_t>(round_to(income_of(customer, random), 500), 12000);
  customer.job_title = title_of(customer, random);
}

// n -> (n * kStep + kShift) mod `size` meets every number once when kStep and size share no factor.
std::uint64_t scatter(std::int64_t n, std::uint64_t step, std::uint64_t size) noexcept {
  return (static_cast<std::uint64_t>(n) % size * step + 7919) % size;
}

char letter(std::uint64_t n) noexcept { return static_cast<char>('A' + n % 26); }

std::string digits(std::uint64_t n, int width) {
  std::string text(static_cast<std::size_t>(width), '0');
  for (std::size_t i = text.size(); i-- > 0; n /= 10) text[i] = static_cast<char>('0' + n % 10);
  return text;
}

std::string pan(char first, std::uint64_t code, char initial) {
  std::string text{first, letter(code), letter(code / 26), 'P', initial};
  code /= 26 * 26;
  text += digits(code % 10000, 4);
  return text + letter(code / 10000);
}

}  // namespace

const char* name_of(Gender gender) noexcept {
  constexpr const char* kNames[] = {"Male", "Female", "Other"};
  return kNames[static_cast<std::size_t>(gender)];
}

const char* name_of(Employment employment) noexcept {
  constexpr const char* kNames[] = {"Salaried", "Self-Employed", "Business"};
  return kNames[static_cast<std::size_t>(employment)];
}

Customer make_customer(std::uint64_t seed, std::int64_t ordinal, Day as_of) {
  Random random = stream_of(seed, Stream::kPerson, ordinal);
  Customer customer{};
  customer.ordinal = ordinal;
  customer.gender = static_cast<Gender>(pick(kGenderWeights, random));
  const bool male = customer.gender == Gender::kMale ||
                    (customer.gender == Gender::kOther && chance(random, 0.5));
  customer.first_name = draw_word(male ? male_names() : female_names(), random);
  customer.surname = draw_word(surnames(), random);
  customer.place = &draw_place(random);
  customer.street = draw_word(streets(), random);
  customer.house = static_cast<std::uint16_t>(between(random, 1, 420));
  customer.pincode_end = static_cast<std::uint16_t>(between(random, 1, 99));
  const double age = draw(kAge, random);
  customer.birth = as_of - static_cast<Day>(age * 365.2425);
  give_work(customer, age, as_of, random);
  customer.appetite = random.uniform();
  customer.discipline = random.uniform();
  return customer;
}

std::string pan_of(std::int64_t customer_id, const Customer& customer) {
  constexpr std::uint64_t kRest = 26ull * 26 * 10000 * 26;
  const std::uint64_t code = scatter(customer_id, 1000003 * 1009ull, 25 * kRest);
  return pan(static_cast<char>('A' + code / kRest), code % kRest, customer.surname[0]);
}

std::string guarantor_pan_of(std::int64_t number, char surname_initial) {
  constexpr std::uint64_t kRest = 26ull * 26 * 10000 * 26;
  return pan('Z', scatter(number, 1000003 * 7ull + 2, kRest), surname_initial);
}

std::string aadhaar_of(std::int64_t customer_id) {
  return "0" + digits(scatter(customer_id, 10000019, 100000000000ull), 11);
}

std::string email_of(std::int64_t customer_id, const Customer& customer) {
  return lower(customer.first_name) + "." + lower(customer.surname) + "." +
         std::to_string(customer_id) + "@example.com";
}

std::string phone_of(std::int64_t number) {
  return "5" + digits(scatter(number, 100003, 1000000000ull), 9);
}

std::string lower(const char* word) {
  std::string text(word);
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string full_name_of(const Customer& customer) {
  return std::string(customer.first_name) + " " + customer.surname;
}

std::string address_of(const Customer& customer) {
  return std::to_string(customer.house) + ", " + customer.street + ", " + customer.place->city;
}

std::string pincode_of(const Customer& customer) {
  return digits(customer.place->pincode, 3) + digits(customer.pincode_end, 3);
}

}  // namespace credit_risk::generator
