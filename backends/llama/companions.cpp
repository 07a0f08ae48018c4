// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/companions.h"

#include "backends/llama/header_copy.h"
#include "core/base/paths.h"
#include "core/fit/companion_check.h"
#include "core/fit/own_draft.h"
#include "core/gguf/random_reader.h"
#include "core/gguf/reader.h"
#include "core/gguf/sparse_copy.h"
#include "core/quant/dry_header.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace snug::llama {
namespace {

tl::unexpected<Error> unusable(std::string_view what, const std::filesystem::path &path, Error error)
{
    error.message = fmt::format("The {} {} cannot be used. {}", what, toUtf8(path.filename()), error.message);
    std::erase_if(error.detail, [](const auto &entry) { return entry.first == "path"; });
    error.detail.emplace_back("path", toUtf8(path));
    return tl::make_unexpected(std::move(error));
}

Result<gguf::Header> headerOf(const std::filesystem::path &path)
{
    SNUG_TRY(const auto reader, gguf::FileReader::open(path));
    return gguf::readHeader(*reader);
}

Result<void> readProjector(const std::filesystem::path &path, std::span<const gguf::Header> base,
                           fit::RoughCompanions &rough)
{
    SNUG_TRY(const auto header, headerOf(path));
    SNUG_CHECK(fit::checkProjector(header, base));
    fit::addProjector(header, rough);
    return {};
}

Result<void> copyAdapter(const std::filesystem::path &path, std::span<const gguf::Header> base,
                         const std::filesystem::path &copy, fit::RoughCompanions &rough)
{
    SNUG_TRY(const auto reader, gguf::FileReader::open(path));
    SNUG_TRY(const auto header, gguf::readHeader(*reader));
    SNUG_CHECK(fit::checkAdapter(header, base));
    fit::addAdapter(header, rough);
    return gguf::writeSparseCopy(*reader, header, copy);
}

Result<std::filesystem::path> copyDraft(const std::filesystem::path &path, std::span<const gguf::Header> base,
                                        const DryFolder &folder, fit::RoughCompanions &rough)
{
    SNUG_TRY(const auto whole, HeaderCopy::make(path));
    const gguf::Header &first = whole.headers().front();
    SNUG_CHECK(fit::checkDraft(first, base));
    SNUG_CHECK(fit::addDraft(whole.headers(), rough));
    SNUG_TRY(gguf::Header lean, quant::dryHeader(first, quant::tensorsOf(whole.headers())));
    return folder.write("draft", std::move(lean));
}

} // namespace

Result<CompanionFiles> CompanionFiles::open(const fit::LoadRequest &request,
                                            std::span<const gguf::Header> base, const DryFolder &folder)
{
    CompanionFiles files;
    files.m_originals = request;
    if (!request.projector.empty()) {
        if (auto read = readProjector(request.projector, base, files.m_rough); !read)
            return unusable("projector", request.projector, std::move(read).error());
    }
    SNUG_CHECK(files.openDraft(base, folder));
    SNUG_CHECK(files.openAdapters(base, folder));
    return files;
}

Result<void> CompanionFiles::openDraft(std::span<const gguf::Header> base, const DryFolder &folder)
{
    if (m_originals.draft.empty())
        return {};
    if (m_originals.draftsItself()) {
        m_draft = m_originals.draft;
        SNUG_CHECK(fit::checkOwnDraft(base));
        return fit::addOwnDraft(base, m_rough);
    }
    auto copy = copyDraft(m_originals.draft, base, folder, m_rough);
    if (!copy)
        return unusable("draft model", m_originals.draft, std::move(copy).error());
    m_draft = *std::move(copy);
    return {};
}

Result<void> CompanionFiles::openAdapters(std::span<const gguf::Header> base, const DryFolder &folder)
{
    for (const auto &path : m_originals.loras) {
        auto copy = folder.path() / fmt::format("adapter-{}.gguf", m_loras.size());
        if (auto copied = copyAdapter(path, base, copy, m_rough); !copied)
            return unusable("adapter", path, std::move(copied).error());
        m_loras.push_back(std::move(copy));
    }
    return {};
}

bool CompanionFiles::areOf(const fit::LoadRequest &request) const
{
    return request.projector == m_originals.projector && request.draft == m_originals.draft &&
           request.loras == m_originals.loras;
}

fit::LoadRequest CompanionFiles::dry(fit::LoadRequest request) const
{
    request.draft = m_draft;
    request.loras = m_loras;
    return request;
}

} // namespace snug::llama
