# SPDX-FileCopyrightText: Snug contributors
# SPDX-License-Identifier: MIT

# The pinned engine, llama.cpp v0.5.0, and its run-time plugins.
#
#   SNUG_LLAMA_SOURCE       bundle (the git bundle inside the npm package), git (upstream's tag), or a folder
#   SNUG_VULKAN             AUTO (when headers and glslc are there), ON, OFF
#   SNUG_CUDA               the CUDA plugin (CMAKE_CUDA_ARCHITECTURES chooses the cards)
#   SNUG_RPC                the plugin for devices of other machines
#   SNUG_CPU_ALL_VARIANTS   one CPU plugin for each instruction set; the best is chosen at run time
#   SNUG_ENGINE_DIR         where source and build live; shared by the presets of a checkout
#
# Defines the imported targets engine::engine-server, engine::llama-common, engine::llama, engine::ggml and the target
# `engine`, which compiles them. Everything is optimised, whatever CMAKE_BUILD_TYPE says.

option(SNUG_ENGINE "Build the engine and what needs it" ON)
set(SNUG_LLAMA_SOURCE "bundle" CACHE STRING "bundle, git, or the path of a llama.cpp v0.5.0 source tree")
set(SNUG_VULKAN "AUTO" CACHE STRING "Vulkan plugin: AUTO, ON or OFF")
set_property(CACHE SNUG_VULKAN PROPERTY STRINGS AUTO ON OFF)
option(SNUG_CUDA "CUDA plugin" OFF)
option(SNUG_RPC "RPC plugin" ON)
option(SNUG_CPU_ALL_VARIANTS "One CPU plugin for each instruction set" OFF)
set(SNUG_ENGINE_DIR "${PROJECT_SOURCE_DIR}/build/engine" CACHE PATH "Where the engine's source and build live")

if(NOT SNUG_ENGINE)
    return()
endif()

include(llama_source)
snug_llama_source("${SNUG_ENGINE_DIR}" SNUG_LLAMA_DIR)
include(vulkan_toolchain)
snug_vulkan_toolchain("${SNUG_LLAMA_DIR}" SNUG_VULKAN_BUILD)

set(SNUG_METAL OFF)
if(APPLE)
    set(SNUG_METAL ON)
endif()

set(SNUG_ENGINE_BUILD "${SNUG_ENGINE_DIR}/build")
set(engine_arguments
    "-DCMAKE_BUILD_TYPE=Release"
    "-DCMAKE_C_COMPILER=${CMAKE_C_COMPILER}"
    "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}"
    "-DSNUG_LLAMA_DIR=${SNUG_LLAMA_DIR}"
    "-DGGML_VULKAN=${SNUG_VULKAN_BUILD}"
    "-DGGML_CUDA=${SNUG_CUDA}"
    "-DGGML_RPC=${SNUG_RPC}"
    "-DGGML_METAL=${SNUG_METAL}"
    "-DGGML_CPU_ALL_VARIANTS=${SNUG_CPU_ALL_VARIANTS}")
# A launcher is part of every command: given to a folder that was configured without, it would compile all of it again.
if(CCACHE_PROGRAM AND NOT EXISTS "${SNUG_ENGINE_BUILD}/CMakeCache.txt")
    foreach(language C CXX CUDA)
        list(APPEND engine_arguments "-DCMAKE_${language}_COMPILER_LAUNCHER=${CCACHE_PROGRAM}")
    endforeach()
endif()
if(SNUG_CUDA)
    find_program(CMAKE_CUDA_COMPILER nvcc HINTS ENV CUDACXX ENV CUDA_HOME ENV CUDA_PATH PATHS /usr/local/cuda /opt/cuda
                 PATH_SUFFIXES bin DOC "The CUDA compiler")
    if(NOT CMAKE_CUDA_COMPILER)
        message(FATAL_ERROR "The CUDA plugin was asked for, but nvcc was not found. Install the CUDA toolkit, or pass "
                            "-DCMAKE_CUDA_COMPILER=FILE.")
    endif()
    # NCCL only serves several cards at once, and a plugin that is linked to it does not load where it is absent.
    list(APPEND engine_arguments "-DCMAKE_CUDA_COMPILER=${CMAKE_CUDA_COMPILER}" "-DGGML_CUDA_NCCL=OFF")
endif()
if(CMAKE_CUDA_ARCHITECTURES)
    string(REPLACE ";" "\\;" engine_architectures "${CMAKE_CUDA_ARCHITECTURES}")
    list(APPEND engine_arguments "-DCMAKE_CUDA_ARCHITECTURES=${engine_architectures}")
endif()

message(STATUS "Configuring the engine (log: ${SNUG_ENGINE_DIR}/configure.log)")
execute_process(
    COMMAND "${CMAKE_COMMAND}" -S "${PROJECT_SOURCE_DIR}/backends/llama/engine" -B "${SNUG_ENGINE_BUILD}"
            -G "${CMAKE_GENERATOR}" ${engine_arguments}
    OUTPUT_VARIABLE engine_log ERROR_VARIABLE engine_log RESULT_VARIABLE engine_failed)
file(WRITE "${SNUG_ENGINE_DIR}/configure.log" "${engine_log}")
if(engine_failed)
    message(FATAL_ERROR "The engine could not be configured:\n${engine_log}")
endif()

find_package(Threads REQUIRED) # named by the imported targets
include("${SNUG_ENGINE_BUILD}/engine-targets.cmake")

set(engine_libraries engine-server server-context cpp-httplib mtmd llama-common llama-common-base llama ggml
    ggml-base)
set(engine_files "")
foreach(library IN LISTS engine_libraries)
    get_target_property(location engine::${library} IMPORTED_LOCATION_RELEASE)
    list(APPEND engine_files "${location}")
endforeach()
# Every plugin is a dependency of ggml, so one target builds all that was configured.
# The environment is compiler_cache.cmake's: another clone shares the cache.
add_custom_target(engine ALL
    COMMAND "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
            CCACHE_SLOPPINESS=pch_defines,time_macros "${CMAKE_COMMAND}" --build "${SNUG_ENGINE_BUILD}" --target engine-server
    BYPRODUCTS ${engine_files}
    COMMENT "Building the engine" USES_TERMINAL VERBATIM)
foreach(library IN LISTS engine_libraries)
    add_dependencies(engine::${library} engine)
endforeach()

# The plugins stand where an installation has them: lib/snug beside bin.
set(SNUG_PLUGIN_DIR "${CMAKE_BINARY_DIR}/lib/snug")
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
file(CREATE_LINK "${SNUG_ENGINE_BUILD}/bin" "${SNUG_PLUGIN_DIR}" SYMBOLIC COPY_ON_ERROR)
