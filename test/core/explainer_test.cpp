#include "core/explain/explainer.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "model_maker.hpp"

namespace credit_risk {
namespace {

using test::ModelMaker;
using test::ModelShape;

TEST(Explainer, ExplainsTreesAsTreeShapDoesOneByOneAndInABatch) {
  ModelShape shape;
  shape.categories = {3};
  ModelMaker maker(shape, 11);
  const Model model = maker.make();
  const std::size_t features = model.features.size(), count = 70;
  std::vector<double> rows;
  for (std::size_t r = 0; r < count; ++r) {
    const std::vector<double> row = maker.row();
    rows.insert(rows.end(), row.begin(), row.end());
  }
  const TreeShap shap(model);
  const Explainer explainer(model);
  EXPECT_EQ(explainer.base_value(), shap.base_value());
  EXPECT_EQ(explainer.feature_count(), features);
  EXPECT_GT(explainer.byte_size(), 0u);
  Explainer::Scratch scratch;
  std::vector<double> batch(count * features), margins(count), one(features), expected(features);
  explainer.explain(rows.data(), count, batch.data(), margins.data(), scratch);
  for (std::size_t r = 0; r < count; ++r) {
    const double* row = rows.data() + r * features;
    EXPECT_EQ(explainer.explain(row, one.data(), scratch), margins[r]);
    EXPECT_EQ(shap.explain(row, expected.data()), margins[r]);
    EXPECT_EQ(one, expected);
    EXPECT_TRUE(std::equal(one.begin(), one.end(), batch.data() + r * features)) << r;
  }
}

TEST(Explainer, RefusesAModelWithoutCover) {
  ModelShape shape;
  shape.cover = false;
  EXPECT_THROW(Explainer{ModelMaker(shape, 1).make()}, Error);
}

}  // namespace
}  // namespace credit_risk
