#include <algorithm>

#include "core/markup.hpp"
#include "core/report/charts.hpp"
#include "core/report/document.hpp"

namespace credit_risk {
namespace {

constexpr const char* kStyle = R"css(
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 980px; padding: 32px 24px 64px; background: #ffffff; color: #222222;
  font: 14px/1.5 "Helvetica Neue", Arial, "Liberation Sans", sans-serif; }
header { border-bottom: 3px solid #1f4e79; padding-bottom: 12px; }
h1 { font-size: 26px; margin: 0; color: #1f4e79; }
header p { margin: 4px 0 0; color: #555555; }
h2 { font-size: 18px; color: #1f4e79; border-bottom: 1px solid #d0d7de; margin: 36px 0 12px; padding-bottom: 4px; }
h3 { font-size: 13px; margin: 18px 0 4px; }
p { margin: 8px 0; max-width: 78ch; }
nav { columns: 2; margin: 16px 0; font-size: 13px; }
nav a { color: #1f4e79; text-decoration: none; display: block; }
.headlines { display: flex; flex-wrap: wrap; gap: 12px; margin: 20px 0; }
.headlines div { flex: 1 1 130px; border: 1px solid #d0d7de; border-radius: 6px; padding: 10px 14px; }
.headlines b { display: block; font-size: 22px; line-height: 1.3; }
.headlines span { color: #555555; font-size: 12px; display: block; }
.charts { display: flex; flex-wrap: wrap; gap: 20px; align-items: flex-start; }
.charts svg { max-width: 100%; height: auto; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; margin: 4px 0 12px; font-variant-numeric: tabular-nums; }
th { text-align: left; border-bottom: 2px solid #1f4e79; padding: 4px 14px 4px 0; vertical-align: bottom; }
td { border-bottom: 1px solid #e4e4e4; padding: 3px 14px 3px 0; vertical-align: top; overflow-wrap: anywhere; }
th.number, td.number { text-align: right; white-space: nowrap; }
.signatures { display: flex; flex-wrap: wrap; gap: 32px; margin-top: 56px; }
.signatures div { flex: 1 1 200px; border-top: 1px solid #222222; padding-top: 6px; color: #555555; }
@media print { body { max-width: none; padding: 0; } section, svg, tr { break-inside: avoid; } nav { display: none; } }
)css";

// Digits, with a sign, a point, separators, a percent sign or a word for none.
bool is_number(const std::string& cell) {
  const bool figures = cell.find_first_not_of("0123456789+-.,% e") == std::string::npos;
  return figures && cell.find_first_of("0123456789") != std::string::npos;
}

// Whether a column holds numbers, as far as it holds anything.
bool holds_numbers(const Table& table, std::size_t column) {
  bool any = false;
  for (const auto& row : table.rows) {
    if (row[column].empty()) continue;
    if (!is_number(row[column])) return false;
    any = true;
  }
  return any;
}

class Page {
 public:
  explicit Page(const Document& document) : document_(document) {}

  std::string write() {
    html_ =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
        "name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\">\n";
    element("title", document_.title);
    html_ += std::string("<style>") + kStyle + "</style>\n</head>\n<body>\n<header>\n";
    element("h1", document_.title);
    element("p", document_.subtitle);
    html_ += "</header>\n";
    headlines();
    contents();
    for (std::size_t i = 0; i < document_.sections.size(); ++i) section(i);
    signatures();
    return html_ + "</body>\n</html>\n";
  }

 private:
  void element(const char* tag, const std::string& text, const char* attributes = "") {
    html_ += std::string("<") + tag + attributes + ">" + escape_markup(text) + "</" + tag + ">\n";
  }

  void headlines() {
    if (document_.headlines.empty()) return;
    html_ += "<div class=\"headlines\">\n";
    for (const Headline& headline : document_.headlines) {
      html_ += "<div>";
      element("span", headline.name);
      element("b", headline.value);
      element("span", headline.note);
      html_ += "</div>\n";
    }
    html_ += "</div>\n";
  }

  void contents() {
    html_ += "<nav>\n";
    for (std::size_t i = 0; i < document_.sections.size(); ++i) {
      const std::string href = " href=\"#s" + std::to_string(i + 1) + "\"";
      element("a", std::to_string(i + 1) + ". " + document_.sections[i].title, href.c_str());
    }
    html_ += "</nav>\n";
  }

  void section(std::size_t index) {
    const Section& section = document_.sections[index];
    html_ += "<section id=\"s" + std::to_string(index + 1) + "\">\n";
    element("h2", std::to_string(index + 1) + ". " + section.title);
    for (const std::string& paragraph : section.paragraphs) element("p", paragraph);
    if (!section.charts.empty()) {
      html_ += "<div class=\"charts\">\n";
      for (const Chart& chart : section.charts)
        html_ += std::visit([](const auto& kind) { return chart_svg(kind); }, chart);
      html_ += "</div>\n";
    }
    for (const Table& one : section.tables) table(one);
    html_ += "</section>\n";
  }

  void table(const Table& table) {
    if (!table.title.empty()) element("h3", table.title);
    std::vector<const char*> looks;
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      looks.push_back(holds_numbers(table, c) ? " class=\"number\"" : "");
    html_ += "<div class=\"wide\"><table>\n<thead><tr>";
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      element("th", table.columns[c], looks[c]);
    html_ += "</tr></thead>\n<tbody>\n";
    for (const auto& row : table.rows) {
      html_ += "<tr>";
      for (std::size_t c = 0; c < row.size(); ++c) element("td", row[c], looks[c]);
      html_ += "</tr>\n";
    }
    html_ += "</tbody></table></div>\n";
  }

  void signatures() {
    if (document_.signatures.empty()) return;
    html_ += "<div class=\"signatures\">\n";
    for (const std::string& who : document_.signatures) element("div", who);
    html_ += "</div>\n";
  }

  const Document& document_;
  std::string html_;
};

}  // namespace

std::string html_page(const Document& document) { return Page(document).write(); }

}  // namespace credit_risk
