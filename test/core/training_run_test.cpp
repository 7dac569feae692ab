#include "core/train/training_run.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "core/error.hpp"
#include "core/json.hpp"
#include "core/model/codec.hpp"
#include "core/random.hpp"
#include "core/train/data/feature_choice.hpp"
#include "core/train/boosting/boosting_trainer.hpp"
#include "core/train/forest/forest_trainer.hpp"
#include "core/train/boosting/gradient_boosting.hpp"
#include "core/train/forest/random_forest.hpp"
#include "core/train/data/row_collector.hpp"
#include "core/train/forest/tree_grower.hpp"
#include "core/train/forest/tree_message.hpp"

namespace credit_risk {
namespace {

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TrainOptions options_of(const std::string& json) {
  return parse_train_options(json.data(), json.size());
}

const ForestParams& forest_of(const TrainOptions& options) {
  return options.trainer->as_forest()->params();
}

const BoostingParams& boosting_of(const TrainOptions& options) {
  return dynamic_cast<const BoostingTrainer&>(*options.trainer).params();
}

TrainingData data_of(int rows) {
  Random random(9);
  TrainingData data;
  data.columns = {{{"signal", FeatureKind::kNumeric, {}}, {}},
                  {{"kind", FeatureKind::kCategorical, {"a", "b", "c"}}, {}}};
  for (int i = 0; i < rows; ++i) {
    const double signal = random.uniform();
    const double kind = std::floor(random.uniform() * 3);
    data.columns[0].values.push_back(signal);
    data.columns[1].values.push_back(random.uniform() < 0.1 ? NAN : kind);
    data.target.push_back(random.uniform() < 0.2 + 0.5 * signal + 0.1 * kind);
  }
  return data;
}

void run_all(TrainingRun& run) {
  for (std::size_t fit = 0; fit < run.fit_count(); ++fit) {
    run.begin_fit(fit, StopFlag());
    run.grow_trees(StopFlag());
    run.finish_fit(StopFlag());
  }
}

TrainOptions boosting_of(const std::string& json) {
  return parse_train_options(json.data(), json.size(), "gradient_boosting");
}

TEST(TrainingRun, StoresTheBoostedTreesOfTheTrainingPart) {
  const TrainingData data = data_of(500);
  const TrainOptions options =
      boosting_of(R"({"trees": 10, "folds": 3, "monotone": {"signal": 1}})");
  TrainingRun run(data, options, TrainingRun::Goal::kModel);
  run_all(run);
  const RowSplit split = stratified_split(data.target, 0.2, 42);
  TrainingData part = data_of(0);
  for (const std::uint32_t row : split.train) {
    for (int c = 0; c < 2; ++c) part.columns[c].values.push_back(data.columns[c].values[row]);
    part.target.push_back(data.target[row]);
  }
  const BoostedModel expected = train_gradient_boosting(part, boosting_of(options), StopFlag());
  EXPECT_EQ(encode(run.model()), encode(expected.model));
  const auto metrics = nlohmann::json::parse(run.metrics_json(0));
  EXPECT_EQ(metrics.at("folds").size(), 3u);
  EXPECT_EQ(metrics.at("trees"), expected.model.trees.tree_count());
  EXPECT_EQ(metrics.at("validation_rows"), 40);
  EXPECT_EQ(metrics.at("gain_importance").at("signal"), expected.gain[0]);
  EXPECT_FALSE(metrics.contains("gini_importance"));
}

TEST(TrainOptions, OfBoostingComeBackAsTheyWere) {
  const std::string json = to_json(boosting_of(
      R"({"trees": 7, "max_depth": 3, "max_leaves": 5, "learning_rate": 0.3, "lambda": 2.5,
          "min_child_weight": 0.5, "min_gain": 0.1, "row_share": 0.7, "column_share": 0.6,
          "early_stopping": 4, "validation_share": 0.25, "monotone": {"a": -1, "b": 1},
          "interactions": [["a", "b"], ["c"]], "seed": 9, "folds": 2})"));
  EXPECT_EQ(json, to_json(boosting_of(json)));
  const TrainOptions options = boosting_of(json);
  const BoostingParams& boosting = boosting_of(options);
  EXPECT_EQ(boosting.max_leaves, 5);
  EXPECT_EQ(boosting.lambda, 2.5);
  EXPECT_EQ(boosting.monotone[0].direction, -1);
  EXPECT_EQ(boosting.interactions[1], (std::vector<std::string>{"c"}));
  EXPECT_EQ(options.seed, 9u) << "of the split and the folds";
  EXPECT_EQ(boosting.seed, 9u);
  EXPECT_EQ(message_of([] { boosting_of(R"({"min_leaf": 3})"); }),
            "parameter \"min_leaf\" does not exist");
  EXPECT_EQ(message_of([] { make_trainer("deep_thought"); }),
            "algorithm \"deep_thought\" does not exist");
}

TEST(TrainingRun, StoresTheForestOfTheTrainingPart) {
  const TrainingData data = data_of(500);
  const TrainOptions options = options_of(R"({"trees": 10, "folds": 3, "calibrate": "none"})");
  TrainingRun run(data, options, TrainingRun::Goal::kModel);
  ASSERT_EQ(run.fit_count(), 4u);
  EXPECT_EQ(run.fit_name(0), "held-out part");
  EXPECT_EQ(run.fit_name(3), "fold 3 of 3");
  run_all(run);
  TrainingData part = data;
  const RowSplit split = stratified_split(data.target, 0.2, 42);
  part.target.clear();
  for (Column& column : part.columns) column.values.clear();
  for (const std::uint32_t row : split.train) {
    part.target.push_back(data.target[row]);
    for (int c = 0; c < 2; ++c) part.columns[c].values.push_back(data.columns[c].values[row]);
  }
  EXPECT_EQ(encode(run.model()), encode(train_random_forest(part, forest_of(options), StopFlag())));
}

TEST(TrainingRun, TreesMayComeInAnyOrder) {
  const TrainOptions options = options_of(R"({"trees": 9, "folds": 0})");
  TrainingRun serial(data_of(300), options, TrainingRun::Goal::kModel), scattered = serial;
  run_all(serial);
  scattered.begin_fit(0, StopFlag());
  const auto grower =
      make_tree_grower(BinnedMatrix(scattered.block().data()), forest_of(options), StopFlag());
  for (const std::uint32_t number : {4, 8, 0, 2, 6, 1, 7})
    scattered.add_tree(number, grower->grow(number));
  scattered.grow_trees(StopFlag());
  scattered.finish_fit(StopFlag());
  EXPECT_EQ(encode(serial.model()), encode(scattered.model()));
}

TEST(TreeMessage, ArrivesAsItWasSent) {
  const Model model =
      train_random_forest(data_of(300), forest_of(options_of(R"({"trees": 1})")), StopFlag());
  ASSERT_FALSE(model.trees.category_words.empty());
  const std::string bytes = pack_tree(17, model.trees);
  const NumberedTree received = unpack_tree(bytes.data(), bytes.size());
  EXPECT_EQ(received.number, 17u);
  Model again = model;
  again.trees = received.tree;
  EXPECT_EQ(encode(again), encode(model));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(unpack_tree(bytes.data(), size), std::length_error);
  }
  EXPECT_THROW(unpack_tree((bytes + "x").data(), bytes.size() + 1), std::length_error);
}

// Two runs of the same data share the fits, as processes do; the one gets to know of the other's.
void expect_shared(const TrainOptions& options, bool other_makes_first) {
  const TrainingData data = data_of(500);
  TrainingRun alone(data, options, TrainingRun::Goal::kModel);
  run_all(alone);
  TrainingRun leader(data, options, TrainingRun::Goal::kModel);
  TrainingRun worker(data, options, TrainingRun::Goal::kModel);
  for (std::size_t fit = 0; fit < leader.fit_count(); ++fit) {
    const bool to_worker = (fit % 2 == 0) == other_makes_first;
    TrainingRun& run = to_worker ? worker : leader;
    run.begin_fit(fit, StopFlag());
    run.grow_trees(StopFlag());
    run.finish_fit(StopFlag());
    EXPECT_EQ(leader.has_finished(fit), !to_worker);
    if (!to_worker) continue;
    const std::string bytes = worker.pack_fit();
    EXPECT_THROW(leader.add_fit(bytes.data(), bytes.size() - 1), std::length_error);
    leader.add_fit(bytes.data(), bytes.size());
    EXPECT_TRUE(leader.has_finished(fit));
  }
  EXPECT_EQ(encode(leader.model()), encode(alone.model()));
  EXPECT_EQ(leader.metrics_json(0), alone.metrics_json(0));
}

TEST(TrainingRun, SharesFitsWithOtherProcesses) {
  for (const bool other_makes_first : {false, true}) {
    expect_shared(boosting_of(R"({"trees": 10, "folds": 3, "repeats": 2})"), other_makes_first);
    expect_shared(boosting_of(R"({"trees": 10, "folds": 4, "refit_on_all": true})"),
                  other_makes_first);
  }
}

TEST(TrainingRun, KeepsTheModelOfAllRowsWhicheverComesFirst) {
  const TrainingData data = data_of(500);
  const TrainOptions options = boosting_of(R"({"trees": 5, "folds": 0, "refit_on_all": true})");
  TrainingRun alone(data, options, TrainingRun::Goal::kModel);
  run_all(alone);
  TrainingRun leader(data, options, TrainingRun::Goal::kModel), worker = leader;
  worker.begin_fit(1, StopFlag());
  worker.grow_trees(StopFlag());
  worker.finish_fit(StopFlag());
  const std::string bytes = worker.pack_fit();
  leader.add_fit(bytes.data(), bytes.size());
  leader.begin_fit(0, StopFlag());
  leader.grow_trees(StopFlag());
  leader.finish_fit(StopFlag());
  EXPECT_EQ(encode(leader.model()), encode(alone.model()));
  EXPECT_EQ(leader.metrics_json(0), alone.metrics_json(0));
}

TEST(TrainingRun, ReportsTheFigures) {
  TrainingRun run(data_of(500), options_of(R"({"trees": 10})"), TrainingRun::Goal::kModel);
  run_all(run);
  const auto metrics = nlohmann::json::parse(run.metrics_json(7));
  EXPECT_EQ(metrics.at("rows"), 500);
  EXPECT_EQ(metrics.at("skipped_rows"), 7);
  EXPECT_EQ(metrics.at("features"), 2);
  EXPECT_EQ(metrics.at("test_rows"), 100);
  EXPECT_EQ(metrics.at("trained_on"), 400);
  EXPECT_EQ(metrics.at("true_positives").get<int>() + metrics.at("false_positives").get<int>() +
                metrics.at("true_negatives").get<int>() + metrics.at("false_negatives").get<int>(),
            100);
  EXPECT_NEAR(metrics.at("train_test_gap").get<double>(),
              metrics.at("train_accuracy").get<double>() - metrics.at("accuracy").get<double>(),
              1e-15);
  ASSERT_EQ(metrics.at("folds").size(), 5u);
  double sum = 0, squares = 0;
  for (const auto& fold : metrics.at("folds")) sum += fold.at("auc").get<double>();
  for (const auto& fold : metrics.at("folds"))
    squares += std::pow(fold.at("auc").get<double>() - sum / 5, 2);
  EXPECT_NEAR(metrics.at("cv_auc_mean").get<double>(), sum / 5, 1e-15);
  EXPECT_NEAR(metrics.at("cv_auc_sd").get<double>(), std::sqrt(squares / 5), 1e-15);
  const auto& importance = metrics.at("gini_importance");
  EXPECT_NEAR(importance.at("signal").get<double>() + importance.at("kind").get<double>(), 1,
              1e-12);
  EXPECT_GT(importance.at("signal").get<double>(), importance.at("kind").get<double>());
}

TEST(TrainingRun, RefitOnAllKeepsTheHeldOutFigures) {
  TrainingRun part(data_of(300), options_of(R"({"trees": 5, "folds": 0, "calibrate": "none"})"),
                   TrainingRun::Goal::kModel);
  TrainingRun all(data_of(300), options_of(R"({"trees": 5, "folds": 0, "refit_on_all": true,
                                                "calibrate": "none"})"),
                  TrainingRun::Goal::kModel);
  run_all(part);
  run_all(all);
  const auto first = nlohmann::json::parse(part.metrics_json(0)),
             second = nlohmann::json::parse(all.metrics_json(0));
  EXPECT_EQ(first.at("auc"), second.at("auc"));
  EXPECT_EQ(second.at("trained_on"), 300);
  EXPECT_EQ(encode(all.model()),
            encode(train_random_forest(data_of(300), forest_of(part.options()), StopFlag())));
}

TEST(TrainingRun, WithoutHeldOutPartOrFoldsNothingIsMeasured) {
  TrainingRun run(data_of(300), options_of(R"({"trees": 5, "folds": 0, "test_share": 0})"),
                  TrainingRun::Goal::kModel);
  run_all(run);
  const auto metrics = nlohmann::json::parse(run.metrics_json(0));
  EXPECT_FALSE(metrics.contains("auc"));
  EXPECT_FALSE(metrics.contains("cv_auc_mean"));
  EXPECT_EQ(metrics.at("trained_on"), 300);
}

TEST(TrainingRun, FoldsAloneLeaveNoModel) {
  TrainingRun run(data_of(300), options_of(R"({"trees": 5})"), TrainingRun::Goal::kFolds);
  EXPECT_EQ(run.fit_count(), 5u);
  run_all(run);
  EXPECT_EQ(run.model().trees.tree_count(), 0u);
  EXPECT_FALSE(nlohmann::json::parse(run.metrics_json(0)).contains("gini_importance"));
}

TEST(TrainOptions, ReadsEveryParameter) {
  const std::string all =
      R"({"trees": 3, "max_depth": 4, "min_split": 5, "min_leaf": 6, "max_features": "log2", "balanced": false,
          "seed": 7, "test_share": 0.25, "folds": 8, "refit_on_all": true, "verbose": true, "features": ["a"],
          "exclude": ["b"], "positive": 1, "allow_protected": true})";
  const TrainOptions options = options_of(all);
  const ForestParams& forest = forest_of(options);
  EXPECT_EQ(forest.trees, 3);
  EXPECT_EQ(options.seed, 7u);
  EXPECT_EQ(forest.max_features.rule, MaxFeatures::kLog2);
  EXPECT_FALSE(forest.balanced);
  EXPECT_EQ(options.folds, 8);
  EXPECT_EQ(options.positive, "1");
  EXPECT_EQ(to_json(options_of(to_json(options))), to_json(options));
  EXPECT_EQ(forest_of(options_of(R"({"max_features": 5})")).max_features.rule, MaxFeatures::kCount);
  EXPECT_EQ(forest_of(options_of(R"({"max_features": 0.5})")).max_features.rule,
            MaxFeatures::kShare);
}

TEST(TrainOptions, RefusesWhatDoesNotFit) {
  const auto refuse = [](const std::string& json) { return message_of([&] { options_of(json); }); };
  EXPECT_EQ(refuse("[]"), "params must be a JSON object");
  EXPECT_EQ(refuse(R"({"tres": 1})"), "parameter \"tres\" does not exist");
  EXPECT_EQ(refuse(R"({"trees": 1.5})"), "parameter \"trees\" must be a whole number");
  EXPECT_EQ(refuse(R"({"trees": 18446744073709551615})"), "parameter \"trees\" is too large");
  EXPECT_EQ(refuse(R"({"trees": 99999999999})"), "parameter \"trees\" must be between 1 and 10000");
  EXPECT_EQ(refuse(R"({"trees": 0})"), "parameter \"trees\" must be between 1 and 10000");
  EXPECT_EQ(refuse(R"({"seed": -1})"), "parameter \"seed\" must be 0 or greater");
  EXPECT_EQ(refuse(R"({"folds": 1})"), "parameter \"folds\" must be 0 or between 2 and 100");
  EXPECT_EQ(refuse(R"({"test_share": 1})"),
            "parameter \"test_share\" must be a number from 0 to below 1");
  EXPECT_EQ(refuse(R"({"test_share": 1e999})"), "params holds a number that is too large");
  EXPECT_EQ(refuse(R"({"balanced": 1})"), "parameter \"balanced\" must be true or false");
  EXPECT_EQ(refuse(R"({"exclude": "a"})"),
            "parameter \"exclude\" must be an array of column names");
  EXPECT_EQ(refuse(R"({"positive": null})"),
            "parameter \"positive\" must be one value of the target");
  EXPECT_EQ(refuse(R"({"max_features": "some"})"),
            "parameter \"max_features\" must be 'sqrt', 'log2', 'all', a whole number from 1 or a "
            "share between 0 and 1");
}

TEST(FeatureChoice, TakesAllColumnsButTheTarget) {
  const ColumnChoice choice =
      choose_columns({"id", "a", "y", "b"}, "y", options_of(R"({"exclude": ["id"]})"));
  EXPECT_EQ(choice.target, 2u);
  EXPECT_EQ(choice.features, (std::vector<std::size_t>{1, 3}));
}

TEST(FeatureChoice, PointsOutProtectedAttributes) {
  const auto chosen = [](const std::string& column, const std::string& json) {
    return choose_columns({"income", column, "y"}, "y", options_of(json)).protected_features;
  };
  const std::vector<std::size_t> none, second{1};
  for (const std::string name :
       {"gender", "gender_encoded", "Sex", "personal_status_and_sex", "caste2", "customerGender",
        "sexOfApplicant", "GENDERCODE", "raceCode", "racial", "is_female", "ethnic_group"}) {
    EXPECT_EQ(chosen(name, "{}"), second) << name;
    EXPECT_EQ(chosen(name, R"({"allow_protected": true})"), none);
    EXPECT_EQ(chosen(name, R"({"exclude": [")" + name + "\"]}"), none);
    EXPECT_EQ(chosen(name, R"({"features": ["income", ")" + name + "\"]}"), none);
  }
  for (const char* name : {"essex", "trace", "engender", "age", "tracE", "sextant"})
    EXPECT_EQ(chosen(name, "{}"), none);
}

TEST(FeatureChoice, RefusesNamesThatDoNotFit) {
  const auto choose = [](const std::vector<std::string>& columns, const std::string& json) {
    return message_of([&] { choose_columns(columns, "y", options_of(json)); });
  };
  EXPECT_EQ(choose({"a"}, "{}"), "target \"y\" is not a column of the query");
  EXPECT_EQ(choose({"a", "y"}, R"({"features": ["b"]})"),
            "feature \"b\" is not a column of the query");
  EXPECT_EQ(choose({"a", "y"}, R"({"exclude": ["b"]})"),
            "excluded column \"b\" is not a column of the query");
  EXPECT_EQ(choose({"a", "y"}, R"({"features": ["y"]})"), "column \"y\" cannot be a feature");
  EXPECT_EQ(choose({"a", "y"}, R"({"features": ["a", "a"]})"),
            "feature \"a\" appears twice in params.features");
  EXPECT_EQ(choose({"a", "a", "y"}, "{}"), "column \"a\" appears twice in the query");
}

CellValue number(double value) { return {false, value, nullptr, 0}; }
CellValue word(const char* value) {
  return {false, 0, value, std::char_traits<char>::length(value)};
}
constexpr CellValue kNull{true, 0, nullptr, 0};

TEST(RowCollector, SortsCategoriesAndSkipsRowsWithoutTarget) {
  RowCollector rows({{"x", false}, {"c", true}}, {"y", false, ""}, 1 << 20);
  const CellValue cells[] = {number(1), word("z"), number(1), number(2), word("a"), number(0),
                             number(3), word("q"), kNull,     kNull,     kNull,     number(1)};
  rows.add(cells, 4);
  EXPECT_EQ(rows.skipped(), 1u);
  const TrainingData data = rows.finish();
  EXPECT_EQ(data.target, (std::vector<std::uint8_t>{1, 0, 1}));
  EXPECT_EQ(data.columns[1].feature.categories, (std::vector<std::string>{"a", "z"}));
  EXPECT_EQ(data.columns[1].values[0], 1);
  EXPECT_EQ(data.columns[1].values[1], 0);
  EXPECT_TRUE(std::isnan(data.columns[1].values[2]));
  EXPECT_TRUE(std::isnan(data.columns[0].values[2]));
}

TEST(RowCollector, ReadsANamedPositive) {
  RowCollector rows({{"x", false}}, {"y", true, "bad"}, 1 << 20);
  const CellValue cells[] = {number(1), word("good"), number(2), word("bad")};
  rows.add(cells, 2);
  EXPECT_EQ(rows.finish().target, (std::vector<std::uint8_t>{0, 1}));
}

TEST(RowCollector, RefusesTargetsThatAreNotTwoValues) {
  const auto refuse = [](bool has_positive, std::vector<CellValue> targets) {
    return message_of([&] {
      RowCollector rows({{"x", false}}, {"y", has_positive, "bad"}, 1 << 20);
      for (const CellValue& target : targets) {
        const CellValue cells[] = {number(1), target};
        rows.add(cells, 1);
      }
      rows.finish();
    });
  };
  EXPECT_EQ(refuse(false, {number(2)}), "target \"y\" must be boolean or hold 0 and 1");
  EXPECT_EQ(refuse(false, {number(NAN)}), "target \"y\" must be boolean or hold 0 and 1");
  EXPECT_EQ(refuse(true, {word("good"), word("bad"), word("ugly")}),
            "target \"y\" has more than two values");
  EXPECT_EQ(refuse(true, {word("good")}), "target \"y\" never is \"bad\"");
}

TEST(RowCollector, KeepsToItsMemory) {
  RowCollector rows({{"x", false}}, {"y", false, ""}, 100000);
  const CellValue cells[] = {number(1), number(0)};
  EXPECT_EQ(message_of([&] {
              for (int i = 0; i < 2000; ++i) rows.add(cells, 1);
            }),
            "the training set needs too much memory");
}

TEST(RowCollector, RefusesTooManyCategories) {
  RowCollector rows({{"c", true}}, {"y", false, ""}, 1 << 20);
  EXPECT_EQ(message_of([&] {
              for (int i = 0; i < 1001; ++i) {
                const std::string text = std::to_string(i);
                const CellValue cells[] = {word(text.c_str()), number(0)};
                rows.add(cells, 1);
              }
            }),
            "column \"c\" has too many categories");
}

TEST(RowCollector, RefusesALongCategory) {
  RowCollector rows({{"c", true}}, {"y", false, ""}, 1 << 20);
  const auto add = [&](const std::string& text) {
    const CellValue cells[] = {word(text.c_str()), number(0)};
    rows.add(cells, 1);
  };
  add(std::string(1024, 'x'));
  EXPECT_EQ(message_of([&] { add(std::string(1025, 'x')); }),
            "column \"c\" has too long a category");
}

}  // namespace
}  // namespace credit_risk
