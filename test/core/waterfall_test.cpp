#include "core/explain/waterfall/waterfall.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace credit_risk {
namespace {

std::size_t columns(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Every tag is closed in its turn, every attribute is quoted, every ampersand begins an entity.
bool is_well_formed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = 0; at < xml.size();) {
    if (xml[at] == '&') {
      const std::string entity = xml.substr(at, xml.find(';', at) - at + 1);
      if (entity != "&amp;" && entity != "&lt;" && entity != "&gt;" && entity != "&quot;")
        return false;
    }
    if (static_cast<unsigned char>(xml[at]) < 0x20 && xml[at] != '\n') return false;
    if (xml[at] == '>') return false;
    if (xml[at] != '<') {
      ++at;
      continue;
    }
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return false;
    const std::string tag = xml.substr(at + 1, end - at - 1);
    if (tag.find('<') != std::string::npos || std::count(tag.begin(), tag.end(), '"') % 2 != 0)
      return false;
    const std::string name = tag.substr(0, tag.find_first_of(" /", 1));
    if (tag[0] == '/') {
      if (open.empty() || "/" + open.back() != tag) return false;
      open.pop_back();
    } else if (tag.back() != '/') {
      open.push_back(name);
    }
    at = end + 1;
  }
  return open.empty();
}

// Hand-calculated in test/sql/explain.sql.
Waterfall tenant() {
  Waterfall waterfall;
  waterfall.output_name = "probability of default";
  waterfall.base_value = 0.29;
  waterfall.output = 0.7;
  waterfall.steps = {
      {"debt", "60", 0.1725}, {"income", "20000", 0.15}, {"housing", "rent", 0.0875}};
  return waterfall;
}

TEST(WaterfallText, DrawsBarsThatFollowEachOther) {
  EXPECT_EQ(
      waterfall_text(tenant()),
      "probability of default                        0.2900                               0.7000\n"
      "base value                                    │                                             "
      "  0.2900\n"
      "debt = 60                             +0.1725 ██████████████████                            "
      "  0.4625\n"
      "income = 20000                        +0.1500                   ████████████████            "
      "  0.6125\n"
      "housing = rent                        +0.0875                                   █████████   "
      "  0.7000\n"
      "output                                                                                  │   "
      "  0.7000\n"
      "█ raises the risk   ▒ lowers it");
}

TEST(WaterfallText, FitsInto100ColumnsWhateverTheNames) {
  Waterfall waterfall = tenant();
  waterfall.output_name = std::string(200, 'x');
  waterfall.steps.push_back({std::string(200, 'n'), std::string(200, 'v'), -1e300});
  waterfall.steps.push_back(
      {"Größe des Grundstücks in Quadratmetern (geschätzt)", "größer als gewöhnlich", 2e300});
  waterfall.steps.push_back({"line\nfeed\x01\xFF", "tab\t", 1e-300});
  waterfall.other_features = 12;
  waterfall.other_impact = 3;
  waterfall.output = 1e300;
  const std::vector<std::string> lines = lines_of(waterfall_text(waterfall));
  ASSERT_EQ(lines.size(), 1u + 1 + 6 + 1 + 1 + 1);
  for (const std::string& line : lines) EXPECT_LE(columns(line), 100u) << line;
  EXPECT_NE(lines[5].find("\u2026 = vvvvvvvvvvvvvvv\u2026"), std::string::npos) << lines[5];
  EXPECT_EQ(lines[7].rfind("line feed \uFFFD = tab  ", 0), 0u) << lines[7];
  EXPECT_EQ(lines[8].rfind("12 other features ", 0), 0u);
}

TEST(WaterfallText, TellsAFallingPointScaleApart) {
  Waterfall waterfall = tenant();
  waterfall.rising_is_risk = false;
  waterfall.base_value = 690.5;
  waterfall.output = 465;
  waterfall.steps = {{"debt", "60", -300}, {"income", "", 74.5}};
  const std::vector<std::string> lines = lines_of(waterfall_text(waterfall));
  EXPECT_NE(lines[2].find("-300.00"), std::string::npos);
  EXPECT_NE(lines[2].find("█"), std::string::npos) << "fewer points are more risk";
  EXPECT_NE(lines[3].find("▒"), std::string::npos);
}

TEST(WaterfallText, DrawsAConstantAndAnEmptyModel) {
  Waterfall constant;
  constant.output_name = "log-odds";
  constant.base_value = constant.output = -2.5;
  constant.steps = {{"x", "1", 0}};
  EXPECT_EQ(lines_of(waterfall_text(constant)).size(), 5u);
  EXPECT_EQ(waterfall_text(constant).find("+0"), std::string::npos);
  constant.steps.clear();
  EXPECT_EQ(lines_of(waterfall_text(constant)).size(), 4u);
}

TEST(WaterfallText, KeepsTheSignsOfTinyAndNegativeNumbers) {
  Waterfall tiny;
  tiny.output_name = "log-odds";
  tiny.base_value = -3e-9;
  tiny.output = -1e-9;
  tiny.steps = {{"x", "1", 2e-9}, {"y", "1", -1e-20}};
  const std::string text = waterfall_text(tiny);
  EXPECT_NE(text.find("-3e-09"), std::string::npos) << text;
  EXPECT_NE(text.find("+2e-09"), std::string::npos) << text;
  Waterfall rounded = tenant();
  rounded.steps[2].impact = -1e-9;
  EXPECT_EQ(waterfall_text(rounded).find("-0.0000"), std::string::npos);
}

TEST(WaterfallSvg, IsWellFormedWhateverTheTexts) {
  EXPECT_TRUE(is_well_formed(waterfall_svg(tenant())));
  Waterfall hostile = tenant();
  hostile.output_name = "</title><script>alert(1)</script>";
  hostile.steps.push_back({"a<b & \"c\" > 'd'", "]]>\x01\x02", -0.1});
  hostile.steps.push_back({"\xEF\xBF\xBE\xED\xA0\x80\xC0\xAF\x80\xF8", "\xE2\x82", 0.1});
  const std::string svg = waterfall_svg(hostile);
  EXPECT_TRUE(is_well_formed(svg)) << svg;
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(svg.find("\xEF\xBF\xBE"), std::string::npos);
}

TEST(WaterfallSvg, StaysWithinItsFrame) {
  Waterfall wide = tenant();
  wide.base_value = -1.7e308;
  wide.output = 1.7e308;
  wide.steps = {{"x", "", 1.7e308}, {"y", "", 1.7e308}};
  const std::string svg = waterfall_svg(wide);
  EXPECT_TRUE(is_well_formed(svg));
  EXPECT_EQ(svg.find("inf"), std::string::npos) << svg;
  EXPECT_EQ(svg.find("nan"), std::string::npos) << svg;
  for (std::size_t at = svg.find(" x"); at != std::string::npos; at = svg.find(" x", at + 1)) {
    const std::size_t quote = svg.find('"', at);
    if (svg.compare(at, 7, " xmlns=") == 0) continue;
    const double x = std::stod(svg.substr(quote + 1));
    EXPECT_GE(x, 0);
    EXPECT_LE(x, 800);
  }
}

TEST(WaterfallSvg, TellsTheSameInWords) {
  const std::string svg = waterfall_svg(tenant());
  EXPECT_NE(svg.find("<title>What made the probability of default 0.7000</title>"),
            std::string::npos);
  EXPECT_NE(svg.find("<desc>Base value 0.2900; debt = 60: +0.1725; income = 20000: +0.1500; "
                     "housing = rent: +0.0875; output 0.7000.</desc>"),
            std::string::npos);
}

}  // namespace
}  // namespace credit_risk
