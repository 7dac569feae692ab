// What is told by the applications that were refused. Their outcome is not known, and those that
// were accepted are no sample of all: the regression is made on more than those (Siddiqi 2006,
// chapter 6; Thomas, Edelman and Crook 2002, section 8.3).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/stop_flag.hpp"
#include "core/train/data/columns.hpp"

namespace credit_risk {

enum class RejectMethod : std::uint8_t {
  kNone,
  kAugmentation,  // accepted rows count for those like them that were refused
  kParcelling,    // refused rows get the outcome of the accepted ones of like score, and worse
};

struct RejectInference {
  RejectMethod method = RejectMethod::kNone;
  // Of kParcelling: the share of events among the refused of a band of scores is that of the
  // accepted times this; greater than 0, at most 100.
  double uplift = 1.2;
  std::int32_t bands = 10;  // of about equally many accepted rows; 1 .. 100
};

void check(const RejectInference& params);

RejectMethod reject_method_by_name(const std::string& name);
const char* reject_method_name(RejectMethod method) noexcept;

// The accepted rows of these numbers, and behind them all refused ones, which are the event.
TrainingData accepted_and_refused(const TrainingData& data, const std::vector<std::uint32_t>& rows,
                                  const StopFlag& stop);

// 1 / p of the chance p of being accepted, which counts as 0.05 at least; in the mean 1.
std::vector<double> acceptance_weights(const std::vector<double>& chances);

// The chance of the event of each refused row. Margins, the higher the riskier, are those of one
// scorecard; `target` is that of the accepted. There are as many bands as `params` says, or fewer
// where margins are equal; a refused row falls into the band of the nearest accepted margin below.
std::vector<double> parcelled_chances(const std::vector<double>& accepted,
                                      const std::vector<std::uint8_t>& target,
                                      const std::vector<double>& refused,
                                      const RejectInference& params);

}  // namespace credit_risk
