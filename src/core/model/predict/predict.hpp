// Scores rows. Built once from a model, then read only: any number of calls, no allocation per row
// (but for models of more than a few hundred features, and ensembles).
//
// Every way of calling adds the leaf values of a row in tree order, or its terms in feature order,
// so that one row and a batch give the same bits. A row with an infinity, with a category code that
// the model does not have, or that a term refuses, throws kInvalidInput naming the feature.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

#include "core/model/predict/forest.hpp"
#include "core/model/model.hpp"
#include "core/model/predict/ranked_forest.hpp"
#include "core/model/slots.hpp"
#include "core/model/term_table.hpp"

namespace credit_risk {

class Voting;

// margin -> probability before calibration, within [0, 1]. A margin without link is cut there:
// rounding may carry an average past 1. `float32`: Model::float32_sum.
double probability_of_margin(Link link, double margin, double link_scale = 1,
                             bool float32 = false) noexcept;

// The total of a scorecard -> margin.
inline double margin_of_points(const PointsScale& points, double total) noexcept {
  return (points.offset - total) / points.factor;
}

struct Score {
  double probability;         // of default
  std::int32_t credit_score;  // 300 to 850
};

class Predictor {
 public:
  // Of a validated model, which need not live on. `kernel`: one of top_kernels() for many rows,
  // null for the fastest.
  explicit Predictor(const Model& model, const TopKernel* kernel = nullptr);

  double margin(const double* row) const;
  double probability(const double* row) const;

  // Both from one look at the row. The credit score is the total of a model with points, rounded
  // half up and cut to 300 .. 850; of others credit_score(probability).
  Score score(const double* row) const;

  // `rows`: count rows of feature_count() values each.
  void probabilities(const double* rows, std::size_t count, double* out) const;
  void scores(const double* rows, std::size_t count, Score* out) const;

  std::size_t feature_count() const noexcept { return slots_.feature_count(); }
  std::size_t byte_size() const noexcept;

 private:
  double margin_of_sum(double sum) const noexcept {
    if (float32_sum_) return sum;  // it began with the base value
    const double total = base_value_ + (average_ ? sum / tree_count_ : sum);
    return points_ ? margin_of_points(*points_, total) : total;
  }
  Score score_of_sum(double sum) const noexcept;
  double start_of_sum() const noexcept { return float32_sum_ ? base_value_ : 0; }
  double probability_of(double margin) const noexcept {
    const double p = probability_of_margin(link_, margin, link_scale_, float32_sum_);
    return calibration_ ? calibration_->apply(margin, p) : p;
  }
  double sum_of(const double* row) const;
  template <class Node>
  double sum_of(const Forest<Node>& forest, const double* row) const;
  double sum_of(const RankedForest& forest, const double* row) const;
  double sum_of(const TermTable& terms, const double* row) const { return terms.sum(row); }
  double sum_of(const std::shared_ptr<const Voting>& voting, const double* row) const;
  template <class Node>
  void sums_of(const Forest<Node>& forest, const double* rows, std::size_t count,
               double* sums) const;
  void sums_of(const RankedForest& forest, const double* rows, std::size_t count,
               double* sums) const;
  void sums_of_tile(const RankedForest& forest, const double* rows, double* sums) const;
  void sums_of(const TermTable& terms, const double* rows, std::size_t count, double* sums) const;
  void sums_of(const std::shared_ptr<const Voting>& voting, const double* rows, std::size_t count,
               double* sums) const;

  Link link_;
  bool average_;
  bool float32_sum_;
  double link_scale_;
  double base_value_;
  double tree_count_;
  std::optional<PointsScale> points_;
  std::optional<Calibration> calibration_;
  Slots slots_;
  std::variant<Forest<NarrowNode>, Forest<WideNode>, RankedForest, TermTable,
               std::shared_ptr<const Voting>>
      kernel_;
};

}  // namespace credit_risk
