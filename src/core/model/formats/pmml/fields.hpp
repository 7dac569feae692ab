// The fields of a PMML file (dmg.org/pmml/v4-4: DataDictionary, MiningSchema, Transformations) and
// what each name means inside a model.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/model/formats/foreign_model.hpp"
#include "core/model/formats/xml.hpp"
#include "core/model/model.hpp"

namespace credit_risk {

using PmmlCodes = std::unordered_map<std::string_view, std::int32_t>;

struct PmmlColumn {
  std::int32_t feature = -1;
  const PmmlCodes* codes = nullptr;  // of its categories; held by PmmlFields
  bool float32 = false;              // numbers are rounded to float32 first
  // A category that the file does not list: is itself, is missing, or else makes the row invalid.
  bool unlisted_is_itself = false;
  bool unlisted_is_missing = false;
  std::optional<std::string> replacement;  // of a missing value
  std::string reason;                      // why the field cannot be used here, if it cannot
};

// Names of one model; what it does not say itself holds as in the model around it.
class PmmlScope {
 public:
  explicit PmmlScope(const PmmlScope* parent = nullptr) : parent_(parent) {}

  // The column that `node` names in `attribute`. Throws kBadModel where it does not exist.
  const PmmlColumn& column(const XmlNode& node, std::string_view attribute) const;

  void set(std::string_view name, PmmlColumn column) { own_[name] = std::move(column); }
  const PmmlColumn* find(std::string_view name) const;

 private:
  const PmmlScope* parent_;
  std::unordered_map<std::string_view, PmmlColumn> own_;
};

class PmmlFields {
 public:
  explicit PmmlFields(const XmlNode& pmml);

  // The outermost model: its active fields become the features of `result`, in their order, called
  // as `options` says.
  void add_features(const XmlNode& model, const ImportOptions& options, Model& result,
                    PmmlScope& scope);

  // A model inside of another: what its MiningSchema and its transformations change.
  void enter(const XmlNode& model, PmmlScope& scope) const;

  // The second of the target's two values, whose probability is the output.
  std::string_view event(const XmlNode& model) const;
  std::string_view no_event(const XmlNode& model) const;

 private:
  std::string_view target_value(const XmlNode& model, std::size_t place) const;
  const XmlNode* field(std::string_view name) const;
  Feature feature_of(const XmlNode& field, PmmlCodes& codes) const;
  PmmlColumn treated(const XmlNode& mining_field, PmmlColumn column) const;
  void add_transformations(const XmlNode& parent, PmmlScope& scope) const;

  XmlNode pmml_;
  std::unordered_map<std::string_view, XmlNode> fields_;
  std::vector<std::unique_ptr<PmmlCodes>> codes_;  // by feature
  std::string_view target_;
};

}  // namespace credit_risk
