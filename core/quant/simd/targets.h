// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// What every kernel is compiled for, before Highway is included: run-time dispatch takes the best that the
// processor has. Without SSSE3's neighbours little is gained, and no kernel gains by what came after
// AVX-512's first server processors. Vectors whose length is known at run time alone cannot be lanes of a
// tile.
#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS                                                                                 \
    (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
