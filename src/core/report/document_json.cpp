// A report from its JSON form.
#include <cstring>

#include "core/error.hpp"
#include "core/json_value.hpp"
#include "core/report/document.hpp"

namespace credit_risk {
namespace {

constexpr std::size_t kMaxDepth = 16;

[[noreturn]] void refuse(const std::string& where, const char* what) {
  throw Error(ErrorKind::kInvalidInput, where + " must be " + what);
}

// A value and the way to it, for messages.
class Node {
 public:
  Node(const JsonValue* value, std::string where) : value_(value), where_(std::move(where)) {}

  Node operator[](const char* key) const {
    if (is_absent() || !value_->is_object()) refuse(where_, "an object");
    return {value_->find(key), where_ + "." + key};
  }

  bool is_absent() const { return value_ == nullptr || value_->is_null(); }

  std::string text() const {
    if (is_absent()) return {};
    if (!value_->is_string()) refuse(where_, "a text");
    return value_->string();
  }

  double number() const {
    if (is_absent() || !value_->is_number()) refuse(where_, "a number");
    return value_->number();
  }

  double number_or(double absent) const { return is_absent() ? absent : number(); }

  // Calls `read` with each element; none where the array is absent.
  template <typename Read>
  auto list(Read read) const -> std::vector<decltype(read(std::declval<Node>()))> {
    std::vector<decltype(read(std::declval<Node>()))> found;
    if (is_absent()) return found;
    if (!value_->is_array()) refuse(where_, "an array");
    for (std::size_t i = 0; i < value_->size(); ++i)
      found.push_back(read(Node(&(*value_)[i], where_ + "[" + std::to_string(i) + "]")));
    return found;
  }

  std::vector<double> numbers() const {
    return list([](const Node& node) { return node.number(); });
  }

  std::vector<std::string> texts() const {
    return list([](const Node& node) { return node.text(); });
  }

  [[noreturn]] void refuse_as(const char* what) const { refuse(where_, what); }

 private:
  const JsonValue* value_;
  std::string where_;
};

Axis read_axis(const Node& node) {
  return {node["label"].text(), node["low"].number_or(0), node["high"].number_or(0)};
}

SeriesForm read_form(const Node& node) {
  const std::string form = node.text();
  if (form == "line") return SeriesForm::kLine;
  if (form == "dashed") return SeriesForm::kDashed;
  if (form == "dots") return SeriesForm::kDots;
  if (form == "intervals") return SeriesForm::kIntervals;
  node.refuse_as("\"line\", \"dashed\", \"dots\" or \"intervals\"");
}

Point read_point(const Node& node) {
  const std::vector<double> at = node.numbers();
  if (at.size() != 2 && at.size() != 4) node.refuse_as("[x, y] or [x, y, low, high]");
  const bool plain = at.size() == 2;
  return {at[0], at[1], plain ? at[1] : at[2], plain ? at[1] : at[3]};
}

Series read_series(const Node& node) {
  return {node["name"].text(), read_form(node["form"]), node["points"].list(read_point)};
}

Dot read_dot(const Node& node) {
  const std::vector<double> at = node.numbers();
  if (at.size() != 2) node.refuse_as("[x, level]");
  return {at[0], at[1]};
}

ColumnChart read_columns(const Node& node) {
  ColumnChart chart{node["title"].text(),
                    node["x_label"].text(),
                    node["y_label"].text(),
                    node["edges"].numbers(),
                    {}};
  if (chart.edges.size() < 2) node["edges"].refuse_as("two numbers or more");
  chart.series = node["series"].list([&](const Node& columns) {
    Columns read{columns["name"].text(), columns["values"].numbers()};
    if (read.values.size() + 1 != chart.edges.size())
      columns["values"].refuse_as("one number for each range");
    return read;
  });
  return chart;
}

Chart read_chart(const Node& node) {
  const std::string kind = node["kind"].text();
  const std::string title = node["title"].text();
  if (kind == "curves") {
    return CurveChart{title, read_axis(node["x"]), read_axis(node["y"]),
                      node["series"].list(read_series)};
  }
  if (kind == "bars") {
    return BarChart{title, node["label"].text(), node["bars"].list([](const Node& bar) {
                      return Bar{bar["name"].text(), bar["value"].number()};
                    })};
  }
  if (kind == "columns") return read_columns(node);
  if (kind == "swarms") {
    return SwarmChart{title, node["label"].text(), node["swarms"].list([](const Node& swarm) {
                        return Swarm{swarm["name"].text(), swarm["dots"].list(read_dot)};
                      })};
  }
  node["kind"].refuse_as("\"curves\", \"bars\", \"columns\" or \"swarms\"");
}

Table read_table(const Node& node) {
  Table table{node["title"].text(), node["columns"].texts(), {}};
  table.rows = node["rows"].list([&](const Node& row) {
    std::vector<std::string> cells = row.texts();
    if (cells.size() != table.columns.size()) row.refuse_as("one text for each column");
    return cells;
  });
  return table;
}

Section read_section(const Node& node) {
  return {node["title"].text(), node["paragraphs"].texts(), node["charts"].list(read_chart),
          node["tables"].list(read_table)};
}

}  // namespace

Document parse_document(const char* json, std::size_t size) {
  const JsonValue value = parse_json(json, size, kMaxDepth, "the report document");
  const Node root(&value, "document");
  return {root["title"].text(), root["subtitle"].text(),
          root["headlines"].list([](const Node& node) {
            return Headline{node["name"].text(), node["value"].text(), node["note"].text()};
          }),
          root["sections"].list(read_section), root["signatures"].texts()};
}

}  // namespace credit_risk
