// Reports: the form of the document, charts that stay inside their picture, text that stays text.
#include <gtest/gtest.h>

#include <cstring>

#include "core/error.hpp"
#include "core/markup.hpp"
#include "core/report/charts.hpp"
#include "core/report/document.hpp"
#include "core/report/plot.hpp"

namespace credit_risk {
namespace {

std::vector<double> attributes(const std::string& svg, const char* name) {
  std::vector<double> found;
  const std::string begin = std::string(" ") + name + "=\"";
  for (std::size_t at = svg.find(begin); at != svg.npos; at = svg.find(begin, at + 1))
    found.push_back(std::stod(svg.substr(at + begin.size())));
  return found;
}

std::string refusal(const char* json) {
  try {
    parse_document(json, std::strlen(json));
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Scale, TellsLargeAndTinyNumbersInFewCharacters) {
  const auto labels = [](double low, double high) {
    const Scale scale(low, high, 0, 100);
    std::string text;
    for (const double tick : scale.ticks()) text += scale.tick_label(tick) + " ";
    return text;
  };
  EXPECT_EQ(labels(0, 99999), "0 20000 40000 60000 80000 ");
  EXPECT_EQ(labels(0, 250000), "0 50k 100k 150k 200k 250k ");
  EXPECT_EQ(labels(0, 123456789), "0 25M 50M 75M 100M ");
  EXPECT_EQ(labels(-3e9, 1e9), "-3bn -2bn -1bn 0 1bn ");
  EXPECT_EQ(labels(0, 4e14), "0 1e14 2e14 3e14 4e14 ");
  EXPECT_EQ(labels(0, 0.000012), "0.00 0.25e-5 0.50e-5 0.75e-5 1.00e-5 ");
  EXPECT_EQ(labels(0.002, 0.004), "0.0020 0.0025 0.0030 0.0035 0.0040 ");
  EXPECT_EQ(short_number(0.1234567, 3), "0.123");
  EXPECT_EQ(short_number(123456789.1, 3), "123.5M");
  EXPECT_EQ(short_number(0, 3), "0.000");
}

TEST(Scale, MarksRoundNumbersWithinTheRange) {
  const Scale unit(0, 1, 0, 100);
  EXPECT_EQ(unit.ticks(), (std::vector<double>{0, 0.25, 0.5, 0.75, 1}));
  EXPECT_EQ(unit.tick_label(0.25), "0.25");
  const Scale scores(300, 850, 0, 100);
  EXPECT_EQ(scores.ticks(), (std::vector<double>{300, 400, 500, 600, 700, 800}));
  EXPECT_EQ(scores.tick_label(300), "300");
  for (const double high : {1e-9, 0.003, 7.0, 1e12}) {
    const Scale scale(0, high, 0, 100);
    EXPECT_GE(scale.ticks().size(), 4u) << high;
    EXPECT_LE(scale.ticks().size(), 9u) << high;
    EXPECT_LE(scale.ticks().back(), high * (1 + 1e-8)) << high;
  }
}

TEST(Scale, WidensARangeWithoutLengthAndKeepsWhatLiesOutside) {
  for (const double value : {0.0, 5.0, -3.0}) {
    const Scale scale(value, value, 0, 100);
    EXPECT_LT(scale.low(), scale.high());
    EXPECT_EQ(scale.place(value), 50);
  }
  const Scale scale(0, 1, 100, 0);
  EXPECT_EQ(scale.place(2), 0);
  EXPECT_EQ(scale.place(-2), 100);
}

TEST(Charts, PutPointsWhereTheyBelong) {
  const CurveChart chart{
      "t", {"x", 0, 1}, {"y", 0, 1}, {{"a", SeriesForm::kDots, {{0, 0, 0, 0}, {1, 1, 1, 1}}}}};
  const std::string svg = chart_svg(chart);
  EXPECT_EQ(attributes(svg, "cx"), (std::vector<double>{52, 448}));
  EXPECT_EQ(attributes(svg, "cy"), (std::vector<double>{262, 62}));
}

TEST(Charts, DrawBarsInProportion) {
  const std::string svg = chart_svg(BarChart{"t", "share", {{"a", 0.5}, {"b", 0.25}}});
  const std::vector<double> widths = attributes(svg, "width");
  ASSERT_EQ(widths.size(), 3u);  // the picture's too
  EXPECT_NEAR(widths[1], 2 * widths[2], 0.11);
}

TEST(Charts, KeepASwarmInItsBand) {
  Swarm swarm{"a", {}};
  for (int i = 0; i < 1000; ++i) swarm.dots.push_back({i % 7 * 0.01, i / 1000.0});
  swarm.dots.push_back({0.5, -1});
  const std::vector<double> heights = attributes(chart_svg(SwarmChart{"t", "x", {swarm}}), "cy");
  ASSERT_EQ(heights.size(), 1001u);
  for (const double height : heights) EXPECT_NEAR(height, heights[0], 8.01);
}

TEST(Charts, DrawNothingOfNothing) {
  for (const std::string& svg : {chart_svg(CurveChart{}), chart_svg(BarChart{}),
                                 chart_svg(SwarmChart{"t", "x", {{"a", {}}}}),
                                 chart_svg(ColumnChart{"t", "x", "y", {0, 1}, {}})}) {
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_EQ(svg.find("inf"), std::string::npos);
    EXPECT_EQ(svg.substr(svg.size() - 7), "</svg>\n");
  }
}

TEST(Page, KeepsTextAsText) {
  Document document;
  document.title = "<script>alert(1)</script>";
  document.headlines = {{"a<b", "\"1\"", "&"}};
  document.sections = {
      {"<h1>", {"<p>"}, {BarChart{"<t>", "<l>", {{"<n>", 1}}}}, {{"<t>", {"<c>"}, {{"<td>"}}}}}};
  document.signatures = {"<i>"};
  const std::string html = html_page(document);
  EXPECT_EQ(html.find("<script>"), std::string::npos);
  EXPECT_NE(html.find("&lt;script&gt;"), std::string::npos);
  for (const char* tag : {"<n>", "<t>", "<l>", "<c>", "<i>", "<b>\"1\""})
    EXPECT_EQ(html.find(tag), std::string::npos) << tag;
}

TEST(Page, AlignsColumnsOfNumbersToTheRight) {
  Document document;
  document.sections = {
      {"s", {}, {}, {{"", {"name", "number"}, {{"a", "1.50"}, {"b", ""}, {"2", "-3 %"}}}}}};
  const std::string html = html_page(document);
  EXPECT_NE(html.find("<th>name</th>"), std::string::npos);
  EXPECT_NE(html.find("<th class=\"number\">number</th>"), std::string::npos);
  EXPECT_NE(html.find("<td>2</td>"), std::string::npos);
}

TEST(DocumentForm, SaysWhereItIsWrong) {
  EXPECT_EQ(refusal("{}"), "accepted");
  EXPECT_EQ(refusal("1"), "document must be an object");
  EXPECT_EQ(refusal(R"({"sections": {}})"), "document.sections must be an array");
  EXPECT_EQ(
      refusal(
          R"({"sections": [{}, {"charts": [{"kind": "curves", "x": {}, "y": {}, "series": [{"form": "zigzag"}]}]}]})"),
      "document.sections[1].charts[0].series[0].form must be \"line\", \"dashed\", \"dots\" or "
      "\"intervals\"");
  EXPECT_EQ(
      refusal(
          R"({"sections": [{"charts": [{"kind": "swarms", "swarms": [{"name": "a", "dots": [[1]]}]}]}]})"),
      "document.sections[0].charts[0].swarms[0].dots[0] must be [x, level]");
  EXPECT_EQ(
      refusal(
          R"({"sections": [{"charts": [{"kind": "columns", "edges": [0, 1], "series": [{"values": [1, 2]}]}]}]})"),
      "document.sections[0].charts[0].series[0].values must be one number for each range");
}

TEST(FixedNumber, HasNoSignAtZero) {
  EXPECT_EQ(fixed_number(-0.04, 1), "0.0");
  EXPECT_EQ(fixed_number(-0.06, 1), "-0.1");
  EXPECT_EQ(fixed_number(1234.5, 0), "1234");
}

}  // namespace
}  // namespace credit_risk
