// What one call of a scoring function in a query keeps from row to row.
#pragma once
#include <string>

#include "pg/deployment.hpp"
#include "pg/feature_map.hpp"

namespace credit_risk::pg {

enum class FeatureForm : std::uint8_t { kRecord, kJsonb, kArray };

class CallSite {
 public:
  // The call site of the running call, made at its first row. The features are the argument
  // `features_arg`, in the form that the SQL function declares.
  static CallSite& of(FunctionCallInfo fcinfo, int features_arg);

  // Takes the model by the text argument `arg`, else by credit_risk.default_model: the version
  // deployed in this statement.
  void use_deployed(FunctionCallInfo fcinfo, int arg);
  void use_version(std::int64_t version);

  // Reads the features of this call's row.
  const FeatureRow& read(FunctionCallInfo fcinfo);

  LoadedModel& model() const { return *model_; }
  const char* model_name() const { return model_name_.c_str(); }
  std::int64_t version() const { return version_; }

 private:
  bool is_current(const StatementKey& now) const { return model_ != nullptr && statement_ == now; }
  void take(const ModelVersion& found, const StatementKey& now, const char* asked);
  void load(const ContentHash& hash, std::int64_t version);

  FeatureForm form_ = FeatureForm::kRecord;
  int features_arg_ = 0;
  MemoryContext context_ = nullptr;
  StatementKey statement_{};
  std::string asked_;  // the model's name as the caller gave it
  std::string model_name_;
  std::int64_t version_ = 0;
  ModelHandle model_;
  FeatureReader reader_;
};

}  // namespace credit_risk::pg
