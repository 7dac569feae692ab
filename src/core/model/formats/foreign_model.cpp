#include "core/model/formats/foreign_model.hpp"

#include "core/error.hpp"
#include "core/model/formats/catboost.hpp"
#include "core/model/formats/lightgbm/lightgbm.hpp"
#include "core/model/formats/onnx/onnx.hpp"
#include "core/model/formats/pmml/pmml.hpp"
#include "core/model/formats/xgboost.hpp"
#include "core/model/json/json_form.hpp"
#include "core/model/validate.hpp"

namespace credit_risk {
namespace {

void check_size(std::string_view content) {
  if (content.size() <= kMaxForeignBytes) return;
  throw Error(ErrorKind::kLimit, "model file is too large",
              "It has " + std::to_string(content.size()) + " bytes; at most " +
                  std::to_string(kMaxForeignBytes) + " are possible.",
              "Train fewer or smaller trees.");
}

Model own_model(std::string_view content, const ImportOptions& options) {
  if (options.tree_limit != 0 || !options.features.empty()) {
    throw Error(ErrorKind::kInvalidInput,
                "a model in format \"credit_risk.model.v1\" takes no options",
                "It says all about its features and trees itself.",
                "Leave out features and n_trees, or change the file.");
  }
  return from_json(content.data(), content.size());
}

}  // namespace

Model import_foreign_model(std::string_view format, std::string_view content,
                           const ImportOptions& options) {
  check_size(content);
  Model model;
  if (format == "credit_risk.model.v1")
    return own_model(content, options);
  else if (format == "xgboost")
    model = import_xgboost(content, options);
  else if (format == "lightgbm")
    model = import_lightgbm(content, options);
  else if (format == "catboost")
    model = import_catboost(content, options);
  else if (format == "onnx")
    model = import_onnx(content, options);
  else if (format == "pmml")
    model = import_pmml(content, options);
  else
    throw Error(ErrorKind::kUndefined,
                "model format \"" + std::string(format) + "\" does not exist",
                "Supported: xgboost, lightgbm, catboost, onnx, pmml, credit_risk.model.v1.",
                "Write a scikit-learn model with python/credit_risk_export.py, as "
                "credit_risk.model.v1.");
  validate(model);
  return model;
}

}  // namespace credit_risk
