// What one call of an explaining function in a query keeps from row to row: beside the model, by
// which method, in which scale and by which groups it explains.
#pragma once
#include <memory>
#include <string>

#include "core/explain/background/background_explainer.hpp"
#include "core/explain/feature_groups.hpp"
#include "core/explain/output_scale.hpp"
#include "pg/call_site.hpp"

namespace credit_risk::pg {

// Plain data in the current memory context: of a row, what each line adds.
struct Explanation {
  double* impacts;
  std::int32_t* order;  // lines, the greatest |impact| first
  std::int32_t lines;   // features, or groups and the features that are in none
  double base_value;
  double output;  // base_value + the sum of impacts
};

class ExplainSite : public CallSite {
 public:
  // After use_deployed, for each row: the SQL arguments, null for NULL. Errors: 22023 where the
  // model has no such scale or there is no such method, 55000 where the version has no background.
  void choose(const text* scale, const text* method);
  void group_by(Jsonb* groups);

  // Another number whenever model, scale or method are not those of the row before.
  std::uint64_t choice() const { return choice_; }

  const OutputScale& scale() const { return scale_; }
  const FeatureGroups* groups() const { return groups_.get(); }

  Explanation explain(const FeatureRow& row);

  // Of `count` rows, each of all features: impacts and outputs, in the scale, not by group. Can be
  // cancelled.
  void explain_rows(const double* rows, std::size_t count, double* impacts, double* outputs);
  double base_value();

 private:
  void choose_scale(const text* name);
  void choose_method(const text* name);
  // Core phase.
  double explain_row(const double* row, double* impacts);
  void explain_some(const double* rows, std::size_t count, double* impacts, double* outputs);

  std::uint64_t choice_ = 0;
  std::uint64_t scaled_look_up_ = 0;  // for which scale_ was chosen
  std::string scale_name_;
  OutputScale scale_{};
  std::uint64_t background_look_up_ = 0;                   // for which background_ was looked up
  std::shared_ptr<const BackgroundExplainer> background_;  // null: the training rows
  BackgroundExplainer::Scratch background_scratch_;
  std::uint64_t grouped_look_up_ = 0;
  std::string groups_json_;
  std::unique_ptr<FeatureGroups> groups_;
};

}  // namespace credit_risk::pg
