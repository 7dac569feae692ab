// save_model: lines "key=values", one block for the whole and one for each tree.
#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.hpp"
#include "core/model/formats/json_node.hpp"
#include "core/model/formats/lightgbm/file.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

constexpr char kLibrary[] = "LightGBM";
constexpr double kMaxCode = 2147483647.0;

enum DecisionBits : std::int64_t { kCategorical = 1, kDefaultLeft = 2 };

// The words between `separator`s; none of an empty text.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end != 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// The lines "key=value" up to an empty line or the end.
class Block {
 public:
  Block(std::string_view& rest, std::size_t& line) : first_line_(line + 1) {
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      std::string_view text = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      ++line;
      if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
      if (text.empty()) break;
      const std::size_t equals = text.find('=');
      Entry& entry = entries_[text.substr(0, equals)];
      entry.value = equals == text.npos ? std::string_view() : text.substr(equals + 1);
      entry.line = line;
    }
  }

  bool has(std::string_view key) const { return entries_.count(key) != 0; }
  bool empty() const { return entries_.empty(); }

  std::string_view text(const char* key) const { return entry(key).value; }

  std::int64_t integer(const char* key, std::int64_t least, std::int64_t greatest) const {
    return checked(key, number(key, entry(key).value), least, greatest);
  }

  std::vector<double> numbers(const char* key, std::size_t count) const {
    const std::vector<std::string_view> words = split(entry(key).value, ' ');
    if (words.size() != count) {
      fail(key, std::to_string(count) + " numbers are expected; there are " +
                    std::to_string(words.size()));
    }
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = number(key, words[i]);
    return values;
  }

  std::vector<std::int64_t> integers(const char* key, std::size_t count, std::int64_t least,
                                     std::int64_t greatest) const {
    std::vector<std::int64_t> values;
    values.reserve(count);
    for (const double value : numbers(key, count))
      values.push_back(checked(key, value, least, greatest));
    return values;
  }

  [[noreturn]] void fail(std::string_view key, const std::string& what) const {
    const auto found = entries_.find(key);
    const std::size_t line = found == entries_.end() ? first_line_ : found->second.line;
    refuse_broken(kLibrary, "line " + std::to_string(line) + ", " + std::string(key), what);
  }

 private:
  struct Entry {
    std::string_view value;
    std::size_t line = 0;
  };

  const Entry& entry(const char* key) const {
    const auto found = entries_.find(key);
    if (found == entries_.end()) fail(key, "the line is absent");
    return found->second;
  }

  double number(const char* key, std::string_view word) const {
    double value = 0;
    if (!parse_number(word, &value)) fail(key, "a number is expected");
    return value;
  }

  std::int64_t checked(const char* key, double value, std::int64_t least,
                       std::int64_t greatest) const {
    if (!(value >= static_cast<double>(least) && value <= static_cast<double>(greatest)) ||
        value != std::floor(value)) {
      fail(key, "a whole number from " + std::to_string(least) + " to " + std::to_string(greatest) +
                    " is expected");
    }
    return static_cast<std::int64_t>(value);
  }

  std::map<std::string_view, Entry> entries_;
  std::size_t first_line_;
};

// "[0:2.5]"
void read_range(const Block& header, std::string_view info, LightgbmFeature& feature) {
  const std::size_t middle = info.find(':');
  if (middle == info.npos || info.back() != ']' ||
      !parse_number(info.substr(1, middle - 1), &feature.least) ||
      !parse_number(info.substr(middle + 1, info.size() - middle - 2), &feature.greatest)) {
    header.fail("feature_infos", "two numbers in brackets are expected");
  }
  feature.seen = LightgbmSeen::kNumbers;
}

// "-1:0:2"
void read_codes(const Block& header, std::string_view info, LightgbmFeature& feature) {
  feature.seen = LightgbmSeen::kCategories;
  for (const std::string_view word : split(info, ':')) {
    double code = 0;
    if (!parse_number(word, &code) || !(std::fabs(code) <= kMaxCode))
      header.fail("feature_infos", "a category is expected to be a whole number");
    feature.codes.push_back(static_cast<std::int64_t>(code));
  }
}

void read_feature_infos(const Block& header, LightgbmFile& file) {
  const std::size_t count = file.features.size();
  if (!header.has("feature_infos")) return;
  const std::vector<std::string_view> infos = split(header.text("feature_infos"), ' ');
  if (infos.size() != count) header.fail("feature_infos", "one entry for each feature is expected");
  for (std::size_t f = 0; f < count; ++f) {
    if (infos[f] == "none") continue;
    if (infos[f].front() == '[')
      read_range(header, infos[f], file.features[f]);
    else
      read_codes(header, infos[f], file.features[f]);
  }
}

LightgbmFile read_header(const Block& header) {
  LightgbmFile file;
  if (header.integer("num_class", 0, 1 << 20) > 1 ||
      header.integer("num_tree_per_iteration", 0, 1 << 20) > 1) {
    refuse_unsupported(kLibrary, "It has more than one class output.",
                       "Train a model for one yes-or-no target.");
  }
  if (header.has("objective")) file.objective = std::string(header.text("objective"));
  file.average_output = header.has("average_output");
  for (const std::string_view name : split(header.text("feature_names"), ' '))
    file.features.emplace_back().name = std::string(name);
  const std::int64_t last =
      header.integer("max_feature_idx", 0, static_cast<std::int64_t>(kMaxFeatures) - 1);
  if (file.features.size() != static_cast<std::size_t>(last) + 1)
    header.fail("feature_names", "max_feature_idx + 1 names are expected");
  read_feature_infos(header, file);
  return file;
}

class TreeBlock {
 public:
  explicit TreeBlock(const Block& block) : block_(block) {
    if (block.has("is_linear") && block.integer("is_linear", 0, 1) == 1) {
      refuse_unsupported(kLibrary, "Its leaves hold linear models.",
                         "Train with linear_tree=false.");
    }
    leaf_count_ = static_cast<std::size_t>(
        block.integer("num_leaves", 1, static_cast<std::int64_t>(kMaxNodes)));
  }

  LightgbmTree read() {
    LightgbmTree tree;
    tree.place = "tree " + std::string(block_.text("Tree"));
    const std::vector<double> values = block_.numbers("leaf_value", leaf_count_);
    const std::vector<double> counts = block_.has("leaf_count") && leaf_count_ > 1
                                           ? block_.numbers("leaf_count", leaf_count_)
                                           : std::vector<double>(leaf_count_);
    tree.leaves.resize(leaf_count_);
    for (std::size_t i = 0; i < leaf_count_; ++i) tree.leaves[i] = {values[i], counts[i]};
    if (leaf_count_ > 1) read_splits(tree);
    return tree;
  }

 private:
  void read_splits(LightgbmTree& tree) {
    const std::size_t n = leaf_count_ - 1;
    const std::int64_t leaves = static_cast<std::int64_t>(leaf_count_);
    const auto features =
        block_.integers("split_feature", n, 0, static_cast<std::int64_t>(kMaxFeatures) - 1);
    const auto thresholds = block_.numbers("threshold", n);
    const auto decisions = block_.integers("decision_type", n, 0, 11);
    const auto left = block_.integers("left_child", n, -leaves, leaves - 2);
    const auto right = block_.integers("right_child", n, -leaves, leaves - 2);
    read_sets();
    tree.splits.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      LightgbmSplit& split = tree.splits[i];
      split.feature = static_cast<std::size_t>(features[i]);
      split.left = left[i];
      split.right = right[i];
      split.threshold = thresholds[i];
      split.categorical = (decisions[i] & kCategorical) != 0;
      split.default_left = (decisions[i] & kDefaultLeft) != 0;
      split.missing = static_cast<LightgbmMissing>(decisions[i] >> 2);
      if (split.categorical) split.categories = take_set(thresholds[i]);
    }
  }

  void read_sets() {
    const std::int64_t sets =
        block_.integer("num_cat", 0, static_cast<std::int64_t>(leaf_count_) - 1);
    taken_.resize(static_cast<std::size_t>(sets));
    if (sets == 0) return;
    const std::size_t words =
        static_cast<std::size_t>(std::count(block_.text("cat_threshold").begin(),
                                            block_.text("cat_threshold").end(), ' ')) +
        1;
    words_ = block_.integers("cat_threshold", words, 0, 4294967295);
    boundaries_ = block_.integers("cat_boundaries", static_cast<std::size_t>(sets) + 1, 0,
                                  static_cast<std::int64_t>(words));
  }

  // The threshold of a categorical split is the number of its set; each set has one split.
  std::vector<std::int64_t> take_set(double threshold) {
    if (!(threshold >= 0 && threshold < static_cast<double>(taken_.size())))
      block_.fail("threshold", "there is no such category set");
    const std::size_t set = static_cast<std::size_t>(threshold);
    if (taken_[set]) block_.fail("threshold", "two splits share a category set");
    taken_[set] = true;
    std::vector<std::int64_t> categories;
    for (std::int64_t w = boundaries_[set]; w < boundaries_[set + 1]; ++w) {
      for (int bit = 0; bit < 32; ++bit) {
        if ((words_[w] >> bit & 1) != 0) categories.push_back((w - boundaries_[set]) * 32 + bit);
      }
      if (categories.size() > kMaxCategories) {
        throw Error(ErrorKind::kLimit, "model has too many categories in one feature",
                    "At most " + std::to_string(kMaxCategories) + " are possible.");
      }
    }
    return categories;
  }

  const Block& block_;
  std::size_t leaf_count_ = 0;
  std::vector<std::int64_t> words_, boundaries_;
  std::vector<bool> taken_;
};

// "[categorical_feature: 0,3]" among the parameters, or "name:purpose,state": also features that no
// tree could use.
void read_declared(std::string_view rest, LightgbmFile& file) {
  constexpr std::string_view kKey = "\n[categorical_feature: ", kByName = "name:";
  const std::size_t at = rest.find(kKey);
  if (at == rest.npos) return;
  std::string_view list = rest.substr(at + kKey.size());
  list = list.substr(0, list.find_first_of("]\n"));
  const bool by_name = list.substr(0, kByName.size()) == kByName;
  for (const std::string_view word : split(by_name ? list.substr(kByName.size()) : list, ',')) {
    double number = -1;
    const bool numbered = !by_name && parse_number(word, &number);
    for (std::size_t f = 0; f < file.features.size(); ++f) {
      if (by_name ? file.features[f].name == word : numbered && static_cast<double>(f) == number)
        file.features[f].declared = true;
    }
  }
}

// The last line of the Python package: the categories of pandas columns.
void read_pandas(std::string_view rest, LightgbmFile& file) {
  constexpr std::string_view kKey = "pandas_categorical:";
  const std::size_t at = rest.rfind(kKey);
  if (at == rest.npos) return;
  std::string_view text = rest.substr(at + kKey.size());
  text = text.substr(0, text.find('\n'));
  const nlohmann::json value = parse_json(kLibrary, text);
  if (value.is_null()) return;
  const JsonNode columns(kLibrary, value, "pandas_categorical");
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const JsonNode column = columns.at(c);
    file.pandas_categories.emplace_back();
    for (std::size_t k = 0; k < column.size(); ++k)
      file.pandas_categories.back().push_back(column.at(k).category());
  }
}

}  // namespace

LightgbmFile read_lightgbm_text(std::string_view content) {
  std::string_view rest = content;
  std::size_t line = 0;
  if (content.substr(0, 4) != "tree")
    refuse_broken(kLibrary, "line 1", "neither \"tree\" nor a JSON object is there");
  LightgbmFile file = read_header(Block(rest, line));
  while (!rest.empty()) {
    const Block block(rest, line);
    if (block.empty()) continue;
    if (!block.has("Tree")) {
      if (!block.has("end of trees"))
        block.fail("Tree", "neither a tree nor the end of trees is there");
      read_declared(rest, file);
      read_pandas(rest, file);
      return file;
    }
    file.trees.push_back(TreeBlock(block).read());
  }
  refuse_broken(kLibrary, "line " + std::to_string(line), "the file ends before \"end of trees\"");
}

}  // namespace credit_risk
