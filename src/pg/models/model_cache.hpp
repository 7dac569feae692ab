// Decoded models of this backend, by the hash of their content: a version never changes, so an
// entry never goes stale.
#pragma once
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "core/explain/explainer.hpp"
#include "core/model/model.hpp"
#include "core/model/name_index.hpp"
#include "core/model/predict/predict.hpp"

namespace credit_risk::pg {

using ContentHash = std::array<unsigned char, 32>;

class LoadedModel {
 public:
  LoadedModel(const ContentHash& hash, Model model);
  LoadedModel(const LoadedModel&) = delete;

  const ContentHash& hash() const noexcept { return hash_; }
  const Model& model() const noexcept { return model_; }
  const std::vector<Feature>& features() const noexcept { return model_.features; }
  Link link() const noexcept { return model_.link; }
  const Predictor& predictor() const noexcept { return predictor_; }
  double levels() const noexcept { return levels_; }  // sum of the trees' depths

  // NameIndex::kNone for a name that is no feature.
  std::int32_t feature_of(const char* name, std::size_t size) const noexcept {
    return feature_index_.find(name, size);
  }

  // The code of a category of a categorical feature, or kUnrecognized.
  double category_code(std::size_t feature, const char* text, std::size_t size) const noexcept {
    static_assert(kUnrecognized == NameIndex::kNone);
    return category_index_[feature].find(text, size);
  }

  // Whether the model has what SHAP needs: node cover, or the means of its terms.
  bool explainable() const noexcept { return explainable_; }

  // What explains rows of the model, built at the first call; throws where the model is not
  // explainable.
  const Explainer& explainer();
  Explainer::Scratch& explainer_scratch() noexcept { return explainer_scratch_; }

  std::size_t byte_size() const noexcept;

 private:
  ContentHash hash_;
  Model model_;
  Predictor predictor_;
  double levels_;
  std::vector<std::string> names_;
  NameIndex feature_index_;
  std::vector<NameIndex> category_index_;
  bool explainable_;
  std::unique_ptr<Explainer> explainer_;
  Explainer::Scratch explainer_scratch_;
};

// What a call site holds stays alive when the cache drops it.
using ModelHandle = std::shared_ptr<LoadedModel>;

// Null where the cache does not hold the model. peek_model does not count as a use, and its answer
// lasts until a model is loaded.
ModelHandle find_model(const ContentHash& hash) noexcept;
const LoadedModel* peek_model(const ContentHash& hash) noexcept;

// Decodes canonical content and keeps the model; drops others, the longest unused first, while all
// together are larger than `max_bytes`.
ModelHandle load_model(const ContentHash& hash, const char* content, std::size_t size,
                       std::size_t max_bytes);

}  // namespace credit_risk::pg
