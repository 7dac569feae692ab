// The calibration that a model gets as it is trained. Where classes were weighted, what the model
// says is no probability of the event.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/data/columns.hpp"
#include "core/train/fitted_model.hpp"

namespace credit_risk {

class Trainer;

enum class CalibrationRule : std::uint8_t {
  kAuto,  // none where no class is weighted; else sigmoid by rows out of bag, or prior without them
  kNone,
  kSigmoid,   // by rows out of bag
  kIsotonic,  // likewise
};

const char* name_of(CalibrationRule rule) noexcept;

// Refuses a rule by rows out of bag for a trainer that has none.
void check_rule(CalibrationRule rule, const Trainer& trainer);

// Gives `fitted`, as `trainer` made it of these rows, its calibration, and adds to its figures
// "calibration" (none, prior, sigmoid or isotonic) and, of a forest, what it says of the rows out
// of bag: oob_rows, oob_auc, oob_accuracy (at 0.5) and oob_brier, the last two calibrated.
void calibrate_fit(FittedModel& fitted, const Trainer& trainer, const TrainingData& data,
                   const std::vector<std::uint32_t>& rows, CalibrationRule rule,
                   const StopFlag& stop);

}  // namespace credit_risk
