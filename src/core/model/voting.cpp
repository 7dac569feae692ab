#include "core/model/voting.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace credit_risk {
namespace {

constexpr std::size_t kTileRows = 64;

std::vector<double> codes_of(const Feature& whole, const Feature& part) {
  std::unordered_map<std::string, double> codes;
  for (const std::string& category : part.categories)
    codes.emplace(category, static_cast<double>(codes.size()));
  std::vector<double> result;
  for (const std::string& category : whole.categories) {
    const auto found = codes.find(category);
    result.push_back(found == codes.end() ? kUnrecognized : found->second);
  }
  return result;
}

}  // namespace

Voting::Voter Voting::voter_of(const Member& member, const Model& ensemble,
                               const TopKernel* kernel) {
  std::unordered_map<std::string, std::size_t> places;
  for (const Feature& feature : ensemble.features) places.emplace(feature.name, places.size());
  Voter voter{Predictor(member.model, kernel), member.weight, {}};
  for (const Feature& feature : member.model.features) {
    const std::size_t place = places.at(feature.name);
    voter.sources.push_back({place, codes_of(ensemble.features[place], feature)});
  }
  return voter;
}

Voting::Voting(const Model& ensemble, const TopKernel* kernel) : width_(ensemble.features.size()) {
  for (const Member& member : ensemble.members) {
    voters_.push_back(voter_of(member, ensemble, kernel));
    weight_ += member.weight;
  }
}

// A category of no code is unrecognized, and so is a code that the ensemble does not have.
void Voting::fill(const Voter& voter, const double* row, double* out) noexcept {
  for (const Source& source : voter.sources) {
    const double x = row[source.place];
    const bool known = x >= 0 && x < static_cast<double>(source.code_of.size());
    *out++ = source.code_of.empty() ? x
             : known                ? source.code_of[static_cast<std::size_t>(x)]
                                    : (x >= 0 ? kUnrecognized : x);
  }
}

double Voting::mean(const double* row) const {
  double mean = 0.0;
  means(row, 1, &mean);
  return mean;
}

void Voting::means(const double* rows, std::size_t count, double* out) const {
  std::vector<double> tile(std::min(count, kTileRows) * width_);
  double probabilities[kTileRows];
  for (std::size_t begin = 0; begin < count; begin += kTileRows) {
    const std::size_t size = std::min(kTileRows, count - begin);
    std::fill_n(out + begin, size, 0.0);
    for (const Voter& voter : voters_) {
      const std::size_t width = voter.sources.size();
      for (std::size_t r = 0; r < size; ++r)
        fill(voter, rows + (begin + r) * width_, tile.data() + r * width);
      voter.predictor.probabilities(tile.data(), size, probabilities);
      for (std::size_t r = 0; r < size; ++r) out[begin + r] += voter.weight * probabilities[r];
    }
    for (std::size_t r = 0; r < size; ++r) out[begin + r] /= weight_;
  }
}

std::size_t Voting::byte_size() const noexcept {
  std::size_t size = sizeof *this;
  for (const Voter& voter : voters_) {
    size += voter.predictor.byte_size() + voter.sources.size() * sizeof(Source);
    for (const Source& source : voter.sources) size += source.code_of.size() * sizeof(double);
  }
  return size;
}

}  // namespace credit_risk
