#include "core/model/formats/lightgbm/pandas_lists.hpp"

#include <algorithm>
#include <cmath>

#include "core/model/formats/feature_names.hpp"
#include "core/model/formats/json_node.hpp"

namespace credit_risk {
namespace {

class Matching {
 public:
  Matching(const LightgbmFile& file, const ImportOptions& options)
      : file_(file), options_(options), lists_(file.pandas_categories.size()) {}

  // The features in this order, one for each list; empty where they do not fit.
  std::vector<std::size_t> in_order(const std::vector<std::size_t>& features) const {
    if (features.size() != lists_) return {};
    for (std::size_t l = 0; l < lists_; ++l)
      if (!fits(l, features[l])) return {};
    return features;
  }

  // The only way to give each list a feature, with all columns in order; empty where there is none
  // or more than one. Every way lies between the one that takes the first features possible and the
  // one that takes the last. `likely`: numbers are codes only where they run from the first to the
  // last category, and a feature without splits is a category only where it is declared.
  std::vector<std::size_t> only_one(bool likely) const {
    const auto fits_here = [&](std::size_t list, std::size_t f) {
      return fits(list, f) && (!likely || is_likely(list, file_.features[f]));
    };
    std::vector<std::size_t> first, last;
    for (std::size_t f = 0; f < file_.features.size() && first.size() < lists_; ++f)
      if (fits_here(first.size(), f)) first.push_back(f);
    for (std::size_t f = file_.features.size(); f-- > 0 && last.size() < lists_;)
      if (fits_here(lists_ - 1 - last.size(), f)) last.push_back(f);
    std::reverse(last.begin(), last.end());
    return first.size() == lists_ && first == last ? first : std::vector<std::size_t>();
  }

 private:
  // Whether what training saw of the feature are codes of the list.
  bool fits(std::size_t list, std::size_t f) const {
    const double count = static_cast<double>(file_.pandas_categories[list].size());
    const std::size_t told = told_categories(options_, f).size();
    const LightgbmFeature& feature = file_.features[f];
    if (told != 0) return told == file_.pandas_categories[list].size();
    const auto is_code = [&](double x) { return x >= 0 && x < count && x == std::floor(x); };
    if (feature.seen == LightgbmSeen::kNumbers)
      return is_code(feature.least) && is_code(feature.greatest);
    return std::all_of(feature.codes.begin(), feature.codes.end(), [&](std::int64_t code) {
      return code == -1 || is_code(static_cast<double>(code));
    });
  }

  bool is_likely(std::size_t list, const LightgbmFeature& feature) const {
    const double count = static_cast<double>(file_.pandas_categories[list].size());
    switch (feature.seen) {
      case LightgbmSeen::kNothing:
        return feature.declared;
      case LightgbmSeen::kNumbers:
        return feature.least == 0 && feature.greatest + 1 == count;
      default:
        return true;
    }
  }

  const LightgbmFile& file_;
  const ImportOptions& options_;
  std::size_t lists_;
};

std::vector<std::size_t> places_of(const std::vector<bool>& chosen) {
  std::vector<std::size_t> places;
  for (std::size_t f = 0; f < chosen.size(); ++f)
    if (chosen[f]) places.push_back(f);
  return places;
}

}  // namespace

std::vector<std::size_t> pandas_lists(const LightgbmFile& file,
                                      const std::vector<bool>& categorical,
                                      const ImportOptions& options) {
  std::vector<std::size_t> result(file.features.size(), kNoList);
  if (file.pandas_categories.empty()) return result;
  std::vector<bool> told(file.features.size());
  for (std::size_t f = 0; f < told.size(); ++f) told[f] = !told_categories(options, f).empty();
  const bool any = std::find(told.begin(), told.end(), true) != told.end();
  if (any && told == categorical) return result;  // the caller names all
  const Matching matching(file, options);
  std::vector<std::size_t> features = matching.in_order(places_of(told));
  if (features.empty()) {
    // Mostly these are the columns; but whole numbers may be declared categories, and categories
    // not.
    features = matching.in_order(places_of(categorical));
    if (!options.checked && !features.empty() && matching.only_one(true) != features)
      features.clear();
  }
  if (features.empty()) features = matching.only_one(false);
  if (features.empty()) {
    refuse_unsupported("LightGBM",
                       "It has the categories of " + std::to_string(file.pandas_categories.size()) +
                           " columns of a data frame, but does not say of which.",
                       "Pass check_rows, which show whether they are those of the categorical "
                       "features, or features, "
                       "for each column that has categories with these, as they were in training.");
  }
  for (std::size_t l = 0; l < features.size(); ++l) result[features[l]] = l;
  return result;
}

}  // namespace credit_risk
