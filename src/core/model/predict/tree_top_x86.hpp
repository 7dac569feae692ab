// The kernels of tree_top.hpp for instructions that not every x86-64 has: each in a file of its own
// that calls no inline function of another, as the linker might keep the copy with these
// instructions for everybody.
#pragma once
#include "core/model/predict/tree_top.hpp"

namespace credit_risk {

void enter_rows_avx2(const TreeTop& top, const float* values, std::uint32_t* at);
// AVX-512 F and DQ.
void enter_rows_avx512(const TreeTop& top, const float* values, std::uint32_t* at);

}  // namespace credit_risk
