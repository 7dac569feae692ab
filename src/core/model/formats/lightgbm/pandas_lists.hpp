// Which feature each list of categories belongs to, where a model was trained on a data frame of
// pandas: the file has the lists in the order of the columns, but does not say of which columns.
#pragma once
#include <cstddef>
#include <limits>
#include <vector>

#include "core/model/formats/foreign_model.hpp"
#include "core/model/formats/lightgbm/file.hpp"

namespace credit_risk {

inline constexpr std::size_t kNoList = std::numeric_limits<std::size_t>::max();

// For each feature the place of its list in pandas_categories, or kNoList. `categorical` tells the
// features that are categories to the trees or by the caller's word. Throws kBadModel where more
// than one way fits.
std::vector<std::size_t> pandas_lists(const LightgbmFile& file,
                                      const std::vector<bool>& categorical,
                                      const ImportOptions& options);

}  // namespace credit_risk
