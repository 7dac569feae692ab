// Grows one boosted tree on the gradients of the rows.
#pragma once
#include <cstdint>
#include <vector>

#include "core/model/model.hpp"
#include "core/stop_flag.hpp"
#include "core/train/data/binned_matrix.hpp"
#include "core/train/boosting/gain_search.hpp"
#include "core/train/boosting/histogram.hpp"
#include "core/train/boosting/interaction_rules.hpp"
#include "core/train/boosting/boosting_params.hpp"
#include "core/train/boosting/team.hpp"

namespace credit_risk {

class TreeBuilder {
 public:
  // `matrix` holds the rows of this member of the team. Its block and the team outlive the builder.
  TreeBuilder(const BinnedMatrix& matrix, const BoostingParams& params,
              const std::vector<Feature>& features, Team& team, const StopFlag& stop);

  // Grows tree `number` on the given rows of the matrix and those that the other members of the
  // team give; the number names its draw of features.
  void grow(std::uint32_t number, std::vector<std::uint32_t> rows,
            const std::vector<RowGradient>& gradients);

  // Of the tree grown last: its leaf value, learning rate applied, for any row of the matrix.
  double value_of(std::uint32_t row) const noexcept;

  // The same added to the entry of each row that it was grown on.
  void add_values(std::vector<double>& sums) const;

  // The tree grown last. Its covers are sums of hessians.
  TreeEnsemble tree() const;

  // What the splits of that tree gained, added to the entry of their feature.
  void add_gains(std::vector<double>& gains) const;

 private:
  struct Node {
    GradientSum sum;
    ValueBounds bounds;
    std::int32_t depth = 0;
    std::uint32_t begin = 0, end = 0;  // its rows in rows_
    std::int64_t rows = 0;             // of the whole team
    std::int32_t left = -1, right = -1;
    std::vector<std::uint32_t> used;  // features of the path; kept with interaction rules alone
    GainSplit split;
  };
  // A node whose best split is known and not made yet; without a histogram when memory is short.
  struct Candidate {
    std::int32_t node;
    Histogram histogram;
  };

  Node& at(std::int32_t node) noexcept { return nodes_[static_cast<std::size_t>(node)]; }
  void choose_features(std::uint32_t number);
  void choose_own_features();
  Node root(const std::vector<RowGradient>& gradients) const;
  bool may_split(const Node& node) const noexcept;
  GainSplit best_split(const Node& node, const Histogram& histogram);
  void search(std::vector<Candidate> open);
  Candidate take_candidate();
  void expand(Candidate candidate, const std::vector<RowGradient>& gradients);
  void search_children(const Node& parent, Histogram histogram,
                       const std::vector<RowGradient>& gradients);
  void add_children(std::int32_t node);
  std::uint32_t partition(const Node& node);
  template <class GoesLeft>
  std::uint32_t partition(const Node& node, GoesLeft goes_left);
  double leaf_value(const Node& node) const noexcept;
  Histogram histogram_of(const Node& node, const std::vector<RowGradient>& gradients);

  const BinnedMatrix matrix_;
  const BoostingParams params_;
  const std::vector<std::int8_t> directions_;
  const InteractionRules interactions_;
  Team& team_;
  const StopFlag stop_;
  HistogramMaker histograms_;
  GainSearch search_;
  const GainRules rules_;
  std::vector<std::uint32_t> features_;  // drawn for the tree
  std::vector<bool> is_looked_at_;
  std::vector<std::uint32_t> looked_at_;  // by this member, those whose histograms are right
  std::vector<std::uint32_t> rows_, overflow_;
  std::vector<Node> nodes_;
  std::vector<Candidate> candidates_;
};

}  // namespace credit_risk
