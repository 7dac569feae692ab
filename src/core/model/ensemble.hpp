// Ensembles by soft voting: the probability is the weighted mean of those of the members, each with
// its own calibration.
#pragma once
#include <cstddef>
#include <vector>

#include "core/model/model.hpp"

namespace credit_risk {

inline constexpr std::size_t kLeastMembers = 2;
inline constexpr std::size_t kMostMembers = 100;

// The features of all members by name, in the order in which they appear first; the categories of
// one are those of all members, likewise. Throws kInvalidInput where one member has a number for
// what another has categories for.
std::vector<Feature> united_features(const std::vector<Member>& members);

// The model of these members. Throws kInvalidInput where there are too few or too many, a weight is
// not positive and finite, or a member is an ensemble itself.
Model ensemble_of(std::vector<Member> members);

}  // namespace credit_risk
