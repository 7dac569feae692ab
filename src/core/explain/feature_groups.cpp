#include "core/explain/feature_groups.hpp"

#include <algorithm>
#include <map>

#include "core/error.hpp"
#include "core/json_value.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kMaxDepth = 4;
constexpr const char* kForm =
    "Pass groups such as {\"loan_purpose\": [\"purpose_education\", \"purpose_home\"]}.";

[[noreturn]] void refuse(const std::string& message, const std::string& detail) {
  throw Error(ErrorKind::kInvalidInput, message, detail, kForm);
}

std::string quoted(const std::string& name) { return "\"" + name + "\""; }

class GroupReader {
 public:
  explicit GroupReader(const std::vector<Feature>& features) : features_(features) {
    for (std::size_t i = 0; i < features.size(); ++i) places_[features[i].name] = i;
    group_of_.assign(features.size(), nullptr);
  }

  FeatureGroups::Line read(const std::string& name, const JsonValue& members) {
    if (name.empty()) refuse("a group must have a name", {});
    if (!members.is_array() || members.size() == 0) {
      refuse("group " + quoted(name) + " must be an array of features", {});
    }
    FeatureGroups::Line line{name, {}, true};
    for (const JsonValue& member : members.array()) line.members.push_back(place_of(name, member));
    std::sort(line.members.begin(), line.members.end());
    return line;
  }

  bool is_alone(std::size_t feature) const { return group_of_[feature] == nullptr; }

 private:
  std::int32_t place_of(const std::string& group, const JsonValue& member) {
    if (!member.is_string()) {
      refuse("group " + quoted(group) + " must be an array of features", "A member is not a text.");
    }
    const auto found = places_.find(member.string());
    if (found == places_.end()) {
      throw Error(
          ErrorKind::kUndefined,
          "feature " + quoted(member.string()) + " of group " + quoted(group) + " does not exist",
          {}, "Column features of credit_risk.model_version lists the model's features.");
    }
    const std::string*& owner = group_of_[found->second];
    if (owner != nullptr) {
      refuse("feature " + quoted(member.string()) + " is named twice in groups",
             "It is in group " + quoted(*owner) + " and in group " + quoted(group) + ".");
    }
    owner = &group;
    return static_cast<std::int32_t>(found->second);
  }

  const std::vector<Feature>& features_;
  std::map<std::string, std::size_t> places_;
  std::vector<const std::string*> group_of_;  // by feature; names live in the parsed JSON
};

}  // namespace

FeatureGroups::FeatureGroups(const std::vector<Feature>& features, std::string_view json) {
  const JsonValue groups = parse_json(json.data(), json.size(), kMaxDepth, "groups");
  if (!groups.is_object()) refuse("groups must be a JSON object", {});
  GroupReader reader(features);
  for (const auto& [name, members] : groups.object()) lines_.push_back(reader.read(name, members));
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (!reader.is_alone(i)) continue;
    if (groups.contains(features[i].name.c_str())) {
      refuse("group " + quoted(features[i].name) + " has the name of a feature outside it", {});
    }
    lines_.push_back({features[i].name, {static_cast<std::int32_t>(i)}, false});
  }
  std::sort(lines_.begin(), lines_.end(),
            [](const Line& a, const Line& b) { return a.members.front() < b.members.front(); });
}

void FeatureGroups::sum(const double* impacts, double* sums) const {
  for (const Line& line : lines_) {
    double total = 0;
    for (const std::int32_t member : line.members) total += impacts[member];
    *sums++ = total;
  }
}

}  // namespace credit_risk
