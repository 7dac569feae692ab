#include "core/model/ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/error.hpp"

namespace credit_risk {
namespace {

void add_categories(const Feature& from, Feature& to) {
  for (const std::string& category : from.categories) {
    if (std::find(to.categories.begin(), to.categories.end(), category) == to.categories.end())
      to.categories.push_back(category);
  }
}

void refuse_mixed(const Feature& feature) {
  throw Error(ErrorKind::kInvalidInput,
              "feature \"" + feature.name + "\" is a number for one member and text for another",
              "", "Train the members on columns of the same types.");
}

}  // namespace

std::vector<Feature> united_features(const std::vector<Member>& members) {
  std::vector<Feature> united;
  std::unordered_map<std::string, std::size_t> places;
  for (const Member& member : members) {
    for (const Feature& feature : member.model.features) {
      const auto [place, is_new] = places.emplace(feature.name, united.size());
      if (is_new) united.push_back({feature.name, feature.kind, {}, false});
      Feature& whole = united[place->second];
      if (whole.kind != feature.kind) refuse_mixed(feature);
      add_categories(feature, whole);
    }
  }
  return united;
}

Model ensemble_of(std::vector<Member> members) {
  if (members.size() < kLeastMembers || members.size() > kMostMembers) {
    throw Error(ErrorKind::kInvalidInput, "an ensemble has from 2 to 100 members",
                "There are " + std::to_string(members.size()) + ".");
  }
  for (const Member& member : members) {
    if (!(member.weight > 0) || std::isinf(member.weight))
      throw Error(ErrorKind::kInvalidInput, "a weight must be greater than 0 and finite");
    if (!member.model.members.empty()) {
      throw Error(ErrorKind::kInvalidInput, "a member must not be an ensemble itself", "",
                  "Name the versions that it was made from.");
    }
  }
  Model model;
  model.algorithm = "ensemble";
  model.features = united_features(members);
  model.members = std::move(members);
  return model;
}

}  // namespace credit_risk
