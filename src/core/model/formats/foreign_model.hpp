// Models that other libraries wrote, lowered to the canonical form so that they score as in their
// library. Whatever cannot be carried exactly is refused with the reason; content is never trusted.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/model.hpp"

namespace credit_risk {

// One feature as the caller names it, in the order of the model's columns.
struct ForeignFeature {
  std::string name;                     // empty: as the file says
  std::vector<std::string> categories;  // empty: as the file says
};

struct ImportOptions {
  std::vector<ForeignFeature> features;  // empty, or one for each feature of the model
  std::size_t tree_limit = 0;            // only the first so many trees; 0: as the file says
  bool checked = false;                  // rows of the library follow that would show a wrong guess
};

// A file larger than this is refused before it is parsed: a parsed JSON text takes up to 13 times
// its size.
inline constexpr std::size_t kMaxForeignBytes = std::size_t{256} << 20;

// `format`: "xgboost" (JSON, UBJSON), "lightgbm" (text, JSON dump), "catboost" (JSON),
// "onnx", "pmml" or "credit_risk.model.v1". Throws kUndefined for another format, kBadModel with
// the place in the file, kLimit, or kInvalidInput for options that do not fit the model. The result
// is validated.
Model import_foreign_model(std::string_view format, std::string_view content,
                           const ImportOptions& options);

}  // namespace credit_risk
