// The kernels of shap_rows.hpp for instructions that not every x86-64 has: each in a file of its
// own that calls no inline function of another, as the linker might keep the copy with these
// instructions for everybody.
#pragma once
#include "core/explain/shap_rows.hpp"

namespace credit_risk {

void explain_rows_avx2(const ShapRowsBlock& block, const ShapRowsRule& rule,
                       const ShapRowsRoom& room);
// AVX-512 F and DQ.
void explain_rows_avx512(const ShapRowsBlock& block, const ShapRowsRule& rule,
                         const ShapRowsRoom& room);

}  // namespace credit_risk
