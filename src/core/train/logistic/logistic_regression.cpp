#include "core/train/logistic/logistic_regression.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/error.hpp"
#include "core/metrics/normal.hpp"
#include "core/model/logistic.hpp"
#include "core/train/row_weights.hpp"

namespace credit_risk {
namespace {

class LogisticBuilder {
 public:
  LogisticBuilder(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                  const LogisticParams& params, const StopFlag& stop);

  LogisticRegression build();

 private:
  const Feature& feature(std::size_t f) const { return data_.columns[f].feature; }
  double value(std::size_t f, std::uint32_t row) const { return data_.columns[f].values[row]; }
  void weigh();
  void fit();
  void refuse_unless_converged() const;
  std::string place_of(const DesignColumn& column) const;
  Term term_of(std::size_t f) const;
  double term_value(const Term& term, std::uint32_t row) const;
  double importance_of(const Term& term) const;
  double unit_of(const DesignColumn& column) const;
  std::vector<LogisticCoefficient> coefficients() const;
  double raw_intercept() const;
  double intercept_error() const;

  const TrainingData& data_;
  const std::vector<std::uint32_t>& rows_;
  const LogisticParams& params_;
  const StopFlag& stop_;
  std::vector<std::uint8_t> labels_;
  std::vector<double> weights_;  // empty: 1 for each row
  DesignColumns design_;
  LogisticFit fit_;
};

LogisticBuilder::LogisticBuilder(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                                 const LogisticParams& params, const StopFlag& stop)
    : data_(data), rows_(rows), params_(params), stop_(stop) {
  for (const std::uint32_t row : rows) labels_.push_back(data.target[row]);
  weigh();
}

// Balanced: half of all weight for each class.
void LogisticBuilder::weigh() {
  std::vector<double> weights = weights_of(data_, rows_);
  const bool weighted = !weights.empty();
  if (!weighted) weights.assign(labels_.size(), 1.0);
  double of_class[2] = {params_.class_weights[0], params_.class_weights[1]};
  if (params_.balanced) {
    double sums[2] = {0.0, 0.0};
    for (std::size_t i = 0; i < labels_.size(); ++i) sums[labels_[i]] += weights[i];
    for (int c = 0; c < 2; ++c) of_class[c] = (sums[0] + sums[1]) / (2 * sums[c]);
  }
  if (!weighted && of_class[0] == 1 && of_class[1] == 1) return;
  for (std::size_t i = 0; i < labels_.size(); ++i) weights[i] *= of_class[labels_[i]];
  weights_ = std::move(weights);
}

void LogisticBuilder::fit() {
  design_ = design_columns(data_, rows_, params_.standardize, stop_);
  LogisticRows rows{
      {}, labels_.data(), weights_.empty() ? nullptr : weights_.data(), labels_.size()};
  for (const DesignColumn& column : design_.columns) rows.columns.push_back(&column);
  fit_ = fit_logistic(rows, {params_.l2, params_.l1}, stop_, params_.max_iterations);
  refuse_unless_converged();
}

std::string LogisticBuilder::place_of(const DesignColumn& column) const {
  if (column.kind() == CoefficientKind::kSlope) return "";
  if (column.kind() == CoefficientKind::kMissing) return "where it is missing";
  return "category \"" + feature(column.feature()).categories[column.category()] + "\"";
}

void LogisticBuilder::refuse_unless_converged() const {
  using Outcome = LogisticFit::Outcome;
  if (fit_.converged()) return;
  const auto refuse = [](const std::string& message, const std::string& detail,
                         const std::string& hint) {
    throw Error(ErrorKind::kInvalidInput, message, detail, hint);
  };
  if (fit_.outcome == Outcome::kUnfinished) {
    refuse("coefficients did not converge in " + std::to_string(fit_.steps) + " steps", "",
           "Raise params.max_iterations or params.l2.");
  }
  const DesignColumn& column = design_.columns.at(fit_.column);
  const std::string name = feature(column.feature()).name, place = place_of(column);
  const std::string hint =
      "Leave column \"" + name + "\" out with params.exclude, or set params.l2 above 0.";
  if (fit_.outcome == Outcome::kCollinear) {
    refuse("feature \"" + name + "\" adds nothing to the features before it",
           (place.empty() ? "Its numbers are" : "Its column of ones, " + place + ", is") +
               " constant or a weighted sum of theirs, so that no coefficients fit best.",
           hint);
  }
  refuse("the features separate the classes, so that no coefficients fit best",
         "The coefficient of feature \"" + name + "\"" + (place.empty() ? "" : ", " + place + ",") +
             " grows without end.",
         hint);
}

// What the term adds in a row of the training.
double LogisticBuilder::term_value(const Term& term, std::uint32_t row) const {
  const double x = value(static_cast<std::size_t>(term.feature), row);
  if (std::isnan(x)) return *term.missing;
  return term.kind == TermKind::kSlope ? term.slope * (x - term.center)
                                       : term.values[static_cast<std::size_t>(x)];
}

Term LogisticBuilder::term_of(std::size_t f) const {
  const bool number = feature(f).kind == FeatureKind::kNumeric;
  const std::size_t categories = feature(f).categories.size();
  Term term;
  term.feature = static_cast<std::int32_t>(f);
  term.kind = number ? TermKind::kSlope : TermKind::kCategories;
  term.center = design_.scales[f].center;
  term.values.assign(categories, 0.0);
  term.missing = 0.0;
  for (std::size_t c = 0; c < design_.columns.size(); ++c) {
    const DesignColumn& column = design_.columns[c];
    if (column.feature() != f) continue;
    const double coefficient = fit_.coefficients[c];
    if (column.kind() == CoefficientKind::kSlope) term.slope = coefficient / unit_of(column);
    if (column.kind() == CoefficientKind::kMissing) term.missing = coefficient;
    if (column.kind() == CoefficientKind::kCategory) term.values[column.category()] = coefficient;
  }
  double sum = 0;
  std::vector<bool> seen(categories + 1, false);  // missing last
  for (const std::uint32_t row : rows_) {
    sum += term_value(term, row);
    const double x = value(f, row);
    if (std::isnan(x))
      seen[categories] = true;
    else if (!number)
      seen[static_cast<std::size_t>(x)] = true;
  }
  term.mean = sum / static_cast<double>(rows_.size());
  if (!seen[categories]) term.missing = term.mean;
  if (!number) term.unrecognized = term.mean;
  for (std::size_t code = 0; code < categories; ++code)
    if (!seen[code]) term.values[code] = *term.mean;
  return term;
}

double LogisticBuilder::importance_of(const Term& term) const {
  double sum = 0;
  for (const std::uint32_t row : rows_) sum += std::fabs(term_value(term, row) - *term.mean);
  return sum;
}

double LogisticBuilder::unit_of(const DesignColumn& column) const {
  return column.kind() == CoefficientKind::kSlope ? design_.scales[column.feature()].deviation
                                                  : 1.0;
}

// That of a row whose numbers are 0.
double LogisticBuilder::raw_intercept() const {
  double intercept = fit_.intercept;
  for (std::size_t c = 0; c < design_.columns.size(); ++c) {
    const DesignColumn& column = design_.columns[c];
    if (column.kind() == CoefficientKind::kSlope)
      intercept -= fit_.coefficients[c] / unit_of(column) * design_.scales[column.feature()].center;
  }
  return intercept;
}

// Of raw_intercept(): the weighted sum v of the coefficients has the variance v' S v.
double LogisticBuilder::intercept_error() const {
  const std::size_t width = design_.columns.size() + 1;
  std::vector<double> v(width, 0.0);
  v[0] = 1.0;
  for (std::size_t c = 0; c + 1 < width; ++c) {
    const DesignColumn& column = design_.columns[c];
    if (column.kind() == CoefficientKind::kSlope)
      v[c + 1] = -design_.scales[column.feature()].center / unit_of(column);
  }
  double variance = 0;
  for (std::size_t i = 0; i < width; ++i)
    for (std::size_t j = 0; j < width; ++j)
      variance += v[i] * v[j] * fit_.covariance[i * width + j];
  return std::sqrt(variance);
}

std::vector<LogisticCoefficient> LogisticBuilder::coefficients() const {
  const bool with_errors = !fit_.covariance.empty() && weights_.empty();
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const std::size_t width = design_.columns.size() + 1;
  std::vector<LogisticCoefficient> result = {{CoefficientKind::kIntercept, 0, "", raw_intercept(),
                                              with_errors ? intercept_error() : kNone}};
  for (std::size_t c = 0; c + 1 < width; ++c) {
    const DesignColumn& column = design_.columns[c];
    const double unit = unit_of(column);
    const bool category = column.kind() == CoefficientKind::kCategory;
    result.push_back(
        {column.kind(), column.feature(),
         category ? feature(column.feature()).categories[column.category()] : "",
         fit_.coefficients[c] / unit,
         with_errors ? std::sqrt(fit_.covariance[(c + 1) * (width + 1)]) / unit : kNone});
  }
  return result;
}

LogisticRegression LogisticBuilder::build() {
  fit();
  LogisticRegression result;
  result.steps = fit_.steps;
  result.coefficients = coefficients();
  Model& model = result.model;
  model.algorithm = "logistic_regression";
  model.features = data_.features();
  model.link = Link::kLogit;
  model.base_value = fit_.intercept;
  double total = 0;
  for (std::size_t f = 0; f < data_.columns.size(); ++f) {
    stop_.poll();
    model.terms.push_back(term_of(f));
    result.importance.push_back(importance_of(model.terms.back()));
    total += result.importance.back();
  }
  for (double& share : result.importance)
    if (total > 0) share /= total;
  return result;
}

void refuse_param(const char* name, const char* rule) {
  throw Error(ErrorKind::kInvalidInput, std::string("parameter \"") + name + "\" must be " + rule);
}

nlohmann::json number_or_null(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
}

// e^x, without libm.
double odds_ratio(double x) { return logistic(x) / logistic(-x); }

nlohmann::json line_of(const LogisticCoefficient& line, const std::vector<Feature>& features) {
  using Kind = CoefficientKind;
  const bool intercept = line.kind == Kind::kIntercept;
  const std::string name = intercept ? "intercept" : features[line.feature].name;
  nlohmann::json object = {{"term", name},
                           {"feature", nullptr},
                           {"level", nullptr},
                           {"coefficient", line.value},
                           {"odds_ratio", number_or_null(odds_ratio(line.value))},
                           {"standard_error", number_or_null(line.standard_error)},
                           {"z", nullptr},
                           {"p_value", nullptr}};
  if (!intercept) object["feature"] = name;
  if (line.kind == Kind::kCategory) {
    object["level"] = line.category;
    object["term"] = name + " = " + line.category;
  }
  if (line.kind == Kind::kMissing) object["term"] = name + " is missing";
  const double z = line.value / line.standard_error;
  if (std::isfinite(z)) {
    object["z"] = z;
    object["p_value"] = normal_two_sided(z);
  }
  return object;
}

}  // namespace

void check(const LogisticParams& params) {
  const auto is_penalty = [](double value) { return value >= 0 && value <= 1e12; };
  if (!is_penalty(params.l2)) refuse_param("l2", "between 0 and 1e12");
  if (!is_penalty(params.l1)) refuse_param("l1", "between 0 and 1e12");
  check_class_weights(params.class_weights);
  if (params.max_iterations < 1 || params.max_iterations > 10000)
    refuse_param("max_iterations", "between 1 and 10000");
}

LogisticRegression train_logistic_regression(const TrainingData& data,
                                             const std::vector<std::uint32_t>& rows,
                                             const LogisticParams& params, const StopFlag& stop) {
  check(params);
  return LogisticBuilder(data, rows, params, stop).build();
}

nlohmann::json coefficient_table(const LogisticRegression& regression) {
  nlohmann::json lines = nlohmann::json::array();
  for (const LogisticCoefficient& line : regression.coefficients)
    lines.push_back(line_of(line, regression.model.features));
  return lines;
}

}  // namespace credit_risk
