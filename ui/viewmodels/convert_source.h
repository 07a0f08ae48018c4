// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonObject>
#include <QString>
#include <QUrl>
#include <QVariantList>

namespace snug::ui {

// What a file is to be made of.
struct ConvertSource {
    QString path;       // a folder with a checkpoint, or a GGUF file; empty: it is a repository
    QString repository; // "org/name"
    QString commit;     // empty: whatever its main branch is
    QString file;       // the label of the GGUF file in the repository; empty: its checkpoint

    [[nodiscard]] bool isNone() const { return path.isEmpty() && repository.isEmpty(); }
    [[nodiscard]] bool atHub() const { return path.isEmpty() && !repository.isEmpty(); }
    // As `snug-cli convert` takes it.
    [[nodiscard]] QString argument() const;
    // What the page writes under the name: the path with ~ for the home, or the repository.
    [[nodiscard]] QString shown() const;
    bool operator==(const ConvertSource &) const = default;
};

// What was dropped or picked: a folder, a GGUF file, or a file beside a checkpoint. None if it is not of this
// computer or nothing that a model could be in.
[[nodiscard]] ConvertSource convertSourceAt(const QUrl &url);

// label and value of what `inspect` knows.
[[nodiscard]] QVariantList convertFacts(const QJsonObject &inspected);

// kind ("done", "note", "later") and text of what is known about the source: with `plan`, the answer of
// `convert --dry-run`, or without one, before the weights are there.
[[nodiscard]] QVariantList convertChecks(const ConvertSource &source, const QJsonObject &inspected,
                                         const QJsonObject &plan);

// "Qwen3-4B-Q4_K_M.gguf": without what a file system or a person would stumble over.
[[nodiscard]] QString convertFileName(const QString &model, const QString &level);

} // namespace snug::ui
