// RegressionModel and Scorecard of PMML as terms.
#pragma once
#include "core/model/formats/pmml/fields.hpp"
#include "core/model/formats/xml.hpp"
#include "core/model/model.hpp"

namespace credit_risk {

// A RegressionModel: margin = base value + terms, with logit link.
void read_pmml_regression(const XmlNode& node, const PmmlFields& fields, const PmmlScope& scope,
                          Model& model);

// What a RegressionModel makes of one other value `name`: probability = logistic(offset + slope *
// value), or the value itself where there is no link.
struct PmmlLink {
  double offset = 0, slope = 1;
  bool logistic = false;
};
PmmlLink read_pmml_link(const XmlNode& node, const PmmlFields& fields, std::string_view name);

// A Scorecard: base value + terms are its score.
void read_pmml_scorecard(const XmlNode& node, const PmmlScope& scope, Model& model);

// The scale that Extension elements of a Scorecard tell: base_points, base_odds (good to bad at
// them) and points_to_double_odds.
PointsScale read_pmml_points(const XmlNode& node);

}  // namespace credit_risk
