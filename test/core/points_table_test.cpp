#include "core/train/scorecard/points_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "additive_maker.hpp"
#include "core/error.hpp"
#include "core/model/credit_score.hpp"
#include "core/model/predict/predict.hpp"

namespace credit_risk {
namespace {

// Whether the attribute is the one for this value, word by word from its comments; `special` says
// whether the feature has the value for a special one.
bool holds(const Model& model, const Attribute& attribute, double x, bool special) {
  const Feature& feature = model.features[attribute.feature];
  const bool missing = std::isnan(x) || (feature.zero_is_missing && std::fabs(x) <= kZeroThreshold);
  switch (attribute.kind) {
    case BinKind::kMissing:
      return missing;
    case BinKind::kUnrecognized:
      return x == kUnrecognized;
    case BinKind::kSpecial:
      return !missing && x == attribute.lower;
    case BinKind::kRange:
      return !missing && !special && attribute.lower <= x && x < attribute.upper;
    default:
      return std::count(attribute.codes.begin(), attribute.codes.end(), x) == 1;
  }
}

double points_of(const Model& model, const std::vector<Attribute>& table, const Term& term,
                 double x) {
  const bool special = std::count(term.specials.begin(), term.specials.end(), x) > 0;
  double points = 0;
  int found = 0;
  for (const Attribute& attribute : table) {
    if (attribute.feature != term.feature || !holds(model, attribute, x, special)) continue;
    points = attribute.points;
    ++found;
  }
  EXPECT_EQ(found, 1);
  return points;
}

bool has_bins_only(const Model& model) {
  return std::none_of(model.terms.begin(), model.terms.end(),
                      [](const Term& term) { return term.kind == TermKind::kSlope; });
}

TEST(PointsTable, OneAttributeOfEachFeatureHoldsAndTheyAddUpToTheScore) {
  int scorecards = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    test::AdditiveMaker maker(seed);
    const Model model = maker.make();
    if (!model.points || !has_bins_only(model)) continue;
    ++scorecards;
    const std::vector<Attribute> table = points_table(model);
    const Predictor predictor(model);
    for (int i = 0; i < 50; ++i) {
      const std::vector<double> row = maker.row();
      double sum = 0;
      for (const Term& term : model.terms) sum += points_of(model, table, term, row[term.feature]);
      EXPECT_EQ(predictor.score(row.data()).credit_score,
                credit_score_of_points(model.base_value + sum));
    }
  }
  EXPECT_GT(scorecards, 5);
}

TEST(PointsTable, RefusesWhatIsNoScorecard) {
  int refused = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Model model = test::AdditiveMaker(seed).make();
    if (model.points && has_bins_only(model)) continue;
    EXPECT_THROW(points_table(model), Error);
    ++refused;
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace credit_risk
