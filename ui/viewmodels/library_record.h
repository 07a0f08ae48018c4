// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QString>
#include <QVariantMap>

namespace snug::ui {

// What `snug-cli list` knows of one model beyond its file. Texts that do not apply are empty.
struct LibraryRecord {
    QString store; // "snug", "hub_cache", "lm_studio", "ollama", "jan"; empty: in none of them
    QString how;   // of Snug's own: "found", "downloaded", "made", "imported"
    QString repository;
    QString commit;
    QString sha256;
    QString importedFrom;
    QString recipe;
    QDateTime at;
    QDateTime verifiedAt;
    QString updateCommit; // empty: none, or nobody asked
    QDateTime updatedAt;

    bool operator==(const LibraryRecord &) const = default;
};

[[nodiscard]] LibraryRecord recordFrom(const QJsonObject &model);

// The name of a place as people know it.
[[nodiscard]] QString storeLabel(const QString &store);

// What a page shows: store, origin (a sentence), facts (list of label and value), canVerify, canRemove,
// canImport, keepsReason (why Snug does not remove or verify it; empty if it does), mark ("update", "made",
// "verified", "unverified" or empty), markText, updateText.
[[nodiscard]] QVariantMap recordMap(const LibraryRecord &record);

} // namespace snug::ui
