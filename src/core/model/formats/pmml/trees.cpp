// In PMML a row goes into the first child whose predicate is true. So each child is a question with
// three answers, true, false and unknown, and each answer leads to a goal: enter a node, ask for
// the next child, or stop at a leaf. Goals become splits of a binary tree; where an answer leads to
// the same goal from several places, what follows is written several times.
#include "core/model/formats/pmml/trees.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/model/formats/pmml/predicates.hpp"

namespace credit_risk {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// A tree may become so much larger than in the file.
constexpr std::size_t kMostGrowth = 8, kMostGrowthOfSmall = 1000;
constexpr std::size_t kMostNodes = 1000000;  // of a tree of the file

enum class Missing : std::uint8_t { kNone, kNull, kLast, kDefaultChild };

class TreeCompiler {
 public:
  TreeCompiler(const XmlNode& model_node, const PmmlScope& scope, const PmmlLeaves& leaves,
               const TreeAppender& appender, const Model& model, SourceTree& tree)
      : model_node_(model_node),
        scope_(scope),
        leaves_(leaves),
        appender_(appender),
        model_(model),
        tree_(tree) {}

  void compile() {
    read_strategies();
    const XmlNode root = model_node_.child("Node");
    if (!root) model_node_.broken("there is no Node");
    if (pmml_predicate_of(root).name() != "True")
      root.unsupported("Only some rows reach the root.");
    const bool covers = has_covers(root);
    tree_.clear();
    tree_.nodes.resize(1);
    std::vector<std::pair<std::size_t, std::size_t>> pending{{enter(root), 0}};  // goal, place
    while (!pending.empty()) {
      const auto [goal, place] = pending.back();
      pending.pop_back();
      reach(goal, place, pending);
    }
    if (covers && plain_) return;
    for (SourceNode& node : tree_.nodes) node.cover = 0;
  }

 private:
  enum class Kind : std::uint8_t { kEnter, kLeaf, kChild, kPredicate, kOperands, kNumbers };
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  struct Goal {
    Kind kind;
    XmlNode node;                     // a Node, a predicate, or the first operand left
    std::size_t yes, no, unknown;     // goals; of predicates
    std::size_t left = 0;             // kNumbers: how many of the numbers are left to compare with
    std::string_view operation = {};  // kOperands: of the compound predicate
  };
  using Pending = std::vector<std::pair<std::size_t, std::size_t>>;

  void read_strategies() {
    const std::string_view missing = model_node_.text("missingValueStrategy");
    if (missing.empty() || missing == "none")
      missing_ = Missing::kNone;
    else if (missing == "nullPrediction")
      missing_ = Missing::kNull;
    else if (missing == "lastPrediction")
      missing_ = Missing::kLast;
    else if (missing == "defaultChild")
      missing_ = Missing::kDefaultChild;
    else
      model_node_.unsupported("Its missingValueStrategy is \"" + shown_text(missing) + "\".");
    const std::string_view last = model_node_.text("noTrueChildStrategy");
    returns_last_ = last == "returnLastPrediction";
    if (!last.empty() && !returns_last_ && last != "returnNullPrediction")
      model_node_.broken("noTrueChildStrategy \"" + shown_text(last) + "\" does not exist");
  }

  // ---- Nodes of the file ----

  static XmlNode node_from(XmlNode node) {
    while (node && node.name() != "Node") node = node.next();
    return node;
  }
  static XmlNode first_node(const XmlNode& parent) { return node_from(parent.first_child()); }
  static XmlNode next_node(const XmlNode& node) { return node_from(node.next()); }

  // Counts the nodes, too. Whether each says how many training rows reached it, and children add
  // up.
  bool has_covers(const XmlNode& root) {
    constexpr double kTolerance = 1e-6;
    bool known = true;
    std::vector<XmlNode> pending{root};
    while (!pending.empty()) {
      const XmlNode node = pending.back();
      pending.pop_back();
      if (++count_ > kMostNodes) {
        throw Error(ErrorKind::kLimit, "a tree of the model has too many nodes", {},
                    "Train smaller trees.");
      }
      const double own = node.number("recordCount", 0);
      double sum = 0;
      const XmlNode first = first_node(node);
      for (XmlNode child = first; child; child = next_node(child)) {
        sum += child.number("recordCount", 0);
        parent_[child.index()] = node;
        pending.push_back(child);
      }
      known &= own > 0 && (!first || std::fabs(sum - own) <= kTolerance * own);
    }
    return known;
  }

  double value_of(const XmlNode& node) const {
    if (leaves_.event.empty()) {
      const double score = node.number("score");
      return (leaves_.float32 ? static_cast<float>(score) : score) * leaves_.factor;
    }
    double sum = 0, event = 0;
    bool told = false;
    for (XmlNode share = node.first_child(); share; share = share.next()) {
      if (share.name() != "ScoreDistribution") continue;
      const double count = share.number(share.has("probability") ? "probability" : "recordCount");
      if (count < 0) share.broken("a share is negative");
      sum += count;
      if (share.required("value") == leaves_.event) event += count;
      told = true;
    }
    if (!told) node.unsupported("A leaf does not say how the classes are distributed.");
    if (!(sum > 0)) node.broken("the classes have no shares");
    return event / sum * leaves_.factor;
  }

  // ---- Goals ----

  std::size_t add(const Goal& goal) {
    if (goals_.size() >= most()) refuse_growth();
    goals_.push_back(goal);
    return goals_.size() - 1;
  }

  std::size_t remembered(Kind kind, const XmlNode& node) {
    const std::uint64_t key = std::uint64_t{node.index()} << 8 | static_cast<std::uint64_t>(kind);
    const auto found = known_goals_.find(key);
    if (found != known_goals_.end()) return found->second;
    const std::size_t goal = add({kind, node, kNowhere, kNowhere, kNowhere});
    known_goals_.emplace(key, goal);
    return goal;
  }

  std::size_t enter(const XmlNode& node) { return remembered(Kind::kEnter, node); }

  // The first of `child` and those behind it that has to be asked for.
  std::size_t ask_from(const XmlNode& parent, XmlNode child) {
    for (; child; child = next_node(child)) {
      const XmlNode predicate = pmml_predicate_of(child);
      if (predicate.name() == "True") return enter(child);
      if (predicate.name() != "False") return remembered(Kind::kChild, child);
    }
    return returns_last_ ? remembered(Kind::kLeaf, parent) : kNowhere;
  }

  std::size_t when_false(const XmlNode& parent, const XmlNode& child) {
    const XmlNode next = next_node(child);
    if (next && is_pmml_test(pmml_predicate_of(child)) && is_pmml_test(pmml_predicate_of(next))) {
      const PmmlTest test = pmml_test(pmml_predicate_of(child), scope_, model_);
      const Feature& feature = model_.features[static_cast<std::size_t>(test.column.feature)];
      if (test.completes(pmml_test(pmml_predicate_of(next), scope_, model_), feature))
        return enter(next);
    }
    return ask_from(parent, next);
  }

  // With strategy "none" unknown is false, and stays so for all that compare the same field.
  std::size_t when_unknown(const XmlNode& parent, const XmlNode& child) {
    if (missing_ == Missing::kLast) return remembered(Kind::kLeaf, parent);
    if (missing_ == Missing::kDefaultChild && parent.has("defaultChild"))
      return enter(default_child(parent));
    if (missing_ != Missing::kNone) return kNowhere;
    return ask_from(parent, behind_run(child));
  }

  // Behind `child` and those next to it that compare the same field; found once for all of them.
  XmlNode behind_run(const XmlNode& child) {
    const auto found = behind_.find(child.index());
    if (found != behind_.end()) return found->second;
    const XmlNode predicate = pmml_predicate_of(child);
    std::vector<std::uint32_t> run{child.index()};
    XmlNode next = next_node(child);
    while (next && is_pmml_test(predicate) && compares_same(predicate, pmml_predicate_of(next))) {
      run.push_back(next.index());
      next = next_node(next);
    }
    for (const std::uint32_t index : run) behind_[index] = next;
    return next;
  }

  bool compares_same(const XmlNode& predicate, const XmlNode& other) const {
    if (!is_pmml_test(other)) return false;
    const PmmlTest test = pmml_test(predicate, scope_, model_);
    const PmmlTest next = pmml_test(other, scope_, model_);
    return test.column.feature == next.column.feature && test.kind != PmmlTest::Kind::kMissing &&
           next.kind != PmmlTest::Kind::kMissing;
  }

  XmlNode default_child(const XmlNode& parent) {
    const auto [place, is_new] = default_child_.try_emplace(parent.index());
    if (!is_new) return place->second;
    const std::string_view id = parent.text("defaultChild");
    XmlNode child = first_node(parent);
    while (child && child.text("id") != id) child = next_node(child);
    if (!child) parent.broken("its default child does not exist");
    place->second = child;
    return child;
  }

  // ---- The binary tree ----

  std::size_t most() const { return kMostGrowthOfSmall + kMostGrowth * count_; }

  [[noreturn]] void refuse_growth() const {
    model_node_.unsupported("Its predicates make it too large a tree of two-way splits.");
  }

  void reach(std::size_t goal, std::size_t place, Pending& pending) {
    for (std::size_t steps = 0; steps < 64 * kMaxXmlDepth; ++steps) {
      const Goal self = goals_[goal];
      if (self.kind == Kind::kLeaf) return put_leaf(self.node, place);
      if (self.kind == Kind::kEnter) {
        const XmlNode first = first_node(self.node);
        if (!first) return put_leaf(self.node, place);
        goal = ask_from(self.node, first);
        if (goal == kNowhere) self.node.unsupported("No child fits any row.");
      } else if (self.kind == Kind::kChild) {
        goal = question(self.node);
      } else if (self.kind == Kind::kOperands) {
        goal = operand(self);
      } else if (self.kind == Kind::kNumbers || is_pmml_test(self.node)) {
        goal = put_test(self, place, pending);
        if (goal == kNowhere) return;
      } else if (self.node.name() == "CompoundPredicate") {
        goal = add({Kind::kOperands, first_operand(self.node), self.yes, self.no, self.unknown, 0,
                    self.node.required("booleanOperator")});
      } else {
        goal = self.node.name() == "True" ? self.yes : self.no;
      }
    }
    refuse_growth();
  }

  void put_leaf(const XmlNode& node, std::size_t place) {
    plain_ &= !first_node(node) && leaves_put_.insert(node.index()).second;
    tree_.nodes[place].value = value_of(node);
    tree_.nodes[place].cover = node.number("recordCount", 0);
  }

  std::size_t question(const XmlNode& child) {
    const XmlNode parent = parent_.at(child.index());
    const std::size_t no = when_false(parent, child);
    if (no == kNowhere)
      parent.unsupported("Some rows fit none of its children, and get no prediction.");
    const std::size_t unknown = when_unknown(parent, child);
    // Without a prediction for a missing value, it goes the way of false.
    return add({Kind::kPredicate, pmml_predicate_of(child), enter(child), no,
                unknown == kNowhere ? no : unknown});
  }

  static XmlNode predicate_from(XmlNode node) {
    while (node && !is_pmml_predicate(node.name())) node = node.next();
    return node;
  }

  static XmlNode first_operand(const XmlNode& compound) {
    const XmlNode first = predicate_from(compound.first_child());
    if (!first) compound.broken("there is no predicate");
    return first;
  }

  // The first operand, whose answers lead to the result or to the operands behind it.
  std::size_t operand(const Goal& self);

  // Puts a split at `place`, or returns the goal that all answers lead to.
  std::size_t put_test(const Goal& self, std::size_t place, Pending& pending);

  std::size_t place_for(std::size_t goal, Pending& pending) {
    if (tree_.nodes.size() >= most()) refuse_growth();
    tree_.nodes.emplace_back();
    pending.emplace_back(goal, tree_.nodes.size() - 1);
    return tree_.nodes.size() - 1;
  }

  struct Split {
    double threshold;
    bool only_missing = false;
    bool missing_left = false;
  };

  void put_numbers(const Goal& self, const PmmlTest& test, std::size_t place, std::size_t fits,
                   std::size_t other, Pending& pending);
  void put_split(std::size_t place, const PmmlTest& test, const Split& split, std::size_t left,
                 std::size_t right);

  const XmlNode model_node_;
  const PmmlScope& scope_;
  const PmmlLeaves& leaves_;
  const TreeAppender& appender_;
  const Model& model_;
  SourceTree& tree_;
  Missing missing_ = Missing::kNone;
  bool returns_last_ = false, plain_ = true;
  std::size_t count_ = 0;
  std::vector<Goal> goals_;
  std::unordered_map<std::uint64_t, std::size_t> known_goals_;
  std::unordered_map<std::uint32_t, XmlNode> parent_, behind_, default_child_;  // by Node
  std::unordered_set<std::uint32_t> leaves_put_;
};

std::size_t TreeCompiler::operand(const Goal& self) {
  Goal rest = self;
  rest.node = predicate_from(self.node.next());
  Goal first{Kind::kPredicate, self.node, self.yes, self.no, self.unknown};
  if (self.operation != "and" && self.operation != "or" && self.operation != "xor" &&
      self.operation != "surrogate")
    self.node.broken("operator \"" + shown_text(self.operation) + "\" does not exist");
  if (!rest.node) return add(first);
  const auto rest_with = [&](std::size_t yes, std::size_t no, std::size_t unknown) {
    rest.yes = yes;
    rest.no = no;
    rest.unknown = unknown;
    return add(rest);
  };
  if (self.operation == "and") {
    first.yes = rest_with(self.yes, self.no, self.unknown);
    first.unknown = rest_with(self.unknown, self.no, self.unknown);
  } else if (self.operation == "or") {
    first.no = rest_with(self.yes, self.no, self.unknown);
    first.unknown = rest_with(self.yes, self.unknown, self.unknown);
  } else if (self.operation == "xor") {
    first.yes = rest_with(self.no, self.yes, self.unknown);
    first.no = rest_with(self.yes, self.no, self.unknown);
  } else {
    first.unknown = rest_with(self.yes, self.no, self.unknown);
  }
  // Where unknown means false, the same goal saves a split of its own.
  if (self.operation == "and" && self.unknown == self.no) first.unknown = self.no;
  if (self.operation == "or" && self.unknown == self.no) first.unknown = first.no;
  return add(first);
}

std::size_t TreeCompiler::put_test(const Goal& self, std::size_t place, Pending& pending) {
  const PmmlTest test = pmml_test(self.node, scope_, model_);
  const Feature& feature = model_.features[static_cast<std::size_t>(test.column.feature)];
  std::size_t fits = test.negated ? self.no : self.yes, other = test.negated ? self.yes : self.no;
  std::size_t unknown = self.unknown;
  if (test.column.replacement) {
    const bool yes = test.truth(test.replaced_missing(feature)) == PmmlTruth::kTrue;
    unknown = yes ? self.yes : self.no;
  }
  if (test.kind == PmmlTest::Kind::kMissing) {
    unknown = test.column.replacement ? other : fits;
    fits = other;
  }
  if (test.kind == PmmlTest::Kind::kNumbers && test.numbers.empty()) fits = other;
  if (fits == other && other == unknown) return fits;
  const bool numbers = test.kind == PmmlTest::Kind::kNumbers;
  if (fits == other || (unknown != other && (numbers || unknown != fits))) {
    Goal present = self;
    present.unknown = other;
    const std::size_t left = place_for(fits == other ? fits : add(present), pending);
    put_split(place, test, {kInfinity, true}, left, place_for(unknown, pending));
    return kNowhere;
  }
  if (numbers) {
    put_numbers(self, test, place, fits, other, pending);
    return kNowhere;
  }
  const std::size_t left = place_for(fits, pending);
  put_split(place, test, {test.threshold, false, unknown == fits}, left, place_for(other, pending));
  return kNowhere;
}

// The greatest of the numbers left: at most its upper end, and not at most its lower.
void TreeCompiler::put_numbers(const Goal& self, const PmmlTest& test, std::size_t place,
                               std::size_t fits, std::size_t other, Pending& pending) {
  const std::size_t left = self.kind == Kind::kNumbers ? self.left : test.numbers.size();
  const auto [lower, upper] = test.numbers[left - 1];
  Goal smaller = self;
  smaller.kind = Kind::kNumbers;
  smaller.unknown = other;
  smaller.left = left - 1;
  if (tree_.nodes.size() >= most()) refuse_growth();
  tree_.nodes.emplace_back();
  const std::size_t inner = tree_.nodes.size() - 1;
  put_split(place, test, {upper}, inner, place_for(other, pending));
  const std::size_t below = place_for(left > 1 ? add(smaller) : other, pending);
  put_split(inner, test, {lower}, below, place_for(fits, pending));
}

// What fits the test goes left; with `only_missing`, what is not missing.
void TreeCompiler::put_split(std::size_t place, const PmmlTest& test, const Split& split,
                             std::size_t left, std::size_t right) {
  SourceNode node;
  node.feature = test.column.feature;
  node.left = static_cast<std::int64_t>(left);
  node.right = static_cast<std::int64_t>(right);
  if (split.missing_left) node.flags |= TreeEnsemble::kMissingLeft;
  const Feature& feature = model_.features[static_cast<std::size_t>(node.feature)];
  if (feature.kind == FeatureKind::kNumeric) {
    node.threshold = split.threshold;
    tree_.nodes[place] = node;
    return;
  }
  const bool unlisted_left =
      test.column.unlisted_is_missing ? split.missing_left : split.only_missing;
  if (unlisted_left) node.flags |= TreeEnsemble::kUnrecognizedLeft;
  node.set = appender_.add_set(tree_, node.feature);
  const auto add_code = [&](std::size_t code) {
    tree_.sets[static_cast<std::size_t>(node.set) + code / 64] |= std::uint64_t{1} << (code % 64);
  };
  for (std::size_t code = 0; split.only_missing && code < feature.categories.size(); ++code)
    add_code(code);
  for (const std::int32_t code : test.categories) add_code(static_cast<std::size_t>(code));
  tree_.nodes[place] = node;
}

}  // namespace

void read_pmml_tree(const XmlNode& node, const PmmlScope& scope, const PmmlLeaves& leaves,
                    const TreeAppender& appender, const Model& model, SourceTree& tree) {
  TreeCompiler(node, scope, leaves, appender, model, tree).compile();
}

}  // namespace credit_risk
