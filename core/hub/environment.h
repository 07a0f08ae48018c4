// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/http/url.h"
#include "core/hub/token.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

// What the variables of huggingface_hub say (hub-docs: environment variables), so that Snug finds what other
// programs already have.
namespace snug::hub {

// Asks for a variable of the environment by name.
using Lookup = std::function<std::optional<std::string>(const char *name)>;

// That of this process.
[[nodiscard]] std::optional<std::string> processVariable(const char *name);

struct Environment {
    http::Url endpoint;          // HF_ENDPOINT or https://huggingface.co
    bool offline = false;        // HF_HUB_OFFLINE, TRANSFORMERS_OFFLINE
    bool sendToken = true;       // HF_HUB_DISABLE_IMPLICIT_TOKEN: only where a person asks for it
    std::filesystem::path home;  // HF_HOME
    std::filesystem::path cache; // HF_HUB_CACHE: the models of huggingface_hub and its relatives
};

// Pure but for `lookup`. Fails with InvalidArgument for an endpoint that is no address, or that is neither
// https nor on this machine.
[[nodiscard]] Result<Environment> readEnvironment(const Lookup &lookup);

// An address as `endpoint`: https, or http on this machine; no query; without a final "/".
[[nodiscard]] Result<http::Url> parseEndpoint(std::string_view text);

enum class TokenSource { Variable, File };

struct FoundToken {
    Token token;
    TokenSource source = TokenSource::Variable;
    std::filesystem::path file; // of source File
};

// HF_TOKEN, else HUGGING_FACE_HUB_TOKEN, else the file HF_TOKEN_PATH, else HF_HOME/token. What a variable
// gives or names is for the endpoint that the same environment names; the file in HF_HOME was written by a
// sign-in at huggingface.co and is for that alone. An empty variable or file is none; a file that cannot be
// read is Io; what is no token is InvalidArgument with detail source.
[[nodiscard]] Result<std::optional<FoundToken>> findToken(const Lookup &lookup,
                                                          const Environment &environment);

} // namespace snug::hub
