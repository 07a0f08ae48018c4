# SPDX-FileCopyrightText: Snug contributors
# SPDX-License-Identifier: MIT

# Decides whether the Vulkan plugin can be built here, and patches the engine's source where the toolchain is older than
# it expects: headers without VK_EXT_layer_settings (before 1.3.272) or a glslc without cooperative matrices.
function(snug_vulkan_toolchain source out_enabled)
    set(${out_enabled} OFF PARENT_SCOPE)
    if(NOT SNUG_VULKAN)
        return()
    endif()
    find_package(Vulkan QUIET COMPONENTS glslc)
    find_package(SPIRV-Headers CONFIG QUIET)
    set(missing "")
    if(NOT Vulkan_FOUND)
        list(APPEND missing "the Vulkan headers and loader")
    endif()
    if(NOT Vulkan_glslc_FOUND)
        list(APPEND missing "glslc")
    endif()
    if(NOT SPIRV-Headers_FOUND)
        list(APPEND missing "the SPIR-V headers")
    endif()
    if(missing)
        list(JOIN missing ", " missing)
        if(SNUG_VULKAN STREQUAL "AUTO")
            message(STATUS "The Vulkan plugin is skipped: ${missing} not found.")
            return()
        endif()
        message(FATAL_ERROR "The Vulkan plugin was asked for, but these were not found: ${missing}.")
    endif()
    set(${out_enabled} ON PARENT_SCOPE)
    snug_patch_old_vulkan("${source}")
endfunction()

function(snug_patch_old_vulkan source)
    file(STRINGS "${Vulkan_INCLUDE_DIRS}/vulkan/vulkan_core.h" layer_settings REGEX "^#define VK_EXT_layer_settings 1")
    execute_process(
        COMMAND "${Vulkan_GLSLC_EXECUTABLE}" -o - -fshader-stage=compute --target-env=vulkan1.3
                "${source}/ggml/src/ggml-vulkan/vulkan-shaders/feature-tests/coopmat.comp"
        OUTPUT_QUIET ERROR_VARIABLE glslc_errors)
    if(layer_settings AND NOT glslc_errors MATCHES "extension not supported")
        return()
    endif()
    find_package(Git REQUIRED)
    set(patch "${PROJECT_SOURCE_DIR}/backends/vulkan/old-toolchain.patch")
    execute_process(COMMAND "${GIT_EXECUTABLE}" apply --reverse --check "${patch}" WORKING_DIRECTORY "${source}"
                    RESULT_VARIABLE not_applied OUTPUT_QUIET ERROR_QUIET)
    if(NOT not_applied)
        return()
    endif()
    if(NOT SNUG_LLAMA_SOURCE MATCHES "^(bundle|git)$")
        message(FATAL_ERROR "This machine's Vulkan toolchain needs backends/vulkan/old-toolchain.patch. Apply it to "
                            "${source}, or pass -DSNUG_VULKAN=OFF.")
    endif()
    message(STATUS "Patching the engine for this machine's older Vulkan toolchain")
    execute_process(COMMAND "${GIT_EXECUTABLE}" apply "${patch}" WORKING_DIRECTORY "${source}"
                    ERROR_VARIABLE log RESULT_VARIABLE failed)
    if(failed)
        message(FATAL_ERROR "backends/vulkan/old-toolchain.patch does not apply.\n${log}")
    endif()
endfunction()
