#include "core/model/codec.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "core/model/content_bytes.hpp"
#include "core/model/ensemble.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

using namespace content_bytes;

constexpr unsigned kZeroIsMissing = 2;  // the kind of such a numeric feature
enum ModelHead : unsigned {
  kLogitBit = 4,
  kAverageBit = 8,
  kFloat32InputsBit = 16,
  kFloat32SumBit = 32,
  kLinkScaleBit = 64,
  kTermsBit = 128
};
// Behind kTermsBit: what the model has instead of trees.
enum OtherHead : unsigned { kTermsAlone = 0, kTermsWithPoints = 1, kMembers = 2 };
enum TermHead : unsigned {
  kTermKindMask = 3,
  kMissingBit = 4,
  kUnrecognizedBit = 8,
  kMeanBit = 16,
  kTermHeadEnd = 32
};
enum CalibrationHead : unsigned {
  kCalibrationKindMask = 3,
  kOddsRatioBit = 4,
  kCalibrationEnd = 8
};
enum NodeHead : unsigned { kMissingLeftBit = 32, kUnrecognizedLeftBit = 64, kLeafBit = 128 };

void write_features(const Model& model, Writer& out) {
  out.varint(model.features.size());
  for (const Feature& feature : model.features) {
    out.byte(feature.zero_is_missing ? kZeroIsMissing : static_cast<unsigned>(feature.kind));
    out.text(feature.name);
    if (feature.kind == FeatureKind::kNumeric) continue;
    out.varint(feature.categories.size());
    for (const std::string& category : feature.categories) out.text(category);
  }
}

NumberKind cover_kind(const TreeEnsemble& trees, std::size_t node) noexcept {
  const double cover = trees.cover[node];
  if (trees.feature[node] != TreeEnsemble::kLeaf &&
      bits_of(cover) == bits_of(trees.cover[trees.left[node]] + trees.cover[trees.right[node]])) {
    return kSumOfChildren;
  }
  return kind_of(cover);
}

void write_node(const Model& model, std::size_t node, Writer& out) {
  const TreeEnsemble& trees = model.trees;
  const bool leaf = trees.feature[node] == TreeEnsemble::kLeaf;
  const double number = leaf ? trees.value[node] : trees.threshold[node];
  const NumberKind kind = kind_of(number), cover = cover_kind(trees, node);
  const unsigned flags =
      (trees.flags[node] & TreeEnsemble::kMissingLeft ? kMissingLeftBit : 0u) |
      (trees.flags[node] & TreeEnsemble::kUnrecognizedLeft ? kUnrecognizedLeftBit : 0u);
  out.byte(kind | cover << 2 | flags | (leaf ? kLeafBit : 0u));
  if (!leaf) {
    out.varint(static_cast<std::uint64_t>(trees.feature[node]));
    out.varint(static_cast<std::uint64_t>(trees.left[node]) - node);
    out.varint(static_cast<std::uint64_t>(trees.right[node]) - node);
  }
  out.number(number, kind);
  if (trees.category_begin[node] >= 0) {
    const std::uint64_t* words = trees.category_words.data() + trees.category_begin[node];
    const std::size_t count = category_word_count(model.features[trees.feature[node]]);
    for (std::size_t w = 0; w < count; ++w) out.word(words[w], 8);
  }
  out.number(trees.cover[node], cover);
}

void write_term(const Term& term, std::int32_t between, Writer& out) {
  out.byte(static_cast<unsigned>(term.kind) | (term.missing ? kMissingBit : 0u) |
           (term.unrecognized ? kUnrecognizedBit : 0u) | (term.mean ? kMeanBit : 0u));
  out.varint(static_cast<std::uint64_t>(between));
  if (term.kind == TermKind::kSlope) {
    out.tagged(term.slope);
    out.tagged(term.center);
  }
  if (term.kind == TermKind::kBins) out.list(term.edges);
  out.all_tagged(term.values);
  if (term.kind != TermKind::kCategories) out.list(term.specials);
  out.all_tagged(term.special_values);
  for (const std::optional<double>& value : {term.missing, term.unrecognized, term.mean}) {
    if (value) out.tagged(*value);
  }
}

void write_terms(const Model& model, Writer& out) {
  out.byte(model.points ? kTermsWithPoints : kTermsAlone);
  if (model.points) {
    out.tagged(model.points->offset);
    out.tagged(model.points->factor);
  }
  out.varint(model.terms.size());
  std::int32_t next = 0;
  for (const Term& term : model.terms) {
    write_term(term, term.feature - next, out);
    next = term.feature + 1;
  }
}

void write_members(const Model& model, Writer& out) {
  out.byte(kMembers);
  out.varint(model.members.size());
  for (const Member& member : model.members) {
    out.tagged(member.weight);
    out.text(encode(member.model));
  }
}

void write_trees(const Model& model, Writer& out) {
  const std::size_t trees = model.trees.tree_count();
  out.varint(trees);
  for (std::size_t t = 0; t < trees; ++t) {
    const std::size_t begin = static_cast<std::size_t>(model.trees.root[t]);
    const std::size_t end = t + 1 < trees ? static_cast<std::size_t>(model.trees.root[t + 1])
                                          : model.trees.node_count();
    out.varint(end - begin);
    for (std::size_t node = begin; node < end; ++node) write_node(model, node, out);
  }
}

void write_calibration(const Calibration& map, Writer& out) {
  out.byte(static_cast<unsigned>(map.kind) | (map.odds_ratio != 1 ? kOddsRatioBit : 0u));
  if (map.kind == CalibrationKind::kSigmoid) {
    out.tagged(map.slope);
    out.tagged(map.intercept);
  }
  if (map.kind == CalibrationKind::kIsotonic) {
    out.list(map.inputs);
    out.all_tagged(map.outputs);
  }
  if (map.odds_ratio != 1) out.tagged(map.odds_ratio);
}

void read_features(Reader& in, Model& model) {
  model.features.resize(in.count("features", kMaxFeatures));
  for (Feature& feature : model.features) {
    const unsigned kind = in.byte();
    if (kind > kZeroIsMissing) in.fail("the kind of a feature is neither numeric nor categorical");
    feature.zero_is_missing = kind == kZeroIsMissing;
    feature.kind = kind == 1 ? FeatureKind::kCategorical : FeatureKind::kNumeric;
    feature.name = in.text(kMaxNameBytes);
    if (feature.kind == FeatureKind::kNumeric) continue;
    feature.categories.resize(in.count("categories in one feature", kMaxCategories));
    for (std::string& category : feature.categories) category = in.text(kMaxCategoryBytes);
  }
}

void extend(TreeEnsemble& trees, std::size_t nodes) {
  const std::size_t size = trees.node_count() + nodes;
  trees.feature.resize(size, TreeEnsemble::kLeaf);
  trees.left.resize(size, TreeEnsemble::kLeaf);
  trees.right.resize(size, TreeEnsemble::kLeaf);
  trees.threshold.resize(size);
  trees.flags.resize(size);
  trees.category_begin.resize(size, -1);
  trees.value.resize(size);
  trees.cover.resize(size);
}

// Reads one tree after another; `cover_kinds_` waits until the children's covers are there.
class TreeReader {
 public:
  TreeReader(Reader& in, Model& model) : in_(in), model_(model), trees_(model.trees) {}

  void read() {
    const std::size_t begin = trees_.node_count();
    const std::size_t count = in_.count("nodes", kMaxNodes - begin);
    if (count == 0) in_.fail("a tree is empty");
    trees_.root.push_back(static_cast<std::int32_t>(begin));
    extend(trees_, count);
    end_ = begin + count;
    cover_kinds_.resize(count);
    for (std::size_t node = begin; node < end_; ++node)
      cover_kinds_[node - begin] = read_node(node);
    for (std::size_t node = end_; node-- > begin;) settle_cover(node, cover_kinds_[node - begin]);
  }

 private:
  std::uint8_t read_node(std::size_t node) {
    const unsigned head = in_.byte();
    const unsigned cover = (head >> 2) & 7;
    if (cover > kSumOfChildren) in_.fail("the head of a node is out of range");
    if ((head & kLeafBit) != 0) {
      if (cover == kSumOfChildren) in_.fail("a leaf has no children to add up");
      trees_.value[node] = in_.number(head & 3);
    } else {
      read_split(node, head);
    }
    if ((head & kMissingLeftBit) != 0) trees_.flags[node] |= TreeEnsemble::kMissingLeft;
    if ((head & kUnrecognizedLeftBit) != 0) trees_.flags[node] |= TreeEnsemble::kUnrecognizedLeft;
    if (cover != kSumOfChildren) trees_.cover[node] = in_.number(cover);
    return static_cast<std::uint8_t>(cover);
  }

  void read_split(std::size_t node, unsigned head) {
    const std::uint64_t feature = in_.varint();
    if (feature >= model_.features.size())
      in_.fail("feature index " + std::to_string(feature) + " is out of range");
    trees_.feature[node] = static_cast<std::int32_t>(feature);
    trees_.left[node] = child(node);
    trees_.right[node] = child(node);
    trees_.threshold[node] = in_.number(head & 3);
    if (model_.features[feature].kind == FeatureKind::kNumeric) return;
    const std::size_t words = category_word_count(model_.features[feature]);
    if (words > in_.left() / 8) in_.fail("the content ends within a category set");
    trees_.category_begin[node] = static_cast<std::int32_t>(trees_.category_words.size());
    for (std::size_t w = 0; w < words; ++w) trees_.category_words.push_back(in_.word(8));
  }

  std::int32_t child(std::size_t node) {
    const std::uint64_t distance = in_.varint();
    if (distance == 0 || distance >= end_ - node) in_.fail("a child is out of range");
    return static_cast<std::int32_t>(node + distance);
  }

  void settle_cover(std::size_t node, unsigned kind) {
    if (trees_.feature[node] == TreeEnsemble::kLeaf) return;
    const double sum = trees_.cover[trees_.left[node]] + trees_.cover[trees_.right[node]];
    if (kind == kSumOfChildren)
      trees_.cover[node] = sum;
    else if (bits_of(sum) == bits_of(trees_.cover[node]))
      in_.fail("a cover is not in its shortest form");
  }

  Reader& in_;
  Model& model_;
  TreeEnsemble& trees_;
  std::size_t end_ = 0;
  std::vector<std::uint8_t> cover_kinds_;
};

void read_trees(Reader& in, Model& model) {
  const std::size_t trees = in.count("trees", kMaxTrees);
  model.trees.root.reserve(trees);
  TreeReader reader(in, model);
  for (std::size_t t = 0; t < trees; ++t) reader.read();
}

class TermReader {
 public:
  TermReader(Reader& in, Model& model) : in_(in), model_(model) {}

  void read(unsigned head) {
    if (head > kTermsWithPoints) in_.fail("the head of the points is out of range");
    if (head == kTermsWithPoints) {
      const double offset = in_.tagged();
      model_.points = PointsScale{offset, in_.tagged()};
    }
    model_.terms.resize(in_.count("terms", model_.features.size()));
    if (model_.terms.empty()) in_.fail("there are no terms");
    std::uint64_t next = 0;
    for (Term& term : model_.terms) {
      read_term(term, next);
      next = static_cast<std::uint64_t>(term.feature) + 1;
    }
  }

 private:
  void read_term(Term& term, std::uint64_t next) {
    const unsigned head = in_.byte();
    if (head >= kTermHeadEnd || (head & kTermKindMask) > 2)
      in_.fail("the head of a term is out of range");
    term.kind = static_cast<TermKind>(head & kTermKindMask);
    const std::uint64_t feature = next + in_.varint();
    if (feature >= model_.features.size())
      in_.fail("feature index " + std::to_string(feature) + " is out of range");
    term.feature = static_cast<std::int32_t>(feature);
    read_values(term);
    if ((head & kMissingBit) != 0) term.missing = in_.tagged();
    if ((head & kUnrecognizedBit) != 0) term.unrecognized = in_.tagged();
    if ((head & kMeanBit) != 0) term.mean = in_.tagged();
  }

  void read_values(Term& term) {
    if (term.kind == TermKind::kSlope) {
      term.slope = in_.tagged();
      term.center = in_.tagged();
    }
    if (term.kind == TermKind::kBins) {
      read_list(term.edges);
      read_numbers(term.values, term.edges.size() + 1);
    }
    if (term.kind == TermKind::kCategories)
      read_numbers(term.values, model_.features[term.feature].categories.size());
    else
      read_list(term.specials);
    read_numbers(term.special_values, term.specials.size());
  }

  void read_list(std::vector<double>& numbers) {
    read_numbers(numbers, in_.count("numbers in its terms", kMaxTermNumbers));
  }

  // Each takes at least one byte, so that what is not there is not allocated.
  void read_numbers(std::vector<double>& numbers, std::size_t count) {
    if (count > in_.left()) in_.fail("the content ends before all numbers of a term");
    numbers.resize(count);
    for (double& number : numbers) number = in_.tagged();
  }

  Reader& in_;
  Model& model_;
};

Calibration read_calibration(Reader& in) {
  const unsigned head = in.byte();
  if (head >= kCalibrationEnd || (head & kCalibrationKindMask) > 2)
    in.fail("the head of the calibration is out of range");
  Calibration map;
  map.kind = static_cast<CalibrationKind>(head & kCalibrationKindMask);
  if (map.kind == CalibrationKind::kSigmoid) {
    map.slope = in.tagged();
    map.intercept = in.tagged();
  }
  if (map.kind == CalibrationKind::kIsotonic) {
    map.inputs.resize(in.count("points of calibration", kMaxCalibrationPoints));
    map.outputs.resize(map.inputs.size());
    for (std::vector<double>* numbers : {&map.inputs, &map.outputs}) {
      for (double& number : *numbers) number = in.tagged();
    }
  }
  if ((head & kOddsRatioBit) == 0) return map;
  map.odds_ratio = in.tagged();
  if (map.odds_ratio == 1) in.fail("an odds ratio of 1 is not written");
  return map;
}

Model decode(const char* content, std::size_t size, bool may_have_members);

void read_members(Reader& in, Model& model) {
  model.members.resize(in.count("members", kMostMembers));
  for (Member& member : model.members) {
    member.weight = in.tagged();
    const std::string content = in.text(in.left());
    member.model = decode(content.data(), content.size(), false);
  }
}

// A member has none itself, so that content cannot nest without end.
void read_body(Reader& in, unsigned head, bool may_have_members, Model& model) {
  if ((head & kTermsBit) == 0) return read_trees(in, model);
  const unsigned other = in.byte();
  if (other != kMembers) return TermReader(in, model).read(other);
  if (!may_have_members) in.fail("a member of an ensemble is an ensemble itself");
  read_members(in, model);
}

Model decode(const char* content, std::size_t size, bool may_have_members) {
  Reader in(content, size);
  in.magic();
  const unsigned head = in.byte();
  Model model;
  model.link = (head & kLogitBit) != 0 ? Link::kLogit : Link::kIdentity;
  model.average = (head & kAverageBit) != 0;
  model.float32_inputs = (head & kFloat32InputsBit) != 0;
  model.float32_sum = (head & kFloat32SumBit) != 0;
  model.base_value = in.number(head & 3);
  if ((head & kLinkScaleBit) != 0) model.link_scale = in.link_scale();
  model.algorithm = in.text(kMaxNameBytes);
  read_features(in, model);
  read_body(in, head, may_have_members, model);
  if (in.left() != 0) model.calibration = read_calibration(in);
  if (in.left() != 0) in.fail("there is more content than the model has");
  validate(model);
  return model;
}

}  // namespace

std::string encode(const Model& model) {
  validate(model);
  Writer out;
  out.magic();
  const NumberKind base = kind_of(model.base_value);
  out.byte(base | (model.link == Link::kLogit ? kLogitBit : 0u) |
           (model.average ? kAverageBit : 0u) | (model.float32_inputs ? kFloat32InputsBit : 0u) |
           (model.float32_sum ? kFloat32SumBit : 0u) |
           (model.link_scale != 1 ? kLinkScaleBit : 0u) |
           (model.terms.empty() && model.members.empty() ? 0u : kTermsBit));
  out.number(model.base_value, base);
  if (model.link_scale != 1) out.word(bits_of(model.link_scale), 8);
  out.text(model.algorithm);
  write_features(model, out);
  if (!model.members.empty())
    write_members(model, out);
  else if (!model.terms.empty())
    write_terms(model, out);
  else
    write_trees(model, out);
  if (model.calibration) write_calibration(*model.calibration, out);
  return out.take();
}

Model decode(const char* content, std::size_t size) { return decode(content, size, true); }

}  // namespace credit_risk
