// classify_borrower: arrays of one borrower in, one row per loan out.
#include <algorithm>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/lending/borrower_timeline.hpp"
#include "pg/guard.hpp"
#include "pg/lending/money.hpp"
#include "pg/lending/rule_set.hpp"

namespace credit_risk::pg {
namespace {

// Kept at the call site: a query over a million borrowers allocates for the largest of them once.
struct Workspace {
  std::vector<std::pair<std::int64_t, std::size_t>> by_id;
  std::vector<Facility> facilities;
  std::vector<FacilityStatus> statuses;
};

struct CallSite {
  RuleSetCache rules;
  Workspace* workspace;
};

// A flow of the named loan: receipts, or explicit dues.
struct LoanFlows {
  Span<std::int64_t> loan_ids;
  Span<Day> dates;
  Span<Paise> amounts;
};

struct Borrower {
  Span<std::int64_t> loan_ids;
  Span<Paise> principals;
  Span<Rate> annual_rates;
  Span<std::int32_t> tenures;
  Span<Paise> emis;
  Span<Day> first_due_dates;
  Span<Day> disbursed_on;
  bool has_disbursed_on;
  LoanFlows receipts;
  LoanFlows dues;
  Day as_of;
};

constexpr int kRuleSetArg = 10;

CallSite* call_site(FunctionCallInfo fcinfo) {
  FmgrInfo* function = fcinfo->flinfo;
  if (function->fn_extra == nullptr) {
    auto* site =
        static_cast<CallSite*>(MemoryContextAllocZero(function->fn_mcxt, sizeof(CallSite)));
    site->workspace = make_in_context<Workspace>(function->fn_mcxt);
    function->fn_extra = site;
  }
  return static_cast<CallSite*>(function->fn_extra);
}

LoanFlows receipt_args(FunctionCallInfo fcinfo) {
  const LoanFlows flows{bigint_array_arg(fcinfo, 6, "receipt_loan_ids"),
                        date_array_arg(fcinfo, 7, "receipt_dates"),
                        money_array_arg(fcinfo, 8, "receipt_amounts")};
  require_same_length(flows.loan_ids.size, "receipt_loan_ids", flows.dates.size, "receipt_dates");
  require_same_length(flows.loan_ids.size, "receipt_loan_ids", flows.amounts.size,
                      "receipt_amounts");
  return flows;
}

LoanFlows due_args(FunctionCallInfo fcinfo) {
  const LoanFlows flows{bigint_array_arg(fcinfo, 11, "due_loan_ids"),
                        date_array_arg(fcinfo, 12, "due_dates"),
                        money_array_arg(fcinfo, 13, "due_amounts")};
  require_same_length(flows.loan_ids.size, "due_loan_ids", flows.dates.size, "due_dates");
  require_same_length(flows.loan_ids.size, "due_loan_ids", flows.amounts.size, "due_amounts");
  return flows;
}

void require_loan_lengths(const Borrower& borrower) {
  const std::size_t size = borrower.loan_ids.size;
  require_same_length(size, "loan_ids", borrower.principals.size, "principals");
  require_same_length(size, "loan_ids", borrower.annual_rates.size, "annual_rates");
  require_same_length(size, "loan_ids", borrower.tenures.size, "tenures");
  require_same_length(size, "loan_ids", borrower.emis.size, "emis");
  require_same_length(size, "loan_ids", borrower.first_due_dates.size, "first_due_dates");
  if (!borrower.has_disbursed_on) return;
  require_same_length(size, "loan_ids", borrower.disbursed_on.size, "disbursed_on");
}

void require_emis(Span<Paise> emis) {
  for (std::size_t i = 0; i < emis.size; ++i) {
    if (emis.data[i] >= 0 || emis.data[i] == kComputeEmi) continue;
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("emi must not be negative")));
  }
}

Borrower borrower_args(FunctionCallInfo fcinfo) {
  Borrower borrower{};
  borrower.loan_ids = bigint_array_arg(fcinfo, 0, "loan_ids");
  borrower.principals = money_array_arg(fcinfo, 1, "principals");
  borrower.annual_rates = rate_array_arg(fcinfo, 2, "annual_rates");
  borrower.tenures = int_array_arg(fcinfo, 3, "tenures");
  borrower.emis = money_array_arg(fcinfo, 4, "emis", kComputeEmi);
  borrower.first_due_dates = date_array_arg(fcinfo, 5, "first_due_dates");
  borrower.receipts = receipt_args(fcinfo);
  borrower.as_of = PG_GETARG_DATEADT(9);
  borrower.dues = due_args(fcinfo);
  borrower.has_disbursed_on = !PG_ARGISNULL(14);
  borrower.disbursed_on = date_array_arg(fcinfo, 14, "disbursed_on");
  require_loan_lengths(borrower);
  require_emis(borrower.emis);
  return borrower;
}

void index_loans(const Borrower& borrower, Workspace& work) {
  work.by_id.clear();
  for (std::size_t i = 0; i < borrower.loan_ids.size; ++i) {
    work.by_id.emplace_back(borrower.loan_ids.data[i], i);
  }
  std::sort(work.by_id.begin(), work.by_id.end());
  for (std::size_t i = 1; i < work.by_id.size(); ++i) {
    if (work.by_id[i].first != work.by_id[i - 1].first) continue;
    throw Error(ErrorKind::kInvalidInput,
                "loan " + std::to_string(work.by_id[i].first) + " appears twice in \"loan_ids\"");
  }
}

Facility& facility_of(Workspace& work, std::int64_t loan_id, const char* array) {
  const auto found = std::lower_bound(work.by_id.begin(), work.by_id.end(),
                                      std::make_pair(loan_id, std::size_t{0}));
  if (found == work.by_id.end() || found->first != loan_id) {
    throw Error(ErrorKind::kInvalidInput,
                "loan " + std::to_string(loan_id) + " of \"" + array + "\" is not in \"loan_ids\"");
  }
  return work.facilities[found->second];
}

void fill_terms(const Borrower& borrower, Workspace& work) {
  work.facilities.resize(borrower.loan_ids.size);
  for (std::size_t i = 0; i < borrower.loan_ids.size; ++i) {
    Facility& facility = work.facilities[i];
    facility.loan_id = borrower.loan_ids.data[i];
    facility.terms = {};
    facility.terms.loan = {borrower.principals.data[i], borrower.annual_rates.data[i],
                           borrower.tenures.data[i]};
    facility.terms.first_due_date = borrower.first_due_dates.data[i];
    facility.terms.emi = borrower.emis.data[i];
    facility.terms.has_disbursed_on = borrower.has_disbursed_on;
    if (borrower.has_disbursed_on) facility.terms.disbursed_on = borrower.disbursed_on.data[i];
    facility.dues.clear();
    facility.receipts.clear();
  }
}

void fill_flows(const Borrower& borrower, Workspace& work) {
  const LoanFlows& receipts = borrower.receipts;
  for (std::size_t i = 0; i < receipts.dates.size; ++i) {
    facility_of(work, receipts.loan_ids.data[i], "receipt_loan_ids")
        .receipts.push_back({receipts.dates.data[i], receipts.amounts.data[i]});
  }
  const LoanFlows& dues = borrower.dues;
  for (std::size_t i = 0; i < dues.dates.size; ++i) {
    facility_of(work, dues.loan_ids.data[i], "due_loan_ids")
        .dues.push_back({dues.dates.data[i], dues.amounts.data[i]});
  }
}

Datum date_array(const std::vector<Episode>& episodes, Day Episode::*end) {
  const std::size_t size = episodes.size();
  auto* days = static_cast<Datum*>(palloc((size + 1) * sizeof(Datum)));
  auto* nulls = static_cast<bool*>(palloc0(size + 1));
  for (std::size_t i = 0; i < size; ++i) {
    days[i] = DateADTGetDatum(episodes[i].*end);
    nulls[i] = episodes[i].*end == kStillOpen;
  }
  int count = static_cast<int>(size);
  int lower_bound = 1;
  return PointerGetDatum(construct_md_array(days, nulls, size > 0 ? 1 : 0, &count, &lower_bound,
                                            DATEOID, sizeof(DateADT), true, TYPALIGN_INT));
}

void put_status(ReturnSetInfo* result, const RuleSet& rules, const FacilityStatus& status) {
  const bool overdue = status.position.overdue;
  const bool has_sma = status.sma_band != kNoClass;
  const char* asset_class =
      status.asset_band == kNoClass ? "Standard" : rules.npa[status.asset_band].name;
  Datum values[] = {Int64GetDatum(status.loan_id),
                    DateADTGetDatum(status.position.oldest_unpaid),
                    Int32GetDatum(overdue ? status.days_past_due : 0),
                    Int32GetDatum(overdue ? status.days_past_due + 1 : 0),
                    numeric_of_paise(status.position.overdue_amount),
                    numeric_of_paise(status.outstanding_principal),
                    numeric_of_paise(status.position.advance_credit),
                    CStringGetTextDatum(asset_class),
                    has_sma ? CStringGetTextDatum(rules.sma[status.sma_band].name) : Datum{0},
                    DateADTGetDatum(status.npa_since),
                    DateADTGetDatum(status.closed_on),
                    DateADTGetDatum(status.last_receipt),
                    date_array(status.episodes, &Episode::from),
                    date_array(status.episodes, &Episode::to)};
  bool nulls[14] = {};
  nulls[1] = !overdue;
  nulls[8] = !has_sma;
  nulls[9] = !status.is_npa;
  nulls[10] = !status.is_closed;
  nulls[11] = !status.has_receipt;
  tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

}  // namespace

CR_FUNCTION(cr_classify_borrower) {
  InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
  if (PG_ARGISNULL(0) || PG_ARGISNULL(9) || PG_ARGISNULL(kRuleSetArg)) return Datum{0};
  CallSite* site = call_site(fcinfo);
  const RuleSet* rules = rule_set_named(&site->rules, PG_GETARG_TEXT_PP(kRuleSetArg));
  const Borrower borrower = borrower_args(fcinfo);
  Workspace& work = *site->workspace;
  guard([&] {
    index_loans(borrower, work);
    fill_terms(borrower, work);
    fill_flows(borrower, work);
    classify_borrower(work.facilities, *rules, borrower.as_of, work.statuses);
  });
  auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  for (const FacilityStatus& status : work.statuses) put_status(result, *rules, status);
  return Datum{0};
}

}  // namespace credit_risk::pg
