// XGBoost through its C API (include/xgboost/c_api.h of its releases 1.7 and 3.x), one thread,
// float32 rows, which it computes in.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <map>

#include "contender.hpp"
#include "library.hpp"
#include "timing.hpp"

namespace credit_risk::bench {
namespace {

using Handle = void*;

struct Api {
  const char* (*XGBGetLastError)();
  int (*XGBoosterCreate)(const Handle matrices[], std::uint64_t count, Handle* out);
  int (*XGBoosterFree)(Handle booster);
  int (*XGBoosterSetParam)(Handle booster, const char* name, const char* value);
  int (*XGBoosterLoadModel)(Handle booster, const char* file);
  int (*XGBoosterSaveModel)(Handle booster, const char* file);
  int (*XGBoosterUpdateOneIter)(Handle booster, int iteration, Handle matrix);
  int (*XGBoosterPredictFromDense)(Handle booster, const char* values, const char* config,
                                   Handle matrix, const std::uint64_t** shape, std::uint64_t* dim,
                                   const float** result);
  int (*XGBoosterPredictFromDMatrix)(Handle booster, Handle matrix, const char* config,
                                     const std::uint64_t** shape, std::uint64_t* dim,
                                     const float** result);
  int (*XGDMatrixCreateFromMat)(const float* values, std::uint64_t rows, std::uint64_t columns,
                                float missing, Handle* out);
  int (*XGDMatrixSetFloatInfo)(Handle matrix, const char* field, const float* values,
                               std::uint64_t count);
  int (*XGDMatrixFree)(Handle matrix);

  explicit Api(const Library& library) {
    library.find("XGBGetLastError", XGBGetLastError);
    library.find("XGBoosterCreate", XGBoosterCreate);
    library.find("XGBoosterFree", XGBoosterFree);
    library.find("XGBoosterSetParam", XGBoosterSetParam);
    library.find("XGBoosterLoadModel", XGBoosterLoadModel);
    library.find("XGBoosterSaveModel", XGBoosterSaveModel);
    library.find("XGBoosterUpdateOneIter", XGBoosterUpdateOneIter);
    library.find("XGBoosterPredictFromDense", XGBoosterPredictFromDense);
    library.find("XGBoosterPredictFromDMatrix", XGBoosterPredictFromDMatrix);
    library.find("XGDMatrixCreateFromMat", XGDMatrixCreateFromMat);
    library.find("XGDMatrixSetFloatInfo", XGDMatrixSetFloatInfo);
    library.find("XGDMatrixFree", XGDMatrixFree);
  }

  void check(int status) const {
    if (status != 0) throw std::runtime_error(XGBGetLastError());
  }
};

// Prediction types of the API.
enum class Output { kProbability = 0, kMargin = 1, kContributions = 2 };

std::string config_of(Output output) {
  return R"({"type":)" + std::to_string(static_cast<int>(output)) +
         R"(,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false,)"
         R"("missing":NaN,"cache_id":0})";
}

// NumPy's array interface as JSON, the form in which the API takes rows in place.
std::string array_of(const float* values, std::size_t rows, std::size_t columns) {
  char text[200];
  std::snprintf(
      text, sizeof text, R"({"data":[%llu,true],"shape":[%zu,%zu],"typestr":"<f4","version":3})",
      static_cast<unsigned long long>(reinterpret_cast<std::uintptr_t>(values)), rows, columns);
  return text;
}

class XGBoost : public Contender {
 public:
  explicit XGBoost(const std::string& library) : library_(library), api_(library_) {}

  void load(const std::string& name, const std::string& file) override {
    const Handle booster = new_booster({});
    api_.check(api_.XGBoosterLoadModel(booster, file.c_str()));
    api_.check(api_.XGBoosterSetParam(booster, "nthread", "1"));
    models_[name] = booster;
  }

  Job bind(const std::string& task, const std::string& model, const Matrix& rows) override {
    const Handle booster = models_.at(model);
    if (task == "predict_one") return predict_one(booster, rows);
    if (task == "predict_batch") return predict_batch(booster, rows, Output::kProbability);
    if (task == "margin") return predict_batch(booster, rows, Output::kMargin);
    if (task == "shap_one") return shap_one(booster, rows);
    if (task == "shap_batch") return shap_batch(booster, rows);
    refuse_task(task);
  }

  TrainingResult train(const TrainingTask& task) override;

 private:
  Handle new_booster(const std::vector<Handle>& matrices) const {
    Handle booster = nullptr;
    api_.check(api_.XGBoosterCreate(matrices.data(), matrices.size(), &booster));
    return booster;
  }

  Handle new_matrix(const float* values, std::size_t rows, std::size_t columns) const {
    Handle matrix = nullptr;
    api_.check(api_.XGDMatrixCreateFromMat(values, rows, columns, std::nanf(""), &matrix));
    return matrix;
  }

  void predict(Handle booster, const std::string& array, const std::string& config,
               std::size_t count, double* out) const {
    const std::uint64_t* shape;
    std::uint64_t dim;
    const float* result;
    api_.check(api_.XGBoosterPredictFromDense(booster, array.c_str(), config.c_str(), nullptr,
                                              &shape, &dim, &result));
    std::copy(result, result + count, out);
  }

  void contributions(Handle booster, Handle matrix, const std::string& config, std::size_t count,
                     double* out) const {
    const std::uint64_t* shape;
    std::uint64_t dim;
    const float* result;
    api_.check(
        api_.XGBoosterPredictFromDMatrix(booster, matrix, config.c_str(), &shape, &dim, &result));
    std::copy(result, result + count, out);
  }

  // The texts that the API wants are made in advance, one for each row.
  Job predict_one(Handle booster, const Matrix& rows) const {
    std::vector<std::string> arrays;
    for (std::size_t r = 0; r < rows.rows; ++r)
      arrays.push_back(array_of(rows.float_row(r), 1, rows.columns));
    const std::string config = config_of(Output::kProbability);
    return {1, 1,
            [=](std::size_t row, double* out) { predict(booster, arrays[row], config, 1, out); }};
  }

  Job predict_batch(Handle booster, const Matrix& rows, Output output) const {
    const std::string array = array_of(rows.floats.data(), rows.rows, rows.columns);
    const std::string config = config_of(output);
    const std::size_t count = rows.rows;
    return {count, 1,
            [=](std::size_t, double* out) { predict(booster, array, config, count, out); }};
  }

  // Contributions have no call that takes rows in place, so a row needs a matrix of its own.
  Job shap_one(Handle booster, const Matrix& rows) const {
    const std::string config = config_of(Output::kContributions);
    const std::size_t columns = rows.columns;
    const float* const values = rows.floats.data();
    return {1, columns + 1, [=](std::size_t row, double* out) {
              const Handle matrix = new_matrix(values + row * columns, 1, columns);
              contributions(booster, matrix, config, columns + 1, out);
              api_.XGDMatrixFree(matrix);
            }};
  }

  Job shap_batch(Handle booster, const Matrix& rows) const {
    const Handle matrix = new_matrix(rows.floats.data(), rows.rows, rows.columns);
    const std::string config = config_of(Output::kContributions);
    const std::size_t count = rows.rows * (rows.columns + 1);
    return {rows.rows, rows.columns + 1,
            [=](std::size_t, double* out) { contributions(booster, matrix, config, count, out); }};
  }

  void set_parameters(Handle booster, const TrainingTask& task) const;

  Library library_;
  Api api_;
  std::map<std::string, Handle> models_;
};

// A forest is one round of parallel trees on drawn rows and features; see XGBoost's tutorial
// "Random Forests(TM) in XGBoost".
void XGBoost::set_parameters(Handle booster, const TrainingTask& task) const {
  const bool forest = task.algorithm == "random_forest";
  std::map<std::string, std::string> parameters = {{"objective", "binary:logistic"},
                                                   {"tree_method", "hist"},
                                                   {"base_score", "0.5"},
                                                   {"max_depth", std::to_string(task.depth)},
                                                   {"nthread", std::to_string(task.threads)},
                                                   {"seed", "42"},
                                                   {"verbosity", "0"},
                                                   {"eta", forest ? "1" : "0.1"}};
  if (forest) {
    parameters["num_parallel_tree"] = std::to_string(task.trees);
    parameters["subsample"] = "0.632";
    parameters["colsample_bynode"] =
        std::to_string(std::sqrt(static_cast<double>(task.rows->columns)) /
                       static_cast<double>(task.rows->columns));
  }
  for (const auto& [name, value] : parameters)
    api_.check(api_.XGBoosterSetParam(booster, name.c_str(), value.c_str()));
}

TrainingResult XGBoost::train(const TrainingTask& task) {
  const std::vector<float> label(task.target->begin(), task.target->end());
  TrainingResult result;
  const StopWatch watch;
  const Handle matrix = new_matrix(task.rows->floats.data(), task.rows->rows, task.rows->columns);
  api_.check(api_.XGDMatrixSetFloatInfo(matrix, "label", label.data(), label.size()));
  const Handle booster = new_booster({matrix});
  set_parameters(booster, task);
  const int rounds = task.algorithm == "random_forest" ? 1 : task.trees;
  for (int i = 0; i < rounds; ++i) api_.check(api_.XGBoosterUpdateOneIter(booster, i, matrix));
  watch.read(result);
  if (!task.model_file.empty())
    api_.check(api_.XGBoosterSaveModel(booster, task.model_file.c_str()));
  result.probabilities = outputs_of(predict_batch(booster, *task.test_rows, Output::kProbability),
                                    task.test_rows->rows);
  api_.XGBoosterFree(booster);
  api_.XGDMatrixFree(matrix);
  return result;
}

}  // namespace

std::unique_ptr<Contender> make_xgboost(const std::string& library) {
  return std::make_unique<XGBoost>(library);
}

}  // namespace credit_risk::bench
