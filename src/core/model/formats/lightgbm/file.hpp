// What both of LightGBM's files hold, before it gets its meaning.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace credit_risk {

enum class LightgbmMissing : std::uint8_t { kNone = 0, kZero = 1, kNaN = 2 };

enum class LightgbmSeen : std::uint8_t { kNothing, kNumbers, kCategories };

// A feature, and what the file tells of its values in training; nothing where it had no split to
// offer.
struct LightgbmFeature {
  std::string name;
  LightgbmSeen seen = LightgbmSeen::kNothing;
  bool declared = false;  // as a category, among the parameters of training
  double least = 0, greatest = 0;
  std::vector<std::int64_t> codes;  // -1 is a missing value
};

struct LightgbmSplit {
  std::size_t feature = 0;
  std::int64_t left = 0;  // a split, or ~leaf
  std::int64_t right = 0;
  double threshold = 0;
  std::vector<std::int64_t> categories;  // rising; of a categorical split
  bool categorical = false;
  bool default_left = false;
  LightgbmMissing missing = LightgbmMissing::kNone;
};

struct LightgbmLeaf {
  double value = 0;
  double count = 0;
};

struct LightgbmTree {
  std::string place;
  std::vector<LightgbmSplit> splits;
  std::vector<LightgbmLeaf> leaves;
};

struct LightgbmFile {
  std::string objective;
  bool average_output = false;
  std::vector<LightgbmFeature> features;
  std::vector<std::vector<std::string>> pandas_categories;  // by column of pandas' type category
  std::vector<LightgbmTree> trees;
};

LightgbmFile read_lightgbm_text(std::string_view content);
LightgbmFile read_lightgbm_json(std::string_view content);

}  // namespace credit_risk
