// The kernels of background_leaves.hpp for instructions that not every x86-64 has: each in a file
// of its own that calls no inline function of another, as the linker might keep the copy with these
// instructions for everybody.
#pragma once
#include "core/explain/background/background_leaves.hpp"

namespace credit_risk {

double add_leaves_popcnt(const LeafPass& pass, const LeafRoom& room, double sum, double* phi);
// AVX-512 F, DQ and VPOPCNTDQ.
double add_leaves_avx512(const LeafPass& pass, const LeafRoom& room, double sum, double* phi);

}  // namespace credit_risk
