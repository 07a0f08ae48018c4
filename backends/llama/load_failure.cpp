// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/load_failure.h"

#include "backends/llama/engine_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace snug::llama {
namespace {

bool containsAny(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(),
                       [text](std::string_view word) { return text.find(word) != text.npos; });
}

// What llama.cpp says after this mark is the cause; the lines that follow it only tell that there was one.
std::string_view causeOf(std::string_view last, std::string_view log)
{
    constexpr std::string_view kMark = "error loading model: ";
    for (const std::string_view text : {last, log}) {
        if (const std::size_t at = text.rfind(kMark); at != text.npos) {
            const std::string_view cause = text.substr(at + kMark.size());
            return cause.substr(0, cause.find('\n'));
        }
    }
    return last;
}

// What stands between the quotation marks behind `mark`; empty if nothing does.
std::string_view quotedAfter(std::string_view text, std::string_view mark)
{
    const std::size_t at = text.find(mark);
    if (at == text.npos)
        return {};
    const std::size_t open = text.find('\'', at + mark.size());
    const std::size_t close = open == text.npos ? text.npos : text.find('\'', open + 1);
    return close == text.npos ? std::string_view() : text.substr(open + 1, close - open - 1);
}

} // namespace

Error explainLoadFailure(std::string_view last, std::string_view log)
{
    const std::string_view cause = causeOf(last, log);
    Error error;
    error.detail = {{"log", std::string(log)}};
    if (!cause.empty())
        error.detail.emplace_back("reason", std::string(cause));
    if (containsAny(log, {"out of memory", "failed to allocate", "unable to allocate", "OutOfDeviceMemory",
                          "OutOfHostMemory", "OutOfPoolMemory", "cudaMalloc failed", "bad_alloc"})) {
        error.kind = ErrorKind::OutOfMemory;
        error.message = "There is not enough memory to load this model.";
        error.hint = "Choose a smaller level, a shorter context or fewer layers on the GPU.";
        return error;
    }
    if (const auto architecture = quotedAfter(cause, "unknown model architecture"); !architecture.empty()) {
        error.kind = ErrorKind::Unsupported;
        error.message = fmt::format("The engine does not know models of the architecture {}.", architecture);
        error.hint = "A newer version of Snug may know it.";
        return error;
    }
    if (containsAny(cause, {"key not found in model", "missing tensor", "check_tensor_dims",
                            "wrong number of tensors", "has wrong shape", "hyperparameters", "vocabulary"})) {
        error.kind = ErrorKind::Corrupt;
        error.message = fmt::format("The model file is incomplete: {}.", cause);
        error.hint = "Download the file again, or convert the model again.";
        return error;
    }
    error.kind = ErrorKind::Unsupported;
    error.message = cause.empty() ? "The engine cannot load this model."
                                  : fmt::format("The engine cannot load this model: {}.", cause);
    error.hint = "The details hold the engine's own words.";
    return error;
}

Error loadFailure()
{
    return explainLoadFailure(lastEngineError(), recentEngineErrors());
}

} // namespace snug::llama
