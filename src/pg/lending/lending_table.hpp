// The table of applications of a lending schema, as its triggers see it: what a session keeps about
// it, and the rights they act with.
#pragma once
#include "pg/explain/explain_site.hpp"

namespace credit_risk::pg {

struct LendingTable {
  Oid relation;
  bool current;  // whether what follows was compared with the table since its last change
  char* schema;
  TupleDesc definition;
  AttrNumber application_id, customer_id, application_status, currency, remarks;
  AttrNumber credit_score, risk_probability, risk_level, model_version, assessment;
  SPIPlanPtr facts;   // of a row, what decides it; the columns: Fact
  SPIPlanPtr record;  // adds a row to decisions; the parameters: its columns in order
  ExplainSite* site;
};

// Columns that the plan `facts` gives.
enum Fact { kModel = 1, kVersion, kContentSha256, kApproveBelow, kReviewBelow, kFeatures };

// Of the table that fires the trigger, for each row. Errors: 39P01 no trigger of the kind that
// `timing` says (TRIGGER_EVENT_BEFORE or 0); 0A000 the table is not applications of a lending
// schema; 42703, 42804 a column is absent or has another type.
const TriggerData* row_trigger(FunctionCallInfo fcinfo, std::uint32_t timing);
LendingTable& lending_table(Relation relation);

// Runs a plan of the table with the row's columns, those not dropped, as its parameters.
void read_facts(const LendingTable& table, HeapTuple row);

struct Rights {
  Oid user;
  int context;
};

// Whoever may write applications need not see customers or log. An error gives the rights back.
Rights act_as_owner(Relation relation);
void act_again_as(const Rights& rights);

}  // namespace credit_risk::pg
