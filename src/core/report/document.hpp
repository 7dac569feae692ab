// A report as it is handed over: sections of text, tables and charts. What they say is decided
// where the figures come from; how they look is decided here.
#pragma once
#include <string>
#include <variant>
#include <vector>

namespace credit_risk {

// The range of an axis; where `low` is not below `high`, that of the points.
struct Axis {
  std::string label;
  double low = 0, high = 0;
};

enum class SeriesForm { kLine, kDashed, kDots, kIntervals };

struct Point {
  double x, y;
  double low, high;  // of an interval
};

struct Series {
  std::string name;
  SeriesForm form = SeriesForm::kLine;
  std::vector<Point> points;
};

// Curves and points over two axes.
struct CurveChart {
  std::string title;
  Axis x, y;
  std::vector<Series> series;
};

struct Bar {
  std::string name;
  double value;
};

// A horizontal bar for each name.
struct BarChart {
  std::string title, label;
  std::vector<Bar> bars;
};

struct Columns {
  std::string name;
  std::vector<double> values;
};

// Columns side by side over the ranges between edges.
struct ColumnChart {
  std::string title;
  std::string x_label, y_label;
  std::vector<double> edges;
  std::vector<Columns> series;
};

// A dot for each row: where it lies, and how high the feature's value is among the rows.
struct Dot {
  double x;
  double level;  // 0 to 1; below 0: missing
};

struct Swarm {
  std::string name;
  std::vector<Dot> dots;
};

// A band of dots for each name.
struct SwarmChart {
  std::string title, label;
  std::vector<Swarm> swarms;
};

using Chart = std::variant<CurveChart, BarChart, ColumnChart, SwarmChart>;

struct Table {
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // a cell for each column
};

struct Section {
  std::string title;
  std::vector<std::string> paragraphs;
  std::vector<Chart> charts;
  std::vector<Table> tables;
};

// A figure to be seen first.
struct Headline {
  std::string name, value, note;
};

struct Document {
  std::string title, subtitle;
  std::vector<Headline> headlines;
  std::vector<Section> sections;
  std::vector<std::string> signatures;  // who is to sign, as what
};

// Throws kBadModel (not JSON) or kInvalidInput (not a report) and says where. The form: see
// doc/report.md.
Document parse_document(const char* json, std::size_t size);

// One HTML page without script, style sheet, font or picture from elsewhere.
std::string html_page(const Document& document);

}  // namespace credit_risk
