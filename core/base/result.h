// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace snug {

// Every way a Snug operation can fail. The list is closed: the `kind` of a `snug-cli` error event is one of
// these in snake_case, and the window maps each to words of its own.
enum class ErrorKind {
    Cancelled,       // somebody asked to stop: a state, not a failure
    InvalidArgument, // the request itself makes no sense
    NotFound,        // no such file, model, device or repository
    Io,              // reading or writing failed
    NoSpace,         // detail: wanted_bytes, free_bytes
    Network,         // no connection, or it broke
    Http,            // the server answered with an error; detail: status
    Auth,            // sign-in or permission needed
    RateLimited,     // detail: retry_after_s
    Checksum,        // the bytes are not the promised ones
    Truncated,       // the file ends too early; detail: wanted_bytes, file_bytes
    Corrupt,         // the file contradicts its format; detail: reason, offset
    Unsupported,     // understood, but this program or machine cannot do it; detail: reason
    TooLarge,        // a number in the file or request is beyond a stated limit; detail: limit
    OutOfMemory,     // main or device memory; detail: wanted_bytes, free_bytes where known
    Device,          // a driver or device failed
    WorkerCrashed,   // a child process died; detail: signal or exit_code, log
    Protocol,        // a child or server broke the agreed protocol
    Internal,        // a bug of ours
};

// The snake_case name used in JSON, for example "out_of_memory".
[[nodiscard]] std::string_view kindName(ErrorKind kind);
// The reverse; Internal for a name that is not in the list.
[[nodiscard]] ErrorKind kindFromName(std::string_view name);

// Texts are UTF-8 and meant for people: `message` is one sentence (cause, then effect), `hint` what to do
// next.
struct Error {
    using Value = std::variant<std::int64_t, std::string>;

    ErrorKind kind = ErrorKind::Internal;
    std::string message;
    std::vector<std::pair<std::string, Value>> detail;
    std::string hint;

    bool operator==(const Error &) const = default;
};

template <class T> using Result = tl::expected<T, Error>;

// Builds the unexpected side: `return fail(ErrorKind::NotFound, "...");`
[[nodiscard]] tl::unexpected<Error> fail(ErrorKind kind, std::string message,
                                         std::vector<std::pair<std::string, Error::Value>> detail = {},
                                         std::string hint = {});

} // namespace snug

#define SNUG_CONCAT_INNER(a, b) a##b
#define SNUG_CONCAT(a, b) SNUG_CONCAT_INNER(a, b)
// SNUG_TRY(auto header, readHeader(in)); binds the value or returns the error to the caller.
#define SNUG_TRY(declaration, expression)                                                                    \
    auto SNUG_CONCAT(snugTry, __LINE__) = (expression);                                                      \
    if (!SNUG_CONCAT(snugTry, __LINE__))                                                                     \
        return tl::make_unexpected(std::move(SNUG_CONCAT(snugTry, __LINE__)).error());                       \
    declaration = *std::move(SNUG_CONCAT(snugTry, __LINE__)) // NOLINT(bugprone-macro-parentheses)
// SNUG_CHECK(writeFile(path)); returns the error of a Result<void> to the caller.
#define SNUG_CHECK(expression)                                                                               \
    if (auto SNUG_CONCAT(snugCheck, __LINE__) = (expression); !SNUG_CONCAT(snugCheck, __LINE__))             \
    return tl::make_unexpected(std::move(SNUG_CONCAT(snugCheck, __LINE__)).error())
