# SPDX-FileCopyrightText: Snug contributors
# SPDX-License-Identifier: MIT

# Warnings and sanitizers of our own code; linked PRIVATE, so that nobody else's code inherits them.
add_library(snug_flags INTERFACE)
if(MSVC)
    target_compile_options(snug_flags INTERFACE /W4 /permissive- /utf-8)
    target_compile_definitions(snug_flags INTERFACE NOMINMAX WIN32_LEAN_AND_MEAN)
else()
    target_compile_options(snug_flags INTERFACE
        -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC 12 sees an overlap in every `"text" + std::string` at -O3: https://gcc.gnu.org/PR105651
    target_compile_options(snug_flags INTERFACE -Wno-restrict)
endif()
if(SNUG_WERROR)
    target_compile_options(snug_flags INTERFACE $<IF:$<CXX_COMPILER_ID:MSVC>,/WX,-Werror>)
endif()
if(SNUG_TIDY)
    find_program(CLANG_TIDY_PROGRAM NAMES clang-tidy clang-tidy-14 REQUIRED)
    set(CMAKE_CXX_CLANG_TIDY "${CLANG_TIDY_PROGRAM};--quiet")
endif()
if(SNUG_SANITIZE)
    target_compile_options(snug_flags INTERFACE
        -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
    target_link_options(snug_flags INTERFACE -fsanitize=address,undefined)
endif()
if(SNUG_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "The fuzz targets need clang: use the preset \"fuzz\".")
    endif()
    target_compile_options(snug_flags INTERFACE
        -fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
    target_link_options(snug_flags INTERFACE -fsanitize=address,undefined)
endif()

# The extra rules of code that uses Qt.
add_library(snug_qt_flags INTERFACE)
target_link_libraries(snug_qt_flags INTERFACE snug_flags)
target_compile_definitions(snug_qt_flags INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_KEYWORDS QT_NO_CONTEXTLESS_CONNECT
    QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_DISABLE_DEPRECATED_BEFORE=0x060400)
