# SPDX-FileCopyrightText: Snug contributors
# SPDX-License-Identifier: MIT

# ccache, when present. Paths below the checkout are hashed relative to it, so that another clone shares the cache.
find_program(CCACHE_PROGRAM ccache)
set(SNUG_COMPILER_LAUNCHER "")
if(CCACHE_PROGRAM)
    set(SNUG_COMPILER_LAUNCHER "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${PROJECT_SOURCE_DIR};CCACHE_NOHASHDIR=1;CCACHE_SLOPPINESS=pch_defines,time_macros;${CCACHE_PROGRAM}")
    set(CMAKE_C_COMPILER_LAUNCHER "${SNUG_COMPILER_LAUNCHER}")
    set(CMAKE_CXX_COMPILER_LAUNCHER "${SNUG_COMPILER_LAUNCHER}")
    set(CMAKE_CUDA_COMPILER_LAUNCHER "${SNUG_COMPILER_LAUNCHER}")
endif()
