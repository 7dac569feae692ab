// The core, through its public headers.
#include <algorithm>
#include <map>
#include <optional>

#include "contender.hpp"
#include "core/explain/explainer.hpp"
#include "core/explain/background/interventional_shap.hpp"
#include "core/model/codec.hpp"
#include "core/model/formats/foreign_model.hpp"
#include "core/model/predict/predict.hpp"
#include "core/train/boosting/gradient_boosting.hpp"
#include "core/train/forest/random_forest.hpp"
#include "timing.hpp"

namespace credit_risk::bench {
namespace {

// As the database keeps it: imported, encoded, decoded.
struct Loaded {
  std::size_t content_bytes;
  Model model;
  Predictor predictor;
  Explainer explainer;
  Explainer::Scratch scratch;
  std::unique_ptr<InterventionalShap> interventional;
  InterventionalShap::Scratch interventional_scratch;

  explicit Loaded(const std::string& content)
      : content_bytes(content.size()),
        model(decode(content.data(), content.size())),
        predictor(model),
        explainer(model) {}
};

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// The file's name says its format.
std::string format_of(const std::string& file) {
  if (ends_with(file, ".xgboost.json")) return "xgboost";
  if (ends_with(file, ".lightgbm.txt")) return "lightgbm";
  return "credit_risk.model.v1";
}

TrainingData training_data(const TrainingTask& task) {
  TrainingData data;
  for (std::size_t c = 0; c < task.rows->columns; ++c) {
    Column column;
    column.feature.name = "f" + std::to_string(c);
    for (std::size_t r = 0; r < task.rows->rows; ++r) column.values.push_back(task.rows->row(r)[c]);
    data.columns.push_back(std::move(column));
  }
  data.target.assign(task.target->begin(), task.target->end());
  return data;
}

Model grow(const TrainingTask& task, const TrainingData& data) {
  if (task.algorithm == "random_forest") {
    ForestParams params;
    params.trees = task.trees;
    params.max_depth = task.depth;
    params.min_split = 2;
    params.min_leaf = 1;
    return train_random_forest(data, params, StopFlag());
  }
  BoostingParams params;
  params.trees = task.trees;
  params.max_depth = task.depth;
  params.early_stopping = 0;
  return train_gradient_boosting(data, params, StopFlag()).model;
}

class Ours : public Contender {
 public:
  void load(const std::string& name, const std::string& file) override {
    const Model model = import_foreign_model(format_of(file), read_text(file), ImportOptions());
    models_.insert_or_assign(name, std::make_unique<Loaded>(encode(model)));
  }

  Job bind(const std::string& task, const std::string& model, const Matrix& rows) override {
    Loaded& loaded = *models_.at(model);
    if (task == "predict_one") return predict_one(loaded, rows);
    if (task == "predict_batch") return predict_batch(loaded, rows);
    if (task == "margin") return margin(loaded, rows);
    if (task == "shap_one") return shap_one(loaded, rows);
    if (task == "shap_batch") return shap_batch(loaded, rows);
    if (task == "interventional_one") return interventional_one(loaded, rows);
    refuse_task(task);
  }

  void background(const std::string& model, const Matrix& rows) override {
    Loaded& loaded = *models_.at(model);
    loaded.interventional =
        std::make_unique<InterventionalShap>(loaded.model, rows.values.data(), rows.rows);
  }

  TrainingResult train(const TrainingTask& task) override {
    const TrainingData data = training_data(task);
    TrainingResult result;
    const StopWatch watch;
    const Model model = grow(task, data);
    watch.read(result);
    result.probabilities.resize(task.test_rows->rows);
    Predictor(model).probabilities(task.test_rows->values.data(), task.test_rows->rows,
                                   result.probabilities.data());
    return result;
  }

  std::vector<std::size_t> sizes(const std::string& model) override {
    const Loaded& loaded = *models_.at(model);
    return {loaded.content_bytes, loaded.predictor.byte_size(), loaded.explainer.byte_size(),
            loaded.model.trees.node_count()};
  }

 private:
  static Job predict_one(Loaded& loaded, const Matrix& rows) {
    return {1, 1, [&](std::size_t row, double* out) {
              *out = loaded.predictor.probability(rows.row(row));
            }};
  }

  static Job predict_batch(Loaded& loaded, const Matrix& rows) {
    return {rows.rows, 1, [&](std::size_t, double* out) {
              loaded.predictor.probabilities(rows.values.data(), rows.rows, out);
            }};
  }

  static Job margin(Loaded& loaded, const Matrix& rows) {
    return {1, 1,
            [&](std::size_t row, double* out) { *out = loaded.predictor.margin(rows.row(row)); }};
  }

  static Job shap_one(Loaded& loaded, const Matrix& rows) {
    return {1, rows.columns + 1, [&](std::size_t row, double* out) {
              loaded.explainer.explain(rows.row(row), out, loaded.scratch);
              out[rows.columns] = loaded.explainer.base_value();
            }};
  }

  // The batch form fills two arrays: first all values, then all margins.
  static Job shap_batch(Loaded& loaded, const Matrix& rows) {
    return {rows.rows, rows.columns + 1, [&](std::size_t, double* out) {
              loaded.explainer.explain(rows.values.data(), rows.rows, out,
                                       out + rows.rows * rows.columns, loaded.scratch);
            }};
  }

  static Job interventional_one(Loaded& loaded, const Matrix& rows) {
    const InterventionalShap& shap = *loaded.interventional;
    return {1, rows.columns + 1, [&](std::size_t row, double* out) {
              shap.explain(rows.row(row), out, loaded.interventional_scratch);
              out[rows.columns] = shap.base_value();
            }};
  }

  std::map<std::string, std::unique_ptr<Loaded>> models_;
};

}  // namespace

std::unique_ptr<Contender> make_ours() { return std::make_unique<Ours>(); }

}  // namespace credit_risk::bench
