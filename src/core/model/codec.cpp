#include "core/model/codec.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

#include "core/error.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

constexpr char kMagic[8] = {'C', 'R', 'M', 'O', 'D', 'E', 'L', 1};

enum NumberKind : unsigned {
  kNothing = 0,
  kWhole = 1,
  kFloat32 = 2,
  kFloat64 = 3,
  kSumOfChildren = 4
};
constexpr unsigned kZeroIsMissing = 2;  // the kind of such a numeric feature
constexpr double kWholeEnd = 1 << 21;   // three bytes of varint, one less than a float32

enum ModelHead : unsigned {
  kLogitBit = 4,
  kAverageBit = 8,
  kFloat32InputsBit = 16,
  kFloat32SumBit = 32,
  kLinkScaleBit = 64,
  kModelHeadEnd = 128
};
enum NodeHead : unsigned { kMissingLeftBit = 32, kUnrecognizedLeftBit = 64, kLeafBit = 128 };

std::uint64_t bits_of(double x) noexcept {
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

bool fits_float32(double x) noexcept {
  return std::fabs(x) <= 3.4028234663852886e38 && bits_of(static_cast<float>(x)) == bits_of(x);
}

NumberKind kind_of(double x) noexcept {
  if (bits_of(x) == 0) return kNothing;
  if (x > 0 && x < kWholeEnd && x == std::floor(x)) return kWhole;
  return fits_float32(x) ? kFloat32 : kFloat64;
}

class Writer {
 public:
  void byte(unsigned value) { out_.push_back(static_cast<char>(value)); }

  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte((value & 0x7F) | 0x80);
    byte(value);
  }

  void text(const std::string& value) {
    varint(value.size());
    out_ += value;
  }

  void word(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) byte((value >> (8 * i)) & 0xFF);
  }

  void number(double x, NumberKind kind) {
    if (kind == kWhole) varint(static_cast<std::uint64_t>(x));
    if (kind == kFloat64) word(bits_of(x), 8);
    if (kind == kFloat32) {
      const float narrow = static_cast<float>(x);
      std::uint32_t bits;
      std::memcpy(&bits, &narrow, sizeof bits);
      word(bits, 4);
    }
  }

  void magic() { out_.append(kMagic, sizeof kMagic); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

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

class Reader {
 public:
  Reader(const char* data, std::size_t size) : data_(data), size_(size) {}

  std::size_t left() const noexcept { return size_ - at_; }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorKind::kBadModel, "model content is damaged",
                "At byte " + std::to_string(at_) + ": " + what + ".",
                "Import or train the model again, or restore the version from a backup.");
  }

  unsigned byte() {
    need(1);
    return static_cast<unsigned char>(data_[at_++]);
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      const unsigned next = byte();
      value |= std::uint64_t{next & 0x7F} << shift;
      if (next < 0x80) {
        if (next == 0 && shift != 0) fail("a number is not in its shortest form");
        return value;
      }
    }
    fail("a number is too long");
  }

  // A count of things that take at least one byte each.
  std::size_t count(const char* what, std::size_t cap) {
    const std::uint64_t value = varint();
    if (value > cap) {
      throw Error(ErrorKind::kLimit, std::string("model has too many ") + what,
                  "At byte " + std::to_string(at_) + ": there are " + std::to_string(value) +
                      "; at most " + std::to_string(cap) + " are possible.");
    }
    if (value > left()) fail(std::string("the content ends before all ") + what);
    return static_cast<std::size_t>(value);
  }

  std::string text(std::size_t cap) {
    const std::size_t length = count("bytes in a name", cap);
    at_ += length;
    return std::string(data_ + at_ - length, length);
  }

  std::uint64_t word(int bytes) {
    need(static_cast<std::size_t>(bytes));
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i)
      value |= std::uint64_t{static_cast<unsigned char>(data_[at_ + i])} << (8 * i);
    at_ += static_cast<std::size_t>(bytes);
    return value;
  }

  double number(unsigned kind) {
    double value = 0;
    if (kind == kWhole) value = static_cast<double>(varint());
    if (kind == kFloat32) {
      const std::uint32_t bits = static_cast<std::uint32_t>(word(4));
      float narrow;
      std::memcpy(&narrow, &bits, sizeof narrow);
      value = narrow;
    }
    if (kind == kFloat64) {
      const std::uint64_t bits = word(8);
      std::memcpy(&value, &bits, sizeof value);
    }
    if (!std::isfinite(value)) fail("a number is not finite");
    if (kind_of(value) != kind) fail("a number is not in its shortest form");
    return value;
  }

  double link_scale() {
    const std::uint64_t bits = word(8);
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (value == 1) fail("a scale of 1 is not written");
    return value;
  }

  void magic() {
    if (size_ < sizeof kMagic || std::memcmp(data_, kMagic, sizeof kMagic - 1) != 0) {
      throw Error(ErrorKind::kBadModel, "content is not a model",
                  "It does not begin with the mark of a credit_risk model.");
    }
    if (data_[7] != kMagic[7]) {
      throw Error(ErrorKind::kBadModel, "model content has a version that is not supported",
                  "It has version " + std::to_string(static_cast<unsigned char>(data_[7])) +
                      "; this is version 1.",
                  "Update the extension.");
    }
    at_ = sizeof kMagic;
  }

 private:
  void need(std::size_t bytes) const {
    if (bytes > left()) fail("the content ends early");
  }

  const char* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

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

}  // namespace

std::string encode(const Model& model) {
  validate(model);
  Writer out;
  out.magic();
  const NumberKind base = kind_of(model.base_value);
  out.byte(base | (model.link == Link::kLogit ? kLogitBit : 0u) |
           (model.average ? kAverageBit : 0u) | (model.float32_inputs ? kFloat32InputsBit : 0u) |
           (model.float32_sum ? kFloat32SumBit : 0u) |
           (model.link_scale != 1 ? kLinkScaleBit : 0u));
  out.number(model.base_value, base);
  if (model.link_scale != 1) out.word(bits_of(model.link_scale), 8);
  out.text(model.algorithm);
  write_features(model, out);
  const std::size_t trees = model.trees.tree_count();
  out.varint(trees);
  for (std::size_t t = 0; t < trees; ++t) {
    const std::size_t begin = static_cast<std::size_t>(model.trees.root[t]);
    const std::size_t end = t + 1 < trees ? static_cast<std::size_t>(model.trees.root[t + 1])
                                          : model.trees.node_count();
    out.varint(end - begin);
    for (std::size_t node = begin; node < end; ++node) write_node(model, node, out);
  }
  return out.take();
}

Model decode(const char* content, std::size_t size) {
  Reader in(content, size);
  in.magic();
  const unsigned head = in.byte();
  if (head >= kModelHeadEnd) in.fail("the head of the model is out of range");
  Model model;
  model.link = (head & kLogitBit) != 0 ? Link::kLogit : Link::kIdentity;
  model.average = (head & kAverageBit) != 0;
  model.float32_inputs = (head & kFloat32InputsBit) != 0;
  model.float32_sum = (head & kFloat32SumBit) != 0;
  model.base_value = in.number(head & 3);
  if ((head & kLinkScaleBit) != 0) model.link_scale = in.link_scale();
  model.algorithm = in.text(kMaxNameBytes);
  read_features(in, model);
  const std::size_t trees = in.count("trees", kMaxTrees);
  model.trees.root.reserve(trees);
  TreeReader reader(in, model);
  for (std::size_t t = 0; t < trees; ++t) reader.read();
  if (in.left() != 0) in.fail("there is more content than the model has");
  validate(model);
  return model;
}

}  // namespace credit_risk
