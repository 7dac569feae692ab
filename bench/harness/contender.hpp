// A library that takes part in the comparison. Each runs in a process of its own, so that no two
// share threads, symbols or an allocator; bench/run.py lets them take turns.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "matrix.hpp"

namespace credit_risk::bench {

// A computation bound to a model and to rows, ready to be timed: everything that a program would do
// once has been done.
struct Job {
  std::size_t rows_per_call = 1;
  std::size_t outputs_per_row = 1;
  // Computes `rows_per_call` rows from row `first` on.
  std::function<void(std::size_t first, double* out)> call;
};

struct TrainingTask {
  std::string algorithm;  // "random_forest" or "gradient_boosting"
  const Matrix* rows = nullptr;
  const std::vector<double>* target = nullptr;
  int trees = 0;
  int depth = 0;
  const Matrix* test_rows = nullptr;
  std::string model_file;  // where the trained model goes; may be empty
  int threads = 1;         // of the peers; ours has one
};

struct TrainingResult {
  double cpu_seconds = 0;
  double seconds = 0;                 // gone by
  std::vector<double> probabilities;  // of the test rows
};

class Contender {
 public:
  virtual ~Contender() = default;

  // Keeps the model of `file` under `name`.
  virtual void load(const std::string& name, const std::string& file) = 0;

  // `task`:
  //   predict_one, predict_batch    probability: one call for each row, one for all rows
  //   margin                        what SHAP values add up to, all rows
  //   shap_one, shap_batch          path-dependent: a value for each feature, then the base value
  //                                 (ours in a batch: the values of all rows, then their margins)
  //   interventional_one            against the background that `background` was called with
  virtual Job bind(const std::string& task, const std::string& model, const Matrix& rows) = 0;

  virtual void background(const std::string& model, const Matrix& rows);
  virtual TrainingResult train(const TrainingTask& task);
  // Bytes of the stored model, the predictor and the SHAP kernel; then the number of nodes.
  virtual std::vector<std::size_t> sizes(const std::string& model);
};

// `library`: the shared library of the peer, where it is one.
std::unique_ptr<Contender> make_ours();
std::unique_ptr<Contender> make_reference();
std::unique_ptr<Contender> make_xgboost(const std::string& library);
std::unique_ptr<Contender> make_lightgbm(const std::string& library);
std::unique_ptr<Contender> make_compiled();

[[noreturn]] void refuse_task(const std::string& task);

}  // namespace credit_risk::bench
