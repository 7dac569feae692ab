#include "core/report/charts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/markup.hpp"
#include "core/report/plot.hpp"

namespace credit_risk {
namespace {

constexpr double kWidth = 460, kHeight = 330;
constexpr double kLeft = 52, kRight = kWidth - 12, kTop = 62, kBottom = kHeight - 68;
constexpr double kLegend = kHeight - 10;
constexpr double kNameEnd = 190, kRow = 20;
constexpr std::size_t kNameWidth = 28;

// The least and greatest of what is given.
struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool is_empty() const { return low > high; }
};

Scale scale_of(const Axis& axis, Range points, double begin, double end) {
  if (axis.low < axis.high) return {axis.low, axis.high, begin, end};
  return points.is_empty() ? Scale(0, 1, begin, end) : Scale(points.low, points.high, begin, end);
}

class CurvePicture {
 public:
  explicit CurvePicture(const CurveChart& chart)
      : chart_(chart),
        picture_(kWidth, kHeight, chart.title),
        x_(scale_of(chart.x, range(&Point::x, &Point::x), kLeft, kRight)),
        y_(scale_of(chart.y, range(&Point::low, &Point::high), kBottom, kTop)) {}

  std::string draw() {
    picture_.x_axis(x_, kTop, kBottom, chart_.x.label);
    picture_.y_axis(y_, kLeft, kRight, chart_.y.label);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < chart_.series.size(); ++i) {
      draw(chart_.series[i], series_colour(i));
      names.push_back(chart_.series[i].name);
    }
    if (names.size() > 1) picture_.legend(kLeft, kLegend, names);
    return picture_.finish();
  }

 private:
  Range range(double Point::*low, double Point::*high) const {
    Range range;
    for (const Series& series : chart_.series) {
      for (const Point& point : series.points) {
        range.include(point.*low);
        range.include(point.*high);
      }
    }
    return range;
  }

  void draw(const Series& series, const char* colour) {
    if (series.form == SeriesForm::kLine || series.form == SeriesForm::kDashed) {
      std::string points;
      for (const Point& point : series.points)
        points += svg_number(x_.place(point.x)) + "," + svg_number(y_.place(point.y)) + " ";
      const bool dashed = series.form == SeriesForm::kDashed;
      picture_.polyline(points, colour, dashed ? " stroke-dasharray=\"5 4\"" : "");
      return;
    }
    for (const Point& point : series.points) {
      const double x = x_.place(point.x);
      if (series.form == SeriesForm::kIntervals) {
        picture_.line(x, y_.place(point.low), x, y_.place(point.high), colour,
                      " stroke-width=\"1.5\"");
      }
      picture_.circle(x, y_.place(point.y), 3.5, colour);
    }
  }

  const CurveChart& chart_;
  Picture picture_;
  const Scale x_, y_;
};

// Round numbers at the ends.
Scale wide_scale(Range values, double begin, double end) {
  const Scale tight(values.low, values.high, begin, end);
  const std::vector<double> ticks = tight.ticks();
  const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : 0;
  double low = tight.low(), high = tight.high();
  if (step > 0) {
    low = std::floor(low / step + 1e-9) * step;
    high = std::ceil(high / step - 1e-9) * step;
  }
  return {low, high, begin, end};
}

double height_of(std::size_t rows) { return kTop + kRow * static_cast<double>(rows) + 44; }

std::string rim() { return " fill-opacity=\"0.55\""; }

// Grey for missing values, else from blue (low) to red (high).
std::string level_colour(double level) {
  if (level < 0) return "#9a9a9a";
  constexpr int kLow[] = {0x1f, 0x6f, 0xa8}, kHigh[] = {0xb8, 0x32, 0x2a};
  std::string colour = "rgb(";
  for (int i = 0; i < 3; ++i) {
    const double part = kLow[i] + std::min(level, 1.0) * (kHigh[i] - kLow[i]);
    colour += fixed_number(part, 0) + (i < 2 ? "," : ")");
  }
  return colour;
}

// Draws one band: dots that would cover each other move apart, up and down in turn.
void draw_swarm(Picture* picture, const Swarm& swarm, const Scale& x, double middle) {
  constexpr double kRadius = 2, kHalfBand = kRow / 2 - 2;
  std::vector<int> stacked(static_cast<std::size_t>(kWidth / (2 * kRadius)) + 1, 0);
  for (const Dot& dot : swarm.dots) {
    const double at = x.place(dot.x);
    int& count = stacked[static_cast<std::size_t>(std::max(at, 0.0) / (2 * kRadius))];
    const double away = std::min((count + 1) / 2 * 1.2, kHalfBand);
    const double y = middle + (count % 2 == 0 ? away : -away);
    ++count;
    picture->circle(at, y, kRadius, level_colour(dot.level).c_str(), rim().c_str());
  }
}

}  // namespace

std::string chart_svg(const CurveChart& chart) { return CurvePicture(chart).draw(); }

std::string chart_svg(const BarChart& chart) {
  const double bottom = height_of(chart.bars.size()) - 44;
  Picture picture(kWidth, height_of(chart.bars.size()), chart.title);
  Range range;
  range.include(0);
  for (const Bar& bar : chart.bars) range.include(bar.value);
  const Scale x = wide_scale(range, kNameEnd, kRight - 40);
  picture.x_axis(x, kTop - 26, bottom, chart.label);
  double y = kTop - 18;
  for (const Bar& bar : chart.bars) {
    const auto [from, to] = std::minmax({x.place(0), x.place(bar.value)});
    picture.text({kNameEnd - 8, y + 11, "end"}, fit_text(bar.name, kNameWidth));
    picture.rectangle(from, y, std::max(to - from, 1.0), 14, series_colour(bar.value < 0));
    picture.text({to + 5, y + 11, "start", kGrey}, short_number(bar.value, 3));
    y += kRow;
  }
  return picture.finish();
}

std::string chart_svg(const ColumnChart& chart) {
  Picture picture(kWidth, kHeight, chart.title);
  Range range;
  range.include(0);
  std::vector<std::string> names;
  for (const Columns& columns : chart.series) {
    names.push_back(columns.name);
    for (const double value : columns.values) range.include(value);
  }
  const Scale x(chart.edges.front(), chart.edges.back(), kLeft, kRight);
  const Scale y = wide_scale(range, kBottom, kTop);
  picture.x_axis(x, kTop, kBottom, chart.x_label);
  picture.y_axis(y, kLeft, kRight, chart.y_label);
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    for (std::size_t i = 0; i + 1 < chart.edges.size(); ++i) {
      const double begin = x.place(chart.edges[i]), end = x.place(chart.edges[i + 1]);
      const double width = (end - begin - 2) / static_cast<double>(chart.series.size());
      const double top = y.place(chart.series[s].values[i]);
      picture.rectangle(begin + 1 + width * static_cast<double>(s), top, std::max(width, 0.5),
                        kBottom - top, series_colour(s));
    }
  }
  if (names.size() > 1) picture.legend(kLeft, kLegend, names);
  return picture.finish();
}

std::string chart_svg(const SwarmChart& chart) {
  const double bottom = height_of(chart.swarms.size()) - 44;
  Picture picture(kWidth, height_of(chart.swarms.size()), chart.title);
  Range range;
  range.include(0);
  for (const Swarm& swarm : chart.swarms) {
    for (const Dot& dot : swarm.dots) range.include(dot.x);
  }
  const Scale x = wide_scale(range, kNameEnd, kRight);
  picture.x_axis(x, kTop - 26, bottom, chart.label);
  picture.line(x.place(0), kTop - 26, x.place(0), bottom, kGrey);
  double y = kTop - 11;
  for (const Swarm& swarm : chart.swarms) {
    picture.text({kNameEnd - 8, y + 4, "end"}, fit_text(swarm.name, kNameWidth));
    draw_swarm(&picture, swarm, x, y);
    y += kRow;
  }
  return picture.finish();
}

}  // namespace credit_risk
