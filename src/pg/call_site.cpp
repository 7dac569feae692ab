#include "pg/call_site.hpp"

#include "pg/guard.hpp"
#include "pg/settings.hpp"

namespace credit_risk::pg {
namespace {

FeatureForm declared_form(Oid function, int arg) {
  Oid* types;
  int count;
  get_func_signature(function, &types, &count);
  const Oid type = arg < count ? types[arg] : InvalidOid;
  return type == JSONBOID         ? FeatureForm::kJsonb
         : type == FLOAT8ARRAYOID ? FeatureForm::kArray
                                  : FeatureForm::kRecord;
}

const char* asked_model(FunctionCallInfo fcinfo, int arg) {
  if (!PG_ARGISNULL(arg)) return nullptr;
  if (default_model == nullptr || default_model[0] == '\0') {
    ereport(
        ERROR,
        (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("no model is given"),
         errdetail("Argument \"model\" is NULL and setting credit_risk.default_model is empty."),
         errhint("Pass model, or set the database's default: ALTER DATABASE name SET "
                 "credit_risk.default_model = 'model'.")));
  }
  return default_model;
}

bool same(const std::string& text, TextSpan other) {
  return text.size() == other.size && std::memcmp(text.data(), other.data, other.size) == 0;
}

}  // namespace

CallSite& CallSite::of(FunctionCallInfo fcinfo, int features_arg) {
  FmgrInfo* function = fcinfo->flinfo;
  if (function->fn_extra == nullptr) {
    const FeatureForm form = declared_form(function->fn_oid, features_arg);
    auto* site = make_in_context<CallSite>(function->fn_mcxt);
    site->form_ = form;
    site->features_arg_ = features_arg;
    site->context_ = function->fn_mcxt;
    function->fn_extra = site;
  }
  return *static_cast<CallSite*>(function->fn_extra);
}

void CallSite::take(const ModelVersion& found, const StatementKey& now, const char* asked) {
  ContentHash hash;
  std::memcpy(hash.data(), found.content_sha256, hash.size());
  // After an error below, a call site that lives on (in a block with EXCEPTION) must start anew.
  statement_ = {};
  reader_.check_record_type();
  if (model_ == nullptr || model_->hash() != hash) load(hash, found.version);
  guard([&] {
    asked_ = asked;
    model_name_ = found.model;
  });
  version_ = found.version;
  statement_ = now;
}

void CallSite::load(const ContentHash& hash, std::int64_t version) {
  guard([&] { model_ = find_model(hash); });
  if (model_ == nullptr) {
    const bytea* content = version_content(version);
    const std::size_t max_bytes = static_cast<std::size_t>(model_cache_megabytes) << 20;
    guard([&] {
      model_ = load_model(hash, VARDATA_ANY(content), VARSIZE_ANY_EXHDR(content), max_bytes);
    });
  }
  guard([&] {
    const ModelHandle held = std::move(model_);  // model_ stays null if the next line throws
    reader_.use_model(held.get());
    model_ = held;
  });
}

void CallSite::use_deployed(FunctionCallInfo fcinfo, int arg) {
  const char* name = asked_model(fcinfo, arg);
  const StatementKey now = current_statement();
  if (name != nullptr) {
    if (is_current(now) && asked_ == name) return;
  } else {
    text* given = PG_GETARG_TEXT_PP(arg);
    if (is_current(now) && same(asked_, {VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given)})) return;
    name = text_to_cstring(given);
  }
  take(deployed_version(name), now, name);
}

void CallSite::use_version(std::int64_t version) {
  const StatementKey now = current_statement();
  if (is_current(now) && version_ == version) return;
  take(find_version(version), now, "");
}

const FeatureRow& CallSite::read(FunctionCallInfo fcinfo) {
  switch (form_) {
    case FeatureForm::kJsonb:
      return reader_.read_jsonb(PG_GETARG_JSONB_P(features_arg_), model_name());
    case FeatureForm::kArray:
      return reader_.read_array(fcinfo, features_arg_, model_name());
    default:
      return reader_.read_record(PG_GETARG_HEAPTUPLEHEADER(features_arg_), model_name(), context_);
  }
}

}  // namespace credit_risk::pg
