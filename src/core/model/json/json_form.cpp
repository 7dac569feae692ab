#include "core/model/json/json_form.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "core/error.hpp"
#include "core/json_value.hpp"
#include "core/model/json/calibration_json.hpp"
#include "core/model/ensemble.hpp"
#include "core/model/json/json_fields.hpp"
#include "core/model/json/term_json.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

using namespace json_fields;

constexpr char kFormat[] = "credit_risk.model.v1";
constexpr std::size_t kMaxTextBytes = std::size_t{512} << 20;
// Of an ensemble: model, members, member; then model, trees, tree, categories, set; one to spare.
constexpr int kMaxDepth = 9;

// ---- Writing ----

std::string quoted_list(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (std::size_t i = 0; i < texts.size(); ++i)
    list += (i == 0 ? "" : ",") + json_quoted(texts[i]);
  return list + "]";
}

void append_features(std::string& out, const Model& model) {
  out += " \"features\":[";
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    const Feature& feature = model.features[f];
    out += f == 0 ? "\n" : ",\n";
    out += "  {\"name\":" + json_quoted(feature.name);
    if (feature.kind == FeatureKind::kCategorical) {
      out += ",\"kind\":\"categorical\",\"categories\":" + quoted_list(feature.categories) + "}";
    } else {
      out += ",\"kind\":\"numeric\"";
      out += feature.zero_is_missing ? ",\"zero_is_missing\":true}" : "}";
    }
  }
  out += "],\n";
}

void append_category_set(std::string& out, const Model& model, std::size_t node) {
  const std::uint64_t* words = model.trees.category_words.data() + model.trees.category_begin[node];
  const std::size_t count = model.features[model.trees.feature[node]].categories.size();
  const char* separator = "";
  out += '[';
  for (std::size_t c = 0; c < count; ++c) {
    if ((words[c / 64] >> (c % 64) & 1) == 0) continue;
    out += separator;
    out += std::to_string(c);
    separator = ",";
  }
  out += ']';
}

void append_category_sets(std::string& out, const Model& model, std::size_t begin,
                          std::size_t end) {
  out += ",\n   \"categories\":[";
  for (std::size_t node = begin; node < end; ++node) {
    if (node != begin) out += ',';
    if (model.trees.category_begin[node] < 0)
      out += "null";
    else
      append_category_set(out, model, node);
  }
  out += ']';
}

void append_tree(std::string& out, const Model& model, std::size_t begin, std::size_t end,
                 bool cover) {
  const TreeEnsemble& trees = model.trees;
  const auto local = [begin](std::int32_t node) {
    return node < 0 ? std::int64_t{-1}
                    : static_cast<std::int64_t>(node - static_cast<std::int32_t>(begin));
  };
  const auto flag = [&trees](std::uint8_t bit) {
    return [&trees, bit](std::size_t i) { return std::int64_t{(trees.flags[i] & bit) != 0}; };
  };
  out += "  {";
  append_array(out, "feature", begin, end,
               [&](std::size_t i) { return std::int64_t{trees.feature[i]}; });
  out += ",\n   ";
  append_array(out, "left", begin, end, [&](std::size_t i) { return local(trees.left[i]); });
  out += ",\n   ";
  append_array(out, "right", begin, end, [&](std::size_t i) { return local(trees.right[i]); });
  out += ",\n   ";
  append_array(out, "threshold", begin, end, [&](std::size_t i) { return trees.threshold[i]; });
  out += ",\n   ";
  append_array(out, "default_left", begin, end, flag(TreeEnsemble::kMissingLeft));
  bool categorical = false;
  for (std::size_t i = begin; i < end; ++i)
    categorical = categorical || trees.category_begin[i] >= 0;
  if (categorical) {
    out += ",\n   ";
    append_array(out, "unrecognized_left", begin, end, flag(TreeEnsemble::kUnrecognizedLeft));
    append_category_sets(out, model, begin, end);
  }
  out += ",\n   ";
  append_array(out, "value", begin, end, [&](std::size_t i) { return trees.value[i]; });
  if (cover) {
    out += ",\n   ";
    append_array(out, "cover", begin, end, [&](std::size_t i) { return trees.cover[i]; });
  }
  out += '}';
}

void append_trees(std::string& out, const Model& model) {
  const bool cover = has_cover(model);
  out += " \"op\":\"<=\",\n \"trees\":[";
  for (std::size_t t = 0; t < model.trees.tree_count(); ++t) {
    out += t == 0 ? "\n" : ",\n";
    const bool last = t + 1 == model.trees.tree_count();
    append_tree(out, model, static_cast<std::size_t>(model.trees.root[t]),
                last ? model.trees.node_count() : static_cast<std::size_t>(model.trees.root[t + 1]),
                cover);
  }
  out += ']';
}

void append_members(std::string& out, const Model& model) {
  out += " \"members\":[";
  for (const Member& member : model.members) {
    out += &member == &model.members.front() ? "\n{\"weight\":" : ",\n{\"weight\":";
    append_number(out, member.weight);
    out += ",\"model\":" + to_json(member.model);
    out.back() = '}';  // instead of the end of the line
  }
  out += ']';
}

// ---- Reading ----

enum Comparison : std::size_t { kLessOrEqual, kLess, kGreater, kGreaterOrEqual };

// The greatest threshold t' for which x <= t' is x < t, for the x that the model can see.
double threshold_below(double t, bool float32_inputs) {
  if (!float32_inputs) return std::nextafter(t, -std::numeric_limits<double>::infinity());
  const float narrow = static_cast<float>(t);
  return static_cast<double>(narrow) < t
             ? narrow
             : std::nextafterf(narrow, -std::numeric_limits<float>::infinity());
}

class TreeFromJson {
 public:
  TreeFromJson(Model& model, Comparison comparison)
      : model_(model), trees_(model.trees), comparison_(comparison) {}

  void read(const JsonValue& tree, const std::string& path) {
    path_ = path;
    expect_object(tree, path,
                  {"feature", "left", "right", "threshold", "default_left", "unrecognized_left",
                   "categories", "value", "cover"});
    feature_ = &array_member(tree, path, "feature");
    left_ = &column(tree, "left");
    right_ = &column(tree, "right");
    threshold_ = &column(tree, "threshold");
    value_ = &column(tree, "value");
    default_left_ = optional_column(tree, "default_left");
    unrecognized_left_ = optional_column(tree, "unrecognized_left");
    categories_ = optional_column(tree, "categories");
    cover_ = optional_column(tree, "cover");
    begin_ = trees_.node_count();
    if (feature_->size() > kMaxNodes - begin_) {
      throw Error(ErrorKind::kLimit, "model has too many nodes", "At most 50000000 are possible.");
    }
    trees_.root.push_back(static_cast<std::int32_t>(begin_));
    for (std::size_t i = 0; i < feature_->size(); ++i) read_node(i);
  }

 private:
  const JsonValue& column(const JsonValue& tree, const char* key) const {
    const JsonValue& values = array_member(tree, path_, key);
    if (values.size() != feature_->size()) {
      fail(path_ + "." + key, "as many elements as in \"feature\" are expected");
    }
    return values;
  }

  const JsonValue* optional_column(const JsonValue& tree, const char* key) const {
    return tree.contains(key) ? &column(tree, key) : nullptr;
  }

  std::string at(const char* key, std::size_t i) const { return item(path_ + "." + key, i); }

  void read_node(std::size_t i) {
    const std::int32_t feature = index(*feature_, "feature", i);
    trees_.feature.push_back(feature);
    trees_.left.push_back(child(*left_, "left", i));
    trees_.right.push_back(child(*right_, "right", i));
    trees_.value.push_back(number(*value_, "value", i));
    trees_.cover.push_back(cover_ == nullptr ? 0.0 : number(*cover_, "cover", i));
    trees_.threshold.push_back(number(*threshold_, "threshold", i));
    trees_.flags.push_back(
        flag(default_left_, "default_left", i, TreeEnsemble::kMissingLeft) |
        flag(unrecognized_left_, "unrecognized_left", i, TreeEnsemble::kUnrecognizedLeft));
    trees_.category_begin.push_back(-1);
    if (feature == TreeEnsemble::kLeaf) return;
    if (feature >= static_cast<std::int64_t>(model_.features.size())) {
      fail(at("feature", i), "there is no feature " + std::to_string(feature));
    }
    if (model_.features[feature].kind == FeatureKind::kCategorical)
      read_set(i, model_.features[feature]);
    else
      apply_comparison();
  }

  // Whatever the comparison, "<=" says the same with a neighbouring threshold, or with the sides
  // exchanged.
  void apply_comparison() {
    if (comparison_ == kLess || comparison_ == kGreaterOrEqual) {
      trees_.threshold.back() = threshold_below(trees_.threshold.back(), model_.float32_inputs);
    }
    if (comparison_ == kGreater || comparison_ == kGreaterOrEqual) {
      std::swap(trees_.left.back(), trees_.right.back());
      trees_.flags.back() ^= TreeEnsemble::kMissingLeft;
    }
  }

  void read_set(std::size_t i, const Feature& feature) {
    const std::string path = at("categories", i);
    if (categories_ == nullptr || !(*categories_)[i].is_array())
      fail(path, "a set of categories is expected");
    const std::size_t begin = trees_.category_words.size();
    trees_.category_begin.back() = static_cast<std::int32_t>(begin);
    trees_.category_words.resize(begin + category_word_count(feature));
    const JsonValue& set = (*categories_)[i];
    for (std::size_t k = 0; k < set.size(); ++k) {
      const std::int32_t code = as_index(set[k], item(path, k));
      if (code < 0 || static_cast<std::size_t>(code) >= feature.categories.size()) {
        fail(item(path, k), "there is no category " + std::to_string(code));
      }
      trees_.category_words[begin + code / 64] |= std::uint64_t{1} << (code % 64);
    }
  }

  std::int32_t index(const JsonValue& values, const char* key, std::size_t i) const {
    const JsonValue& value = values[i];
    return is_index(value) ? static_cast<std::int32_t>(value.integer())
                           : as_index(value, at(key, i));
  }

  std::int32_t child(const JsonValue& values, const char* key, std::size_t i) const {
    const std::int64_t local = index(values, key, i);
    if (local < 0) return TreeEnsemble::kLeaf;
    if (local >= static_cast<std::int64_t>(feature_->size()))
      fail(at(key, i), "there is no such node");
    return static_cast<std::int32_t>(begin_ + static_cast<std::size_t>(local));
  }

  double number(const JsonValue& values, const char* key, std::size_t i) const {
    const JsonValue& value = values[i];
    return value.is_number() ? value.number() : as_number(value, at(key, i));
  }

  std::uint8_t flag(const JsonValue* values, const char* key, std::size_t i,
                    std::uint8_t bit) const {
    if (values == nullptr) return 0;
    const JsonValue& value = (*values)[i];
    if (value.is_boolean()) return value.boolean() ? bit : 0;
    if (!value.is_integer() || (value.integer() != 0 && value.integer() != 1))
      fail(at(key, i), "0 or 1 is expected");
    return value.integer() == 1 ? bit : 0;
  }

  Model& model_;
  TreeEnsemble& trees_;
  Comparison comparison_;
  std::string path_;
  std::size_t begin_ = 0;
  const JsonValue *feature_ = nullptr, *left_ = nullptr, *right_ = nullptr, *threshold_ = nullptr,
                  *value_ = nullptr, *default_left_ = nullptr, *unrecognized_left_ = nullptr,
                  *categories_ = nullptr, *cover_ = nullptr;
};

void read_features(const JsonValue& document, Model& model) {
  const std::string top = "$";
  const JsonValue& features = array_member(document, top, "features");
  for (std::size_t f = 0; f < features.size(); ++f) {
    const std::string path = item("$.features", f);
    expect_object(features[f], path, {"name", "kind", "categories", "zero_is_missing"});
    Feature feature;
    feature.name = as_text(member(features[f], path, "name"), path + ".name");
    if (features[f].contains("kind")) {
      feature.kind = static_cast<FeatureKind>(
          as_choice(features[f]["kind"], path + ".kind", {"numeric", "categorical"}));
    }
    if (features[f].contains("zero_is_missing"))
      feature.zero_is_missing = as_bool(features[f]["zero_is_missing"], path + ".zero_is_missing");
    if (features[f].contains("categories")) {
      const JsonValue& categories = array_member(features[f], path, "categories");
      for (std::size_t c = 0; c < categories.size(); ++c) {
        feature.categories.push_back(as_text(categories[c], item(path + ".categories", c)));
      }
    }
    model.features.push_back(std::move(feature));
  }
}

void read_trees(const JsonValue& document, Model& model) {
  Comparison comparison = kLessOrEqual;
  if (document.contains("op")) {
    comparison = static_cast<Comparison>(as_choice(document["op"], "$.op", {"<=", "<", ">", ">="}));
  }
  const std::string top = "$";
  const JsonValue& trees = array_member(document, top, "trees");
  TreeFromJson reader(model, comparison);
  for (std::size_t t = 0; t < trees.size(); ++t) {
    if (model.trees.tree_count() == kMaxTrees)
      throw Error(ErrorKind::kLimit, "model has too many trees", "At most 100000 are possible.");
    reader.read(trees[t], item("$.trees", t));
  }
}

// What a document of trees must say, one of terms may say only as it goes without saying.
void read_arithmetic(const JsonValue& document, Model& model) {
  const bool members = document.contains("members");
  const bool terms = document.contains("terms") || members;
  if (terms && document.contains("trees"))
    fail("$", std::string("\"trees\" and \"") + (members ? "members" : "terms") +
                  "\" exclude each other");
  if (members && document.contains("terms"))
    fail("$", "\"terms\" and \"members\" exclude each other");
  if (!document.contains("terms") && document.contains("points"))
    fail("$", "\"points\" belong to \"terms\"");
  model.algorithm = as_text(member(document, "$", "algorithm"), "$.algorithm");
  model.link =
      static_cast<Link>(as_choice(member(document, "$", "link"), "$.link", {"identity", "logit"}));
  if (!terms || document.contains("average"))
    model.average = as_bool(member(document, "$", "average"), "$.average");
  if (!terms || document.contains("precision")) {
    model.float32_inputs =
        as_choice(member(document, "$", "precision"), "$.precision", {"f64", "f32"}) == 1;
  }
  if (!document.contains("points") && (!members || document.contains("base_margin")))
    model.base_value = as_number(member(document, "$", "base_margin"), "$.base_margin");
  else if (document.contains("base_margin"))
    fail("$.base_margin", "the base value of points is \"base\" in \"points\"");
  if (document.contains("sum_precision")) {
    model.float32_sum =
        as_choice(document["sum_precision"], "$.sum_precision", {"f64", "f32"}) == 1;
  }
  if (document.contains("link_scale"))
    model.link_scale = as_number(document["link_scale"], "$.link_scale");
}

JsonValue parse(const char* text, std::size_t size) {
  if (size > kMaxTextBytes) throw Error(ErrorKind::kLimit, "model JSON is larger than 512 MB");
  try {
    return parse_json(text, size, kMaxDepth, "model JSON");
  } catch (const Error& error) {
    throw Error(error.kind(), error.what(), error.detail(), kHint);
  }
}

Model model_from(const JsonValue& document, bool may_have_members);

// What is wrong within a member is told by its path there.
Model member_from(const JsonValue& document, const std::string& path) {
  try {
    return model_from(document, false);
  } catch (const Error& error) {
    throw Error(error.kind(), error.what(), "In " + path + ": " + error.detail(), error.hint());
  }
}

void read_members(const JsonValue& document, bool may_have_members, Model& model) {
  if (!may_have_members) fail("$.members", "a member of an ensemble is an ensemble itself");
  const std::string top = "$";
  const JsonValue& members = array_member(document, top, "members");
  for (std::size_t k = 0; k < members.size(); ++k) {
    const std::string path = item("$.members", k);
    expect_object(members[k], path, {"weight", "model"});
    if (k == kMostMembers) fail(path, "an ensemble has at most 100 members");
    model.members.push_back({as_number(member(members[k], path, "weight"), path + ".weight"),
                             member_from(member(members[k], path, "model"), path + ".model")});
  }
}

void read_terms(const JsonValue& document, Model& model) {
  const bool below = document.contains("op") && as_choice(document["op"], "$.op", {"<=", "<"}) == 1;
  read_terms(document, below, model);
}

Model model_from(const JsonValue& document, bool may_have_members) {
  expect_object(document, "$",
                {"format", "algorithm", "source", "link", "link_scale", "average", "precision",
                 "sum_precision", "base_margin", "features", "op", "trees", "terms", "points",
                 "members", "calibration"});
  if (as_text(member(document, "$", "format"), "$.format") != kFormat) {
    fail("$.format", std::string("\"") + kFormat + "\" is expected");
  }
  Model model;
  read_arithmetic(document, model);
  read_features(document, model);
  if (document.contains("members"))
    read_members(document, may_have_members, model);
  else if (document.contains("terms"))
    read_terms(document, model);
  else
    read_trees(document, model);
  if (document.contains("calibration"))
    model.calibration = read_calibration(document["calibration"]);
  return model;
}

}  // namespace

std::string to_json(const Model& model) {
  validate(model);
  const bool trees = model.terms.empty() && model.members.empty();
  std::string out = std::string("{\"format\":\"") + kFormat +
                    "\",\n \"algorithm\":" + json_quoted(model.algorithm) + ",\n";
  out += std::string(" \"link\":") + (model.link == Link::kLogit ? "\"logit\"" : "\"identity\"");
  if (trees) {
    out += std::string(",\n \"average\":") + (model.average ? "true" : "false");
    out += std::string(",\n \"precision\":") + (model.float32_inputs ? "\"f32\"" : "\"f64\"");
  }
  if (!model.points && model.members.empty()) {
    out += ",\n \"base_margin\":";
    append_number(out, model.base_value);
  }
  if (model.float32_sum) out += ",\n \"sum_precision\":\"f32\"";
  if (model.link_scale != 1) {
    out += ",\n \"link_scale\":";
    append_number(out, model.link_scale);
  }
  out += ",\n";
  append_features(out, model);
  if (trees)
    append_trees(out, model);
  else if (model.members.empty())
    append_terms(out, model);
  else
    append_members(out, model);
  if (model.calibration) append_calibration(out, *model.calibration);
  return out + "}\n";
}

Model from_json(const char* text, std::size_t size) {
  Model model = model_from(parse(text, size), true);
  validate(model);
  return model;
}

}  // namespace credit_risk
