#include "core/train/data/row_collector.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <utility>

#include "core/error.hpp"
#include "core/metrics/scored.hpp"
#include "core/model/validate.hpp"
#include "core/train/data/binned_matrix.hpp"
#include "core/train/guard_rails.hpp"

namespace credit_risk {
namespace {

constexpr std::uint32_t kPollRows = 65536;
constexpr std::uint64_t kMegabyte = 1024 * 1024;

std::string shortest(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.15g", number);
  return text;
}

// Renumbers the codes of a column so that its categories stand in the order of their bytes.
void sort_categories(Column& column, std::vector<double>* refused, const StopFlag& stop) {
  auto& categories = column.feature.categories;
  std::vector<std::uint32_t> order(categories.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&](auto a, auto b) { return categories[a] < categories[b]; });
  std::vector<double> new_code(categories.size());
  std::vector<std::string> sorted;
  for (const std::uint32_t old : order) {
    new_code[old] = static_cast<double>(sorted.size());
    sorted.push_back(categories[old]);
  }
  categories = std::move(sorted);
  const auto renumber = [&new_code](double code) {
    return std::isnan(code) ? code : new_code[static_cast<std::size_t>(code)];
  };
  if (std::is_sorted(order.begin(), order.end())) return;
  std::uint32_t ticks = 0;
  column.values.replace([&](double code) {
    if (ticks++ % kPollRows == 0) stop.poll();
    return renumber(code);
  });
  if (refused == nullptr) return;
  for (double& code : *refused) code = renumber(code);
}

}  // namespace

RowCollector::RowCollector(const std::vector<ColumnSpec>& columns, TargetSpec target,
                           std::uint64_t byte_limit, std::string weight, std::string time)
    : codes_(columns.size()),
      target_(std::move(target)),
      weight_(std::move(weight)),
      time_(std::move(time)),
      byte_limit_(byte_limit) {
  for (const ColumnSpec& spec : columns) {
    data_.columns.push_back(
        {{spec.name, spec.is_text ? FeatureKind::kCategorical : FeatureKind::kNumeric, {}}, {}});
  }
}

void RowCollector::add(const CellValue* cells, std::size_t rows, const StopFlag& stop) {
  const std::size_t width = data_.columns.size();
  const std::size_t stride = width + 1 + !weight_.empty() + !time_.empty();
  for (std::size_t row = 0; row < rows; ++row, cells += stride) {
    if (cells[width].missing) {
      add_refused(cells);
      continue;
    }
    data_.target.push_back(label_of(cells[width]));
    add_weight_and_time(cells + width + 1);
    for (std::size_t c = 0; c < width; ++c)
      data_.columns[c].values.push_back(value_of(c, cells[c]));
  }
  pack(stop);
  check_memory();
}

void RowCollector::pack(const StopFlag& stop) {
  for (Column& column : data_.columns) {
    stop.poll();
    column.values.pack();
    if (data_.rows() >= kCompactRows) column.values.round_to_single();
  }
}

void RowCollector::keep_refused() {
  keeps_refused_ = true;
  data_.refused.resize(data_.columns.size());
}

void RowCollector::add_refused(const CellValue* cells) {
  if (!keeps_refused_) {
    ++skipped_;
    return;
  }
  for (std::size_t c = 0; c < data_.refused.size(); ++c)
    data_.refused[c].push_back(value_of(c, cells[c]));
}

double RowCollector::value_of(std::size_t column, const CellValue& cell) {
  if (cell.missing) return std::numeric_limits<double>::quiet_NaN();
  const bool text = data_.columns[column].feature.kind == FeatureKind::kCategorical;
  return text ? code_of(column, cell) : cell.number;
}

std::uint8_t RowCollector::label_of(const CellValue& cell) {
  if (!target_.has_positive) {
    if (cell.number == 0 || cell.number == 1) return cell.number == 1;
    throw Error(ErrorKind::kInvalidInput,
                "target \"" + target_.name + "\" must be boolean or hold 0 and 1",
                "It holds " + shortest(cell.number) + ".",
                "Name the value that counts as 1 in params.positive, or compare in the query.");
  }
  const std::string text(cell.text, cell.size);
  if (text == target_.positive) {
    positive_seen_ = true;
    return 1;
  }
  if (!other_known_) {
    other_known_ = true;
    other_ = text;
  }
  if (text != other_) {
    throw Error(
        ErrorKind::kInvalidInput, "target \"" + target_.name + "\" has more than two values",
        "Besides \"" + target_.positive + "\" it holds \"" + other_ + "\" and \"" + text + "\".",
        tells_of_refusal(text) || tells_of_refusal(other_)
            ? "A refused application has no outcome: leave such rows out of the query."
            : "Make a boolean of it in the query, or leave rows out.");
  }
  return 0;
}

std::vector<std::string> RowCollector::labels() const {
  std::vector<std::string> result;
  if (positive_seen_) result.push_back(target_.positive);
  if (other_known_) result.push_back(other_);
  return result;
}

void RowCollector::add_weight_and_time(const CellValue* cells) {
  if (!weight_.empty()) data_.weights.push_back(weight_of(*cells++));
  if (time_.empty()) return;
  if (cells->missing) {
    throw Error(ErrorKind::kInvalidInput, "time_column \"" + time_ + "\" is NULL in a row", "",
                "Leave such rows out of the query, or name another column.");
  }
  data_.time.push_back(cells->number);
}

double RowCollector::weight_of(const CellValue& cell) const {
  const double weight = cell.missing ? 0.0 : cell.number;
  if (weight >= kLeastWeight && weight <= kGreatestWeight) return weight;
  throw Error(ErrorKind::kInvalidInput,
              "weight \"" + weight_ + "\" must be between 1e-100 and 1e100",
              cell.missing ? "It is missing in a row." : "It is " + shortest(weight) + " in a row.",
              "Leave rows that do not count out of the query.");
}

double RowCollector::code_of(std::size_t column, const CellValue& cell) {
  auto& categories = data_.columns[column].feature.categories;
  const auto [place, is_new] = codes_[column].emplace(
      std::string(cell.text, cell.size), static_cast<std::uint32_t>(categories.size()));
  if (is_new) {
    if (cell.size > kMaxCategoryBytes) {
      throw Error(ErrorKind::kLimit,
                  "column \"" + data_.columns[column].feature.name + "\" has too long a category",
                  "A text has " + std::to_string(cell.size) + " bytes, of " +
                      std::to_string(kMaxCategoryBytes) + " at most.",
                  "Leave the column out with params.exclude, or shorten its values in the query.");
    }
    if (categories.size() == kMaxTrainingCategories) {
      throw Error(
          ErrorKind::kLimit,
          "column \"" + data_.columns[column].feature.name + "\" has too many categories",
          "It has more than " + std::to_string(kMaxTrainingCategories) + " different texts.",
          "Leave the column out with params.exclude, or group its values in the query.");
    }
    categories.push_back(place->first);
  }
  return static_cast<double>(place->second);
}

void RowCollector::check_memory() const {
  const std::uint64_t needed = training_bytes(data_);
  if (needed <= byte_limit_) return;
  throw Error(ErrorKind::kLimit, "the training set needs too much memory",
              "After " + std::to_string(data_.rows()) +
                  " rows (features: " + std::to_string(data_.columns.size()) +
                  ") training needs more than " + std::to_string(byte_limit_ / kMegabyte) + " MB.",
              "Raise credit_risk.training_memory, or train on a sample of the rows.");
}

TrainingData RowCollector::finish(const StopFlag& stop) {
  if (target_.has_positive && data_.rows() > 0 && !positive_seen_) {
    throw Error(ErrorKind::kInvalidInput,
                "target \"" + target_.name + "\" never is \"" + target_.positive + "\"",
                "In every row it is \"" + other_ + "\".",
                "Name one of its values in params.positive.");
  }
  for (std::size_t c = 0; c < data_.columns.size(); ++c) {
    if (data_.columns[c].feature.kind == FeatureKind::kCategorical)
      sort_categories(data_.columns[c], keeps_refused_ ? &data_.refused[c] : nullptr, stop);
  }
  codes_.clear();
  return std::move(data_);
}

}  // namespace credit_risk
