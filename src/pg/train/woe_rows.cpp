#include "pg/train/woe_rows.hpp"

#include "core/metrics/tables/weight_of_evidence.hpp"

namespace credit_risk::pg {
Datum text_array_datum(const char* const* texts, std::size_t count) {
  auto* const elements = static_cast<Datum*>(palloc(sizeof(Datum) * (count + 1)));
  for (std::size_t i = 0; i < count; ++i) elements[i] = CStringGetTextDatum(texts[i]);
  return PointerGetDatum(
      construct_array(elements, static_cast<int>(count), TEXTOID, -1, false, TYPALIGN_INT));
}

void fill_woe_row(int number, const WoeRow& from, RowValues* row) {
  const CountedBin& bin = *from.bin;
  const char* const kind = bin_kind_name(bin.kind);
  const char* const text = bin.text.c_str();
  const double rows = bin.events + bin.others;
  row->add_int(number);
  row->add_text(kind, std::strlen(kind));
  row->add_text(from.label, std::strlen(from.label));
  row->add_bound(bin.lower);
  row->add_bound(bin.upper);
  if (from.categories != nullptr) {
    row->add(text_array_datum(from.categories, from.category_count));
  } else if (bin.kind == BinKind::kCategory) {
    row->add(text_array_datum(&text, 1));
  } else {
    row->add_null();
  }
  row->add_count(bin.rows);
  row->add_figure(bin.events);
  row->add_figure(from.share);
  row->add_figure(bin.events / rows);
  row->add_figure(from.evidence->woe);
  row->add_figure(from.evidence->iv);
}

}  // namespace credit_risk::pg
