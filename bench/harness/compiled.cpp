// A model that TL2cgen turned into C and the compiler into a shared library. Its one function adds
// up the trees of a row of Entry, a union of a value and, for a missing one, -1.
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>

#include "contender.hpp"
#include "library.hpp"

namespace credit_risk::bench {
namespace {

template <class Real>
union Entry {
  int missing;
  Real value;
  int code;
};

class CompiledModel {
 public:
  explicit CompiledModel(const std::string& file) : library_(file) {
    const char* (*threshold_type)();
    void (*count_classes)(std::int32_t*);
    library_.find("get_threshold_type", threshold_type);
    library_.find("get_num_class", count_classes);
    library_.find("predict", predict_);
    is_double_ = std::strcmp(threshold_type(), "float64") == 0;
    count_classes(&classes_);
  }

  // Values rounded to float32, as the libraries see them that the models come from.
  Job predict_one(const Matrix& rows) const {
    return is_double_ ? job(entries_of<double>(rows.floats), rows.columns)
                      : job(entries_of<float>(rows.floats), rows.columns);
  }

 private:
  template <class Real>
  static std::vector<Entry<Real>> entries_of(const std::vector<float>& values) {
    std::vector<Entry<Real>> entries(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (std::isnan(values[i]))
        entries[i].missing = -1;
      else
        entries[i].value = values[i];
    }
    return entries;
  }

  // The rows are turned into entries in advance.
  template <class Real>
  Job job(std::vector<Entry<Real>> entries, std::size_t columns) const {
    const auto predict = reinterpret_cast<void (*)(Entry<Real>*, int, Real*)>(predict_);
    const std::int32_t last = classes_ - 1;
    return {1, 1, [=](std::size_t row, double* out) mutable {
              Real sums[2] = {0, 0};
              predict(entries.data() + row * columns, 0, sums);
              *out = sums[last];
            }};
  }

  Library library_;
  void (*predict_)();
  bool is_double_;
  std::int32_t classes_ = 1;  // one where the model gives the probability of the event alone
};

class Compiled : public Contender {
 public:
  void load(const std::string& name, const std::string& file) override {
    models_[name] = std::make_unique<CompiledModel>(file);
  }

  Job bind(const std::string& task, const std::string& model, const Matrix& rows) override {
    if (task != "predict_one") refuse_task(task);
    return models_.at(model)->predict_one(rows);
  }

 private:
  std::map<std::string, std::unique_ptr<CompiledModel>> models_;
};

}  // namespace

std::unique_ptr<Contender> make_compiled() { return std::make_unique<Compiled>(); }

}  // namespace credit_risk::bench
