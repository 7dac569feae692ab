// What one call of a scoring function in a query keeps from row to row.
#pragma once
#include <string>

#include "pg/models/deployment.hpp"
#include "pg/models/feature_map.hpp"
#include "pg/guard.hpp"

namespace credit_risk::pg {

enum class FeatureForm : std::uint8_t { kRecord, kJsonb, kArray };

// Null for NULL.
inline text* text_arg(FunctionCallInfo fcinfo, int arg) {
  return PG_ARGISNULL(arg) ? nullptr : PG_GETARG_TEXT_PP(arg);
}

inline TextSpan span_of(const text* value) {
  return {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

class CallSite {
 public:
  // The call site of the running call, made at its first row. The features are the argument
  // `features_arg`, in the form that the SQL function declares. `Site`: CallSite, or what a
  // function derives from it to keep more.
  template <class Site = CallSite>
  static Site& of(FunctionCallInfo fcinfo, int features_arg) {
    if (fcinfo->flinfo->fn_extra == nullptr) {
      const FeatureForm form = declared_form(fcinfo->flinfo->fn_oid, features_arg);
      auto* site = make_in_context<Site>(fcinfo->flinfo->fn_mcxt);
      site->open(form, features_arg, fcinfo->flinfo->fn_mcxt);
      fcinfo->flinfo->fn_extra = site;
    }
    return *static_cast<Site*>(fcinfo->flinfo->fn_extra);
  }

  // One that lives as long as `context`, for records that read(Datum) is given.
  template <class Site>
  static Site* make_kept(MemoryContext context) {
    auto* site = make_in_context<Site>(context);
    site->open(FeatureForm::kRecord, 0, context);
    return site;
  }

  // Takes the model of this name, of credit_risk.default_model for null: the version deployed in
  // this statement.
  void use_deployed(text* name);
  void use_deployed(FunctionCallInfo fcinfo, int arg) { use_deployed(text_arg(fcinfo, arg)); }
  void use_version(std::int64_t version);
  // A version that the caller read from the registry, in this statement.
  void use_found(const ModelVersion& found);

  // Reads the features of this call's row.
  const FeatureRow& read(FunctionCallInfo fcinfo) { return read(PG_GETARG_DATUM(features_arg_)); }
  const FeatureRow& read(Datum features);

  LoadedModel& model() const { return *model_; }
  MemoryContext context() const { return context_; }
  // Another number whenever the version was looked up again.
  std::uint64_t look_up() const { return look_up_; }
  const char* model_name() const { return model_name_.c_str(); }
  std::int64_t version() const { return version_; }

 private:
  static FeatureForm declared_form(Oid function, int arg);
  void open(FeatureForm form, int features_arg, MemoryContext context) {
    form_ = form;
    features_arg_ = features_arg;
    context_ = context;
  }
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
  std::uint64_t look_up_ = 0;
  ModelHandle model_;
  FeatureReader reader_;
};

}  // namespace credit_risk::pg
