#include "pg/call_site.hpp"

#include "pg/arrays.hpp"
#include "pg/settings.hpp"

namespace credit_risk::pg {
namespace {

const char* required_default_model() {
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

FeatureForm CallSite::declared_form(Oid function, int arg) {
  Oid* types;
  int count;
  get_func_signature(function, &types, &count);
  const Oid type = arg < count ? types[arg] : InvalidOid;
  return type == JSONBOID         ? FeatureForm::kJsonb
         : type == FLOAT8ARRAYOID ? FeatureForm::kArray
                                  : FeatureForm::kRecord;
}

void CallSite::take(const ModelVersion& found, const StatementKey& now, const char* asked) {
  ContentHash hash;
  std::memcpy(hash.data(), found.content_sha256, hash.size());
  // After an error below, a call site that lives on (in a block with EXCEPTION) must start anew.
  statement_ = {};
  ++look_up_;
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

void CallSite::use_deployed(text* given) {
  const char* name = given == nullptr ? required_default_model() : nullptr;
  const StatementKey now = current_statement();
  const TextSpan asked = given == nullptr ? TextSpan{name, std::strlen(name)} : span_of(given);
  if (is_current(now) && same(asked_, asked)) return;
  if (name == nullptr) name = text_to_cstring(given);
  take(deployed_version(name), now, name);
}

void CallSite::use_version(std::int64_t version) {
  const StatementKey now = current_statement();
  if (is_current(now) && version_ == version) return;
  take(find_version(version), now, "");
}

void CallSite::use_found(const ModelVersion& found) {
  const bool same_model =
      model_ != nullptr && version_ == found.version && model_name_ == found.model &&
      std::memcmp(model_->hash().data(), found.content_sha256, sizeof found.content_sha256) == 0;
  if (!same_model) take(found, StatementKey{}, "");
}

const FeatureRow& CallSite::read(Datum features) {
  switch (form_) {
    case FeatureForm::kJsonb:
      return reader_.read_jsonb(DatumGetJsonbP(features), model_name());
    case FeatureForm::kArray:
      return reader_.read_array(float8_array(features), model_name());
    default:
      return reader_.read_record(DatumGetHeapTupleHeader(features), model_name(), context_);
  }
}

}  // namespace credit_risk::pg
