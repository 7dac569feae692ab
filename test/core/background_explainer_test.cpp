#include "core/explain/background_explainer.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "model_maker.hpp"

namespace credit_risk {
namespace {

using test::ModelMaker;
using test::ModelShape;

using Row = std::vector<double>;

TEST(BackgroundExplainer, ExplainsTreesAsInterventionalShapDoes) {
  ModelShape shape;
  shape.categories = {3};
  shape.cover = false;
  ModelMaker maker(shape, 11);
  const Model model = maker.make();
  const std::size_t features = model.features.size();
  Row background;
  for (int z = 0; z < 30; ++z) {
    const Row row = maker.row();
    background.insert(background.end(), row.begin(), row.end());
  }
  const InterventionalShap shap(model, background.data(), 30);
  const BackgroundExplainer explainer(model, background.data(), 30);
  EXPECT_EQ(explainer.base_value(), shap.base_value());
  EXPECT_EQ(explainer.feature_count(), features);
  EXPECT_EQ(explainer.byte_size(), shap.byte_size());
  BackgroundExplainer::Scratch scratch;
  Row phi(features), expected(features);
  for (int r = 0; r < 20; ++r) {
    const Row row = maker.row();
    EXPECT_EQ(explainer.explain(row.data(), phi.data(), scratch),
              shap.explain(row.data(), expected.data()));
    EXPECT_EQ(phi, expected);
  }
}

TEST(BackgroundExplainer, RefusesABackgroundWithoutRows) {
  const Model model = ModelMaker(ModelShape(), 1).make();
  EXPECT_THROW(BackgroundExplainer(model, nullptr, 0), Error);
}

}  // namespace
}  // namespace credit_risk
