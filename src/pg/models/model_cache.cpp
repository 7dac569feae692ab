#include "pg/models/model_cache.hpp"

#include <algorithm>
#include <utility>

#include "core/model/codec.hpp"
#include "core/model/validate.hpp"

namespace credit_risk::pg {
namespace {

struct Entry {
  ModelHandle model;
  std::uint64_t last_used;
};

struct Cache {
  std::vector<Entry> entries;  // few: a linear search costs less than the look-up of the pointer
  std::uint64_t clock = 0;
};

// Lives as long as the backend: the module is never unloaded, and nothing has to happen at exit.
Cache* cache = nullptr;

std::size_t total_bytes() noexcept {
  std::size_t total = 0;
  for (const Entry& entry : cache->entries) total += entry.model->byte_size();
  return total;
}

// The newest, at the back, stays.
void drop_longest_unused(std::size_t max_bytes) noexcept {
  std::vector<Entry>& entries = cache->entries;
  while (entries.size() > 1 && total_bytes() > max_bytes) {
    const auto oldest =
        std::min_element(entries.begin(), entries.end() - 1,
                         [](const Entry& a, const Entry& b) { return a.last_used < b.last_used; });
    entries.erase(oldest);
  }
}

std::vector<std::string> feature_names(const Model& model) {
  std::vector<std::string> names;
  names.reserve(model.features.size());
  for (const Feature& feature : model.features) names.push_back(feature.name);
  return names;
}

// Children lie behind their parent.
double sum_of_depths(const TreeEnsemble& trees) {
  std::vector<std::uint32_t> depth(trees.node_count(), 0);
  double sum = 0;
  for (std::size_t tree = 0; tree < trees.tree_count(); ++tree) {
    const auto begin = static_cast<std::size_t>(trees.root[tree]);
    const auto end = tree + 1 < trees.tree_count() ? static_cast<std::size_t>(trees.root[tree + 1])
                                                   : trees.node_count();
    std::uint32_t deepest = 0;
    for (std::size_t node = begin; node < end; ++node) {
      deepest = std::max(deepest, depth[node]);
      if (trees.feature[node] == TreeEnsemble::kLeaf) continue;
      depth[static_cast<std::size_t>(trees.left[node])] = depth[node] + 1;
      depth[static_cast<std::size_t>(trees.right[node])] = depth[node] + 1;
    }
    sum += deepest;
  }
  return sum;
}

std::vector<NameIndex> category_indexes(const Model& model) {
  std::vector<NameIndex> indexes;
  indexes.reserve(model.features.size());
  for (const Feature& feature : model.features) indexes.emplace_back(feature.categories);
  return indexes;
}

}  // namespace

LoadedModel::LoadedModel(const ContentHash& hash, Model model)
    : hash_(hash),
      model_(std::move(model)),
      predictor_(model_),
      levels_(sum_of_depths(model_.trees)),
      names_(feature_names(model_)),
      feature_index_(names_),
      category_index_(category_indexes(model_)),
      explainable_(is_explainable(model_)) {}

const Explainer& LoadedModel::explainer() {
  if (!explainer_) explainer_ = std::make_unique<Explainer>(model_);
  return *explainer_;
}

std::size_t LoadedModel::byte_size() const noexcept {
  constexpr std::size_t kNodeBytes = 45;  // of TreeEnsemble
  constexpr std::size_t kTextBytes = 64;  // of a feature's or category's name with its index slots
  std::size_t texts = 2 * names_.size();
  for (const Feature& feature : model_.features) texts += feature.categories.size();
  const std::size_t trees = model_.trees.node_count() * kNodeBytes;
  std::size_t terms = model_.terms.size() * sizeof(Term);
  for (const Term& term : model_.terms)
    terms += (term.edges.size() + 2 * term.specials.size() + term.values.size()) * sizeof(double);
  return sizeof *this + texts * kTextBytes + trees + terms + predictor_.byte_size() +
         (explainer_ ? explainer_->byte_size() : 0);
}

ModelHandle find_model(const ContentHash& hash) noexcept {
  if (cache == nullptr) return nullptr;
  for (Entry& entry : cache->entries) {
    if (entry.model->hash() == hash) {
      entry.last_used = ++cache->clock;
      return entry.model;
    }
  }
  return nullptr;
}

const LoadedModel* peek_model(const ContentHash& hash) noexcept {
  if (cache == nullptr) return nullptr;
  for (const Entry& entry : cache->entries) {
    if (entry.model->hash() == hash) return entry.model.get();
  }
  return nullptr;
}

ModelHandle load_model(const ContentHash& hash, const char* content, std::size_t size,
                       std::size_t max_bytes) {
  if (cache == nullptr) cache = new Cache;
  auto model = std::make_shared<LoadedModel>(hash, decode(content, size));
  cache->entries.push_back({model, ++cache->clock});
  drop_longest_unused(max_bytes);
  return model;
}

}  // namespace credit_risk::pg
