// CR_UNROLL before a loop of a known, small count writes it out. CR_INLINE behind the parameters of
// a lambda puts it where it is called, however large it is.
#pragma once

#ifdef __clang__
#define CR_UNROLL _Pragma("unroll")
#else
#define CR_UNROLL _Pragma("GCC unroll 16")
#endif

#define CR_INLINE __attribute__((always_inline))
