// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/fit_subject.h"

#include "app/cli/fit_repository.h"
#include "app/cli/hub_access.h"
#include "backends/llama/header_copy.h"
#include "core/base/error_detail.h"
#include "core/base/paths.h"
#include "core/convert/checkpoint_facts.h"
#include "core/convert/plan.h"
#include "core/convert/tokenizer_size.h"

#include <system_error>

namespace snug::cli {
namespace {

class FileSubject final : public FitSubject {
public:
    [[nodiscard]] static Result<std::unique_ptr<FitSubject>> open(const std::filesystem::path &path)
    {
        SNUG_TRY(const auto copy, llama::HeaderCopy::make(path));
        auto subject = std::make_unique<FileSubject>();
        subject->m_parts = copy.headers();
        subject->m_facts = factsOf(subject->m_parts, toUtf8(copy.original().filename()));
        subject->m_chosen = subject->m_facts.level.value_or(subject->m_facts.name);
        subject->m_there.push_back({subject->m_chosen, subject->m_facts.fileBytes, true});
        return subject;
    }
};

class FolderSubject final : public FitSubject {
public:
    [[nodiscard]] static Result<std::unique_ptr<FitSubject>> open(const std::filesystem::path &folder)
    {
        SNUG_TRY(const convert::Checkpoint checkpoint, convert::readCheckpoint(folder));
        auto subject = std::make_unique<FolderSubject>();
        const std::string name = toUtf8(folder.filename());
        const auto taken = subject->take(checkpoint, name);
        if (!taken && taken.error().kind != ErrorKind::Unsupported)
            return tl::make_unexpected(taken.error());
        if (!taken)
            subject->takeUnconverted(checkpoint, name, taken.error());
        return subject;
    }
};

} // namespace

Result<void> FitSubject::take(const convert::Checkpoint &checkpoint, std::string_view name)
{
    SNUG_TRY(const convert::Conversion conversion, convert::planConversion(checkpoint));
    SNUG_TRY(gguf::Header header, convert::ggufHeader(conversion));
    m_parts = {std::move(header)};
    m_facts = convert::factsOf(checkpoint, name);
    m_uncountedBytes = convert::tokenizerBytes(checkpoint.tokenizer, conversion.vocabulary);
    return {};
}

void FitSubject::takeUnconverted(const convert::Checkpoint &checkpoint, std::string_view name,
                                 const Error &why)
{
    m_facts = convert::factsOf(checkpoint, name);
    m_obstacle = why;
    if (const auto *nearest = detailOf<std::string>(why, "nearest"))
        m_facts.warnings.push_back("The nearest class that Snug can convert is " + *nearest + ".");
}

std::vector<fit::ExistingLevel> FitSubject::existing() const
{
    std::vector<fit::ExistingLevel> levels;
    for (const There &there : m_there) {
        levels.push_back({there.label, there.bytes, {}});
        if (there.lookedAt)
            levels.back().headers = m_parts;
    }
    return levels;
}

Result<std::vector<gguf::Header>> FitSubject::headersOf(const std::string &label, const VerbContext &)
{
    if (label == m_chosen)
        return m_parts;
    return fail(ErrorKind::NotFound, "There is no such level.", {{"level", label}});
}

Result<std::unique_ptr<FitSubject>> openSubject(const std::string &model, const VerbContext &context)
{
    std::error_code code;
    const auto path = fromUtf8(model);
    if (std::filesystem::is_directory(path, code) && convert::isCheckpoint(path))
        return FolderSubject::open(path);
    if (std::filesystem::exists(path, code))
        return FileSubject::open(path);
    SNUG_TRY(HubAccess hub, openHub());
    const auto reference = hub::parseReference(model, hub.environment.endpoint);
    // What is no name at the Hub either was meant as a file, whose absence is then the error.
    if (!reference)
        return FileSubject::open(path);
    return openRepository(std::move(hub), *reference, context);
}

} // namespace snug::cli
