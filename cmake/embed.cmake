# SPDX-FileCopyrightText: Snug contributors
# SPDX-License-Identifier: MIT

# Compiles a text file of resources/ into `target` as `snug::embedded::<symbol>`, a std::string_view that its
# reader declares: `namespace snug::embedded { extern const std::string_view symbol; }`.
function(snug_embed target file symbol)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
    file(READ "${file}" bytes HEX)
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
    string(REGEX REPLACE "((......,)(......,)(......,)(......,)(......,)(......,)(......,)(......,))" "\\1\n"
           bytes "${bytes}")
    set(source "${CMAKE_CURRENT_BINARY_DIR}/embedded/${symbol}.cpp")
    file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT [[
#include <string_view>
namespace snug::embedded {
extern const std::string_view @symbol@;
namespace {
constexpr char kBytes[] = {
@bytes@};
} // namespace
constinit const std::string_view @symbol@(kBytes, sizeof(kBytes));
} // namespace snug::embedded
]])
    target_sources(${target} PRIVATE "${source}")
endfunction()
