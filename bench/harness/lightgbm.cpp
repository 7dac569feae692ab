// LightGBM through its C API (include/LightGBM/c_api.h of its release 4), one thread.
#include <cstdint>
#include <map>

#include "contender.hpp"
#include "library.hpp"
#include "timing.hpp"

namespace credit_risk::bench {
namespace {

using Handle = void*;

constexpr int kFloat32 = 0, kFloat64 = 1;
enum Output { kProbability = 0, kMargin = 1, kContributions = 3 };

struct Api {
  const char* (*LGBM_GetLastError)();
  int (*LGBM_BoosterCreateFromModelfile)(const char* file, int* iterations, Handle* out);
  int (*LGBM_BoosterPredictForMatSingleRowFastInit)(Handle booster, int output, int start,
                                                    int iterations, int type, std::int32_t columns,
                                                    const char* parameters, Handle* out);
  int (*LGBM_BoosterPredictForMatSingleRowFast)(Handle fast, const void* row, std::int64_t* length,
                                                double* out);
  int (*LGBM_BoosterPredictForMat)(Handle booster, const void* rows, int type, std::int32_t count,
                                   std::int32_t columns, int row_major, int output, int start,
                                   int iterations, const char* parameters, std::int64_t* length,
                                   double* out);
  int (*LGBM_DatasetCreateFromMat)(const void* rows, int type, std::int32_t count,
                                   std::int32_t columns, int row_major, const char* parameters,
                                   Handle reference, Handle* out);
  int (*LGBM_DatasetSetField)(Handle dataset, const char* field, const void* values, int count,
                              int type);
  int (*LGBM_DatasetFree)(Handle dataset);
  int (*LGBM_BoosterCreate)(Handle dataset, const char* parameters, Handle* out);
  int (*LGBM_BoosterUpdateOneIter)(Handle booster, int* finished);
  int (*LGBM_BoosterSaveModel)(Handle booster, int start, int iterations, int importance,
                               const char* file);
  int (*LGBM_BoosterFree)(Handle booster);

  explicit Api(const Library& library) {
    library.find("LGBM_GetLastError", LGBM_GetLastError);
    library.find("LGBM_BoosterCreateFromModelfile", LGBM_BoosterCreateFromModelfile);
    library.find("LGBM_BoosterPredictForMatSingleRowFastInit",
                 LGBM_BoosterPredictForMatSingleRowFastInit);
    library.find("LGBM_BoosterPredictForMatSingleRowFast", LGBM_BoosterPredictForMatSingleRowFast);
    library.find("LGBM_BoosterPredictForMat", LGBM_BoosterPredictForMat);
    library.find("LGBM_DatasetCreateFromMat", LGBM_DatasetCreateFromMat);
    library.find("LGBM_DatasetSetField", LGBM_DatasetSetField);
    library.find("LGBM_DatasetFree", LGBM_DatasetFree);
    library.find("LGBM_BoosterCreate", LGBM_BoosterCreate);
    library.find("LGBM_BoosterUpdateOneIter", LGBM_BoosterUpdateOneIter);
    library.find("LGBM_BoosterSaveModel", LGBM_BoosterSaveModel);
    library.find("LGBM_BoosterFree", LGBM_BoosterFree);
  }

  void check(int status) const {
    if (status != 0) throw std::runtime_error(LGBM_GetLastError());
  }
};

constexpr char kOneThread[] = "num_threads=1";

std::string parameters_of(const TrainingTask& task) {
  std::string text = "objective=binary verbosity=-1 seed=42 deterministic=true num_threads=" +
                     std::to_string(task.threads) + " max_depth=" + std::to_string(task.depth);
  if (task.algorithm == "random_forest") {
    return text +
           " boosting=rf num_leaves=4095 min_data_in_leaf=1 bagging_freq=1"
           " bagging_fraction=0.632 feature_fraction_bynode=0.19";
  }
  return text + " learning_rate=0.1 num_leaves=63";
}

class LightGBM : public Contender {
 public:
  explicit LightGBM(const std::string& library) : library_(library), api_(library_) {}

  void load(const std::string& name, const std::string& file) override {
    int iterations = 0;
    api_.check(api_.LGBM_BoosterCreateFromModelfile(file.c_str(), &iterations, &models_[name]));
  }

  Job bind(const std::string& task, const std::string& model, const Matrix& rows) override {
    const Handle booster = models_.at(model);
    if (task == "predict_one") return one(booster, rows, kProbability, 1);
    if (task == "predict_batch") return batch(booster, rows, kProbability, 1);
    if (task == "margin") return batch(booster, rows, kMargin, 1);
    if (task == "shap_one") return one(booster, rows, kContributions, rows.columns + 1);
    if (task == "shap_batch") return batch(booster, rows, kContributions, rows.columns + 1);
    refuse_task(task);
  }

  TrainingResult train(const TrainingTask& task) override {
    const std::vector<float> label(task.target->begin(), task.target->end());
    const std::string parameters = parameters_of(task);
    TrainingResult result;
    const StopWatch watch;
    const Handle dataset = new_dataset(task, label, parameters);
    Handle booster = nullptr;
    api_.check(api_.LGBM_BoosterCreate(dataset, parameters.c_str(), &booster));
    int finished = 0;
    for (int i = 0; i < task.trees && finished == 0; ++i)
      api_.check(api_.LGBM_BoosterUpdateOneIter(booster, &finished));
    watch.read(result);
    if (!task.model_file.empty())
      api_.check(api_.LGBM_BoosterSaveModel(booster, 0, -1, 0, task.model_file.c_str()));
    result.probabilities =
        outputs_of(batch(booster, *task.test_rows, kProbability, 1), task.test_rows->rows);
    api_.LGBM_BoosterFree(booster);
    api_.LGBM_DatasetFree(dataset);
    return result;
  }

 private:
  Job one(Handle booster, const Matrix& rows, Output output, std::size_t outputs) const {
    Handle fast = nullptr;
    api_.check(api_.LGBM_BoosterPredictForMatSingleRowFastInit(
        booster, output, 0, -1, kFloat64, static_cast<std::int32_t>(rows.columns), kOneThread,
        &fast));
    return {1, outputs, [this, fast, &rows](std::size_t row, double* out) {
              std::int64_t length;
              api_.check(
                  api_.LGBM_BoosterPredictForMatSingleRowFast(fast, rows.row(row), &length, out));
            }};
  }

  Job batch(Handle booster, const Matrix& rows, Output output, std::size_t outputs) const {
    return {rows.rows, outputs, [this, booster, output, &rows](std::size_t, double* out) {
              std::int64_t length;
              api_.check(api_.LGBM_BoosterPredictForMat(booster, rows.values.data(), kFloat64,
                                                        static_cast<std::int32_t>(rows.rows),
                                                        static_cast<std::int32_t>(rows.columns), 1,
                                                        output, 0, -1, kOneThread, &length, out));
            }};
  }

  Handle new_dataset(const TrainingTask& task, const std::vector<float>& label,
                     const std::string& parameters) const {
    Handle dataset = nullptr;
    api_.check(api_.LGBM_DatasetCreateFromMat(
        task.rows->values.data(), kFloat64, static_cast<std::int32_t>(task.rows->rows),
        static_cast<std::int32_t>(task.rows->columns), 1, parameters.c_str(), nullptr, &dataset));
    api_.check(api_.LGBM_DatasetSetField(dataset, "label", label.data(),
                                         static_cast<int>(label.size()), kFloat32));
    return dataset;
  }

  Library library_;
  Api api_;
  std::map<std::string, Handle> models_;
};

}  // namespace

std::unique_ptr<Contender> make_lightgbm(const std::string& library) {
  return std::make_unique<LightGBM>(library);
}

}  // namespace credit_risk::bench
