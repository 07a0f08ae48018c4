// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"
#include "core/convert/checkpoint.h"
#include "core/fit/level_rows.h"
#include "core/gguf/header.h"
#include "core/gguf/reader.h"
#include "core/model/facts.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::cli {

// The model that `fit` is asked about: a file, or a repository with its levels.
class FitSubject {
public:
    virtual ~FitSubject() = default;

    [[nodiscard]] const ModelFacts &facts() const { return m_facts; }
    // The first keys of the level that was looked at, while no more was read of it.
    [[nodiscard]] const gguf::FirstKeys *firstKeys() const { return m_first ? &*m_first : nullptr; }
    // Reads the rest of it: firstKeys() is then nullptr. Nothing is changed by a failure; fails as reading
    // headers does.
    [[nodiscard]] virtual Result<void> complete(const VerbContext &) { return {}; }
    // All parts of the one level that was looked at; of a checkpoint, its header as a GGUF file. Empty while
    // there are only first keys.
    [[nodiscard]] const std::vector<gguf::Header> &parts() const { return m_parts; }
    // Labels and sizes of what is there; the one that was looked at with its headers.
    [[nodiscard]] std::vector<fit::ExistingLevel> existing() const;
    // "org/name"; empty for a file.
    [[nodiscard]] const std::string &repository() const { return m_repository; }
    // Why no file can be made of a checkpoint of which then only facts() are known; nullptr: it can, or it is
    // none.
    [[nodiscard]] const Error *obstacle() const { return m_obstacle ? &*m_obstacle : nullptr; }
    // What files made of it have beside what parts() tell of, in about so many bytes; 0: nothing.
    [[nodiscard]] std::int64_t uncountedBytes() const { return m_uncountedBytes; }
    // The label that was asked for, else the one that was looked at; empty: none in particular.
    [[nodiscard]] const std::string &chosen() const { return m_chosen; }

    // The headers of an existing level that was not looked at yet. Fails as reading them does; NotFound if
    // there is no such level.
    [[nodiscard]] virtual Result<std::vector<gguf::Header>> headersOf(const std::string &label,
                                                                      const VerbContext &context);

protected:
    // Takes a checkpoint for what is looked at. Fails as convert::ggufHeader.
    [[nodiscard]] Result<void> take(const convert::Checkpoint &checkpoint, std::string_view name);

    // Takes of a checkpoint what can be known without converting it. `why`: that fails.
    void takeUnconverted(const convert::Checkpoint &checkpoint, std::string_view name, const Error &why);

    struct There {
        std::string label;
        std::optional<std::int64_t> bytes;
        bool lookedAt = false;
    };

    ModelFacts m_facts;
    std::optional<gguf::FirstKeys> m_first;
    std::vector<gguf::Header> m_parts;
    std::vector<There> m_there;
    std::string m_repository;
    std::int64_t m_uncountedBytes = 0;
    std::optional<Error> m_obstacle;
    std::string m_chosen;
};

// `model`: a GGUF file, a folder with a checkpoint, or ORG/NAME[@REVISION][:LEVEL] at the Hub. Fails as
// reading a header does, from a file or from the Hub.
[[nodiscard]] Result<std::unique_ptr<FitSubject>> openSubject(const std::string &model,
                                                              const VerbContext &context);

} // namespace snug::cli
