// A report as an HTML page.
#include "core/report/document.hpp"
#include "pg/guard.hpp"

namespace credit_risk::pg {

// (document)
CR_FUNCTION(cr_report_html) {
  const char* const json = DatumGetCString(DirectFunctionCall1(jsonb_out, PG_GETARG_DATUM(0)));
  auto* const page = make_in_context<std::string>(CurrentMemoryContext);
  guard([&] { *page = html_page(parse_document(json, std::strlen(json))); });
  PG_RETURN_TEXT_P(cstring_to_text_with_len(page->data(), static_cast<int>(page->size())));
}

}  // namespace credit_risk::pg
