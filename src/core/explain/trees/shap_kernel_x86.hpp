// The kernels of shap_kernel.hpp for instructions that not every x86-64 has: each in a file of its
// own that calls no inline function of another, as the linker might keep the copy with these
// instructions for everybody.
#pragma once
#include "core/explain/trees/shap_kernel.hpp"

namespace credit_risk {

void explain_row_avx2(const ShapBlockView& block, const ShapBlockView* next, const ShapRule& rule,
                      const ShapRowRoom& room);
void explain_rows_avx2(const ShapBlockView& block, const ShapRule& rule, const ShapRowsRoom& room);
// AVX-512 F and DQ.
void explain_row_avx512(const ShapBlockView& block, const ShapBlockView* next, const ShapRule& rule,
                        const ShapRowRoom& room);
void explain_rows_avx512(const ShapBlockView& block, const ShapRule& rule,
                         const ShapRowsRoom& room);

}  // namespace credit_risk
