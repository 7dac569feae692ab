#include "core/explain/background/background_explainer.hpp"

#include <gtest/gtest.h>

#include "additive_maker.hpp"
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

TEST(BackgroundExplainer, ExplainsTermsInClosedForm) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    test::AdditiveMaker maker(seed);
    Model model = maker.make();
    for (Term& term : model.terms) term.mean.reset();
    const std::size_t features = model.features.size();
    Row background;
    for (int z = 0; z < 20; ++z) {
      const Row row = maker.row();
      background.insert(background.end(), row.begin(), row.end());
    }
    const AdditiveShap shap(model, background.data(), 20);
    const BackgroundExplainer explainer(model, background.data(), 20);
    EXPECT_EQ(explainer.base_value(), shap.base_value());
    EXPECT_EQ(explainer.has_points(), model.points.has_value());
    BackgroundExplainer::Scratch scratch;
    const Row row = maker.row();
    Row phi(features), expected(features);
    EXPECT_EQ(explainer.explain(row.data(), phi.data(), scratch),
              shap.explain(row.data(), expected.data()));
    EXPECT_EQ(phi, expected);
    if (!explainer.has_points()) {
      EXPECT_THROW(explainer.base_points(), Error);
      continue;
    }
    EXPECT_EQ(explainer.base_points(), shap.base_points());
    EXPECT_EQ(explainer.explain_points(row.data(), phi.data()),
              shap.explain_points(row.data(), expected.data()));
    EXPECT_EQ(phi, expected);
  }
}

TEST(BackgroundExplainer, RefusesBackgroundsThatAreNone) {
  const Model trees = ModelMaker(ModelShape(), 1).make(), terms = test::AdditiveMaker(1).make();
  for (const Model* model : {&trees, &terms}) {
    EXPECT_THROW(BackgroundExplainer(*model, nullptr, 0), Error);
    EXPECT_THROW(BackgroundExplainer(*model, nullptr, kMaxBackgroundRows + 1), Error);
  }
}

}  // namespace
}  // namespace credit_risk
