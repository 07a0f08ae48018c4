// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/companions.h"
#include "backends/llama/dry_folder.h"
#include "core/fit/load_request.h"
#include "tests/support/model_headers.h"
#include "tests/support/test_data.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QStringList>

#include <filesystem>
#include <optional>
#include <span>
#include <string>

// What the tests of projectors, drafts and adapters share.
namespace snug::test {

// The model that they go with.
[[nodiscard]] inline const gguf::Header &baseModel()
{
    static const gguf::Header header = transformer({.layers = 4, .vocabulary = 2048});
    return header;
}

template <class T> const char *why(const Result<T> &result)
{
    return result ? "" : result.error().message.c_str();
}

[[nodiscard]] inline QString argument(const std::filesystem::path &path)
{
    return QString::fromStdString(path.string());
}

// A model and what is loaded beside it, as they would lie on a disk, and a place for what the dry run reads.
class CompanionFolder {
public:
    [[nodiscard]] bool make()
    {
        for (auto *folder : {&m_files, &m_copies}) {
            auto made = llama::DryFolder::make();
            if (!made)
                return false;
            folder->emplace(*std::move(made));
        }
        return true;
    }

    [[nodiscard]] std::filesystem::path path() const { return m_files->path(); }

    // Empty if it could not be written.
    [[nodiscard]] std::filesystem::path file(const std::string &name, const gguf::Header &header) const
    {
        const auto path = m_files->write(name, header);
        return path ? *path : std::filesystem::path();
    }

    [[nodiscard]] Result<llama::CompanionFiles> open(const fit::LoadRequest &request,
                                                     const gguf::Header &base = baseModel()) const
    {
        return llama::CompanionFiles::open(request, std::span(&base, 1), *m_copies);
    }

    // The last line of `fit` on the CPU.
    [[nodiscard]] QJsonObject fitWith(const QStringList &beside) const
    {
        QProcess process;
        process.start(program(QStringLiteral("snug-cli")),
                      QStringList{QStringLiteral("fit"), argument(file("model", baseModel())),
                                  QStringLiteral("--json"), QStringLiteral("--ctx"), QStringLiteral("512"),
                                  QStringLiteral("--gpu-layers"), QStringLiteral("0")} +
                          beside);
        if (!process.waitForFinished(120000))
            return {};
        const QByteArrayList lines = process.readAllStandardOutput().trimmed().split('\n');
        return QJsonDocument::fromJson(lines.last()).object();
    }

private:
    std::optional<llama::DryFolder> m_files;
    std::optional<llama::DryFolder> m_copies;
};

// Main memory in an answer of `fit`.
[[nodiscard]] inline QJsonObject hostOf(const QJsonObject &answer)
{
    const QJsonObject level = answer.value(u"levels").toArray().at(0).toObject();
    return level.value(u"memory").toArray().at(0).toObject();
}

} // namespace snug::test
