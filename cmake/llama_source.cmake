# SPDX-FileCopyrightText: Snug contributors
# SPDX-License-Identifier: MIT

# Finds or fetches the source of llama.cpp v0.5.0. The bundle is a shallow clone of the release, shipped inside an npm
# package; its integrity hash is the one that npm publishes for this version.
set(SNUG_LLAMA_TAG "v0.5.0")
set(SNUG_LLAMA_COMMIT "de3ff815")
set(SNUG_LLAMA_REPOSITORY "https://github.com/ggml-org/llama.cpp")
set(SNUG_LLAMA_PACKAGE "node-llama-cpp@3.22.1")
set(SNUG_LLAMA_PACKAGE_SHA512
    "6e5b488a9b9699cd76dc7eed30880318a4ac4ab866865418795502e3c5d38d55bb5c624988927209d95333343f2e25a83e4183a5c2f816f883a60c3ba9f4e20f")

# Downloads the npm package into `folder` unless a file with the right hash is already there.
function(snug_llama_package folder out_file)
    set(file "${folder}/node-llama-cpp-3.22.1.tgz")
    set(${out_file} "${file}" PARENT_SCOPE)
    if(EXISTS "${file}")
        file(SHA512 "${file}" found)
        if(found STREQUAL SNUG_LLAMA_PACKAGE_SHA512)
            return()
        endif()
        file(REMOVE "${file}")
    endif()
    find_program(NPM_PROGRAM npm)
    if(NOT NPM_PROGRAM)
        message(FATAL_ERROR "npm is needed to fetch the engine's source. Install npm, or pass "
                            "-DSNUG_LLAMA_SOURCE=git or the path of a llama.cpp ${SNUG_LLAMA_TAG} tree.")
    endif()
    file(MAKE_DIRECTORY "${folder}")
    message(STATUS "Fetching ${SNUG_LLAMA_PACKAGE} (34 MiB)")
    execute_process(COMMAND "${NPM_PROGRAM}" pack --silent "${SNUG_LLAMA_PACKAGE}" WORKING_DIRECTORY "${folder}"
                    OUTPUT_QUIET ERROR_VARIABLE log RESULT_VARIABLE failed)
    if(failed OR NOT EXISTS "${file}")
        message(FATAL_ERROR "The engine's source could not be fetched from the npm registry. Check the network, or "
                            "pass -DSNUG_LLAMA_SOURCE=DIR.\n${log}")
    endif()
    file(SHA512 "${file}" found)
    if(NOT found STREQUAL SNUG_LLAMA_PACKAGE_SHA512)
        file(REMOVE "${file}")
        message(FATAL_ERROR "${SNUG_LLAMA_PACKAGE} is not the pinned file: its SHA-512 is ${found}.")
    endif()
endfunction()

# `git clone` into `folder` by way of a temporary name: a stopped clone never looks like a finished one.
function(snug_clone source folder)
    find_package(Git REQUIRED)
    file(REMOVE_RECURSE "${folder}.part")
    execute_process(COMMAND "${GIT_EXECUTABLE}" -c advice.detachedHead=false clone --quiet ${ARGN} "${source}" "${folder}.part"
                    ERROR_VARIABLE log RESULT_VARIABLE failed)
    if(failed)
        message(FATAL_ERROR "The engine's source could not be cloned from ${source}.\n${log}")
    endif()
    execute_process(COMMAND "${GIT_EXECUTABLE}" rev-parse HEAD WORKING_DIRECTORY "${folder}.part"
                    OUTPUT_VARIABLE head OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT head MATCHES "^${SNUG_LLAMA_COMMIT}")
        message(FATAL_ERROR "The engine's source is commit ${head}, not the pinned ${SNUG_LLAMA_COMMIT}.")
    endif()
    file(RENAME "${folder}.part" "${folder}")
endfunction()

function(snug_llama_source folder out_dir)
    if(NOT SNUG_LLAMA_SOURCE MATCHES "^(bundle|git)$")
        if(NOT EXISTS "${SNUG_LLAMA_SOURCE}/include/llama.h")
            message(FATAL_ERROR "SNUG_LLAMA_SOURCE=${SNUG_LLAMA_SOURCE} is not a llama.cpp source tree.")
        endif()
        set(${out_dir} "${SNUG_LLAMA_SOURCE}" PARENT_SCOPE)
        return()
    endif()
    set(source "${folder}/src")
    set(${out_dir} "${source}" PARENT_SCOPE)
    if(EXISTS "${source}/include/llama.h")
        return()
    endif()
    if(SNUG_LLAMA_SOURCE STREQUAL "git")
        snug_clone("${SNUG_LLAMA_REPOSITORY}" "${source}" --depth 1 --branch "${SNUG_LLAMA_TAG}")
        return()
    endif()
    snug_llama_package("${folder}/npm" package)
    file(ARCHIVE_EXTRACT INPUT "${package}" DESTINATION "${folder}/npm" PATTERNS "package/llama/gitRelease.bundle")
    snug_clone("${folder}/npm/package/llama/gitRelease.bundle" "${source}")
    file(REMOVE_RECURSE "${folder}/npm/package")
endfunction()
