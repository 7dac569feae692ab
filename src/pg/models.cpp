// The registry's C side: what the SQL of 20_models cannot do itself.
#include "pg/postgres.hpp"
#include "pg/settings.hpp"

namespace credit_risk::pg {

// A function, not current_setting: calling it loads the module, after which a plain role's SET no
// longer counts.
CR_FUNCTION(cr_independent_approval_required) { PG_RETURN_BOOL(require_independent_approval); }

}  // namespace credit_risk::pg
