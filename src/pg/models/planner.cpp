// Planner support of the scoring and explaining functions: their cost grows with the model.
#include "pg/models/planned_model.hpp"
#include "pg/settings.hpp"

namespace credit_risk::pg {
namespace {

// The functions' declared COST is that of the example model (models/retail_demo.json): a share for
// reading the row, which no model changes, and the rest in proportion to the work.
constexpr double kReadingCost = 30;
constexpr double kExampleLevels = 900, kExampleNodes = 12000;

List* arguments_of(Node* call) {
  if (call == nullptr) return NIL;
  if (IsA(call, FuncExpr)) return castNode(FuncExpr, call)->args;
  if (IsA(call, WindowFunc)) return castNode(WindowFunc, call)->args;
  return NIL;
}

// Null where the argument is not there or not known when planning.
const Const* constant_argument(PlannerInfo* root, Node* call, int place) {
  List* const arguments = arguments_of(call);
  if (place >= list_length(arguments)) return nullptr;
  auto* argument = static_cast<Node*>(list_nth(arguments, place));
  if (!IsA(argument, Const)) argument = estimate_expression_value(root, argument);
  return IsA(argument, Const) ? castNode(Const, argument) : nullptr;
}

bool is_version_call(Node* call) {
  List* const arguments = arguments_of(call);
  return arguments != NIL && exprType(static_cast<Node*>(linitial(arguments))) == INT8OID;
}

// The model is the second argument, a version the first.
bool find_work(PlannerInfo* root, Node* call, ModelWork* work) {
  const bool by_version = is_version_call(call);
  const Const* const given = constant_argument(root, call, by_version ? 0 : 1);
  if (given == nullptr) return false;
  if (by_version) {
    return !given->constisnull && work_of_version(DatumGetInt64(given->constvalue), work);
  }
  if (!given->constisnull) return work_of_model(TextDatumGetCString(given->constvalue), work);
  return default_model != nullptr && default_model[0] != '\0' && work_of_model(default_model, work);
}

double declared_cost(Oid function) {
  const HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) return 1;
  const double cost = ((Form_pg_proc)GETSTRUCT(tuple))->procost;
  ReleaseSysCache(tuple);
  return cost;
}

enum class Grows { kWithLevels, kWithNodes };

bool answer_cost(SupportRequestCost* request, Grows grows) {
  ModelWork work;
  if (!find_work(request->root, request->node, &work)) return false;
  const double share =
      grows == Grows::kWithLevels ? work.levels / kExampleLevels : work.nodes / kExampleNodes;
  const double cost = declared_cost(request->funcid);
  request->startup = 0;
  request->per_tuple = (kReadingCost + (cost - kReadingCost) * share) * cpu_operator_cost;
  return true;
}

// Of shap_explain(features, model, top, ...).
bool answer_rows(SupportRequestRows* request) {
  ModelWork work;
  if (!find_work(request->root, request->node, &work)) return false;
  const Const* const top = constant_argument(request->root, request->node, 2);
  request->rows = work.features;
  if (top != nullptr && !top->constisnull && DatumGetInt32(top->constvalue) < request->rows) {
    request->rows = DatumGetInt32(top->constvalue);
  }
  if (request->rows < 1) request->rows = 1;
  return true;
}

Datum answer(FunctionCallInfo fcinfo, Grows grows) {
  auto* const request = reinterpret_cast<Node*>(PG_GETARG_POINTER(0));
  bool answered = false;
  if (IsA(request, SupportRequestCost)) {
    answered = answer_cost(reinterpret_cast<SupportRequestCost*>(request), grows);
  } else if (IsA(request, SupportRequestRows)) {
    answered = answer_rows(reinterpret_cast<SupportRequestRows*>(request));
  }
  PG_RETURN_POINTER(answered ? request : nullptr);
}

}  // namespace

CR_FUNCTION(cr_plan_scoring) { return answer(fcinfo, Grows::kWithLevels); }

CR_FUNCTION(cr_plan_explaining) { return answer(fcinfo, Grows::kWithNodes); }

}  // namespace credit_risk::pg
