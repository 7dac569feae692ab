// Which column a list of categories is of.
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/model/formats/lightgbm/pandas_lists.hpp"

namespace credit_risk {
namespace {

using Places = std::vector<std::size_t>;

LightgbmFeature unseen() { return {}; }

LightgbmFeature numbers(double least, double greatest) {
  LightgbmFeature feature;
  feature.seen = LightgbmSeen::kNumbers;
  feature.least = least;
  feature.greatest = greatest;
  return feature;
}

LightgbmFeature codes(std::vector<std::int64_t> values) {
  LightgbmFeature feature;
  feature.seen = LightgbmSeen::kCategories;
  feature.codes = std::move(values);
  return feature;
}

// Lists "0", "1", ... of these lengths.
LightgbmFile file_of(std::vector<LightgbmFeature> features, const Places& lengths) {
  LightgbmFile file;
  file.features = std::move(features);
  for (const std::size_t length : lengths) {
    file.pandas_categories.emplace_back();
    for (std::size_t k = 0; k < length; ++k)
      file.pandas_categories.back().push_back(std::to_string(k));
  }
  return file;
}

Places lists(const LightgbmFile& file, const std::vector<std::size_t>& told = {}) {
  ImportOptions options;
  options.features.resize(told.size());
  std::vector<bool> categorical(file.features.size());
  for (std::size_t f = 0; f < categorical.size(); ++f) {
    categorical[f] = file.features[f].declared || !file.features[f].codes.empty();
    if (f >= told.size() || told[f] == 0) continue;
    categorical[f] = true;
    options.features[f].categories.resize(told[f], "x");
  }
  return pandas_lists(file, categorical, options);
}

TEST(PandasLists, GoToTheCategoricalFeaturesInOrder) {
  EXPECT_EQ(lists(file_of({codes({0, 1}), numbers(0, 7), codes({-1, 2}), unseen()}, {2, 3})),
            (Places{0, kNoList, 1, kNoList}));
  EXPECT_EQ(lists(file_of({codes({0, 1}), numbers(0, 1)}, {})), (Places{kNoList, kNoList}));
}

TEST(PandasLists, CountAFeatureThatTrainingDeclaredThoughNoTreeUsesIt) {
  LightgbmFile file = file_of({unseen(), unseen(), codes({0, 1})}, {1, 2});
  EXPECT_THROW(lists(file), Error);  // either of the first two
  file.features[1].declared = true;
  EXPECT_EQ(lists(file), (Places{kNoList, 0, 1}));
}

TEST(PandasLists, GoTheOnlyWayThatTheCodesAllow) {
  // Ordered categories are numbers to the trees.
  EXPECT_EQ(lists(file_of({numbers(0, 2), numbers(0, 7), codes({0, 1})}, {3, 2})),
            (Places{0, kNoList, 1}));
  EXPECT_EQ(lists(file_of({numbers(-1, 2), numbers(0, 2.5), numbers(0, 2)}, {3})),
            (Places{kNoList, kNoList, 0}));
  EXPECT_THROW(lists(file_of({numbers(0, 1), numbers(0, 2), codes({0, 1})}, {3, 2})), Error);
}

// Whole numbers declared as categories, beside a column of categories that is not.
TEST(PandasLists, GoNowhereWhereNumbersMayBeTheirCodes) {
  const LightgbmFile file = file_of({codes({0, 1, 2}), numbers(0, 4), numbers(0, 3)}, {5});
  EXPECT_THROW(lists(file), Error);
  ImportOptions options;
  options.checked = true;
  EXPECT_EQ(pandas_lists(file, {true, false, false}, options), (Places{0, kNoList, kNoList}));
}

TEST(PandasLists, DoNotGoToCodesBeyondThem) {
  EXPECT_THROW(lists(file_of({codes({0, 9})}, {3})), Error);
  EXPECT_THROW(lists(file_of({codes({0, 1})}, {2, 2})), Error);
}

TEST(PandasLists, FollowTheCallersWord) {
  // Two categorical features of whole numbers and two ordered columns: only the caller knows.
  const LightgbmFile file =
      file_of({numbers(0, 1), codes({0, 1}), numbers(0, 1), codes({1})}, {2, 2});
  EXPECT_EQ(lists(file, {2, 0, 2, 0}), (Places{0, kNoList, 1, kNoList}));
  EXPECT_EQ(lists(file, {0, 2, 0, 2}), (Places(4, kNoList)));  // all are named, none is needed
  EXPECT_EQ(lists(file_of({numbers(0, 1), numbers(0, 1), codes({0})}, {2, 2}), {0, 2, 2}),
            (Places(3, kNoList)));
}

}  // namespace
}  // namespace credit_risk
