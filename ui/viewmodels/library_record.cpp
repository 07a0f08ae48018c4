// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/library_record.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QLocale>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr qsizetype kShortCommit = 8;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(LibraryRecord)
};

QDateTime timeOf(const QJsonObject &object, QLatin1StringView key)
{
    return QDateTime::fromString(object[key].toString(), Qt::ISODate);
}

QString shown(const QDateTime &time)
{
    return time.isValid() ? QLocale().toString(time.toLocalTime(), QLocale::ShortFormat) : QString();
}

bool isSnugs(const LibraryRecord &record)
{
    return record.store == u"snug" || record.store == u"hub_cache";
}

QString origin(const LibraryRecord &record)
{
    if (record.how == u"imported")
        return Words::tr("Imported from %1").arg(record.importedFrom);
    if (record.how == u"made")
        return Words::tr("Made by Snug");
    if (record.how == u"downloaded" || record.store == u"hub_cache")
        return Words::tr("Downloaded from %1").arg(record.repository);
    if (record.how == u"found")
        return Words::tr("Found in Snug's folder; where it came from is not known");
    return {};
}

QString keepsReason(const LibraryRecord &record)
{
    if (isSnugs(record))
        return {};
    if (record.store.isEmpty())
        return Words::tr("This file lies in a folder of yours, so Snug neither removes nor verifies it.");
    return Words::tr("%1 manages this file, so Snug neither removes nor verifies it.")
        .arg(storeLabel(record.store));
}

QVariantList facts(const LibraryRecord &record)
{
    QVariantList list;
    const auto add = [&list](const QString &label, const QString &value) {
        if (!value.isEmpty())
            list.append(QVariantMap{{u"label"_s, label}, {u"value"_s, value}});
    };
    add(Words::tr("Repository"), record.repository);
    add(Words::tr("Commit"), record.commit.left(kShortCommit));
    add(record.store == u"hub_cache" ? Words::tr("Fetched") : Words::tr("Since"), shown(record.at));
    add(Words::tr("Verified"), shown(record.verifiedAt));
    add(Words::tr("Recipe"), record.recipe);
    add(Words::tr("SHA-256"), record.sha256);
    return list;
}

std::pair<QString, QString> markOf(const LibraryRecord &record)
{
    if (!record.updateCommit.isEmpty())
        return {u"update"_s, Words::tr("update")};
    if (record.how == u"made")
        return {u"made"_s, Words::tr("made here")};
    if (record.verifiedAt.isValid())
        return {u"verified"_s, Words::tr("verified")};
    return isSnugs(record) ? std::pair{u"unverified"_s, Words::tr("not verified")}
                           : std::pair<QString, QString>();
}

QString updateText(const LibraryRecord &record)
{
    if (record.updateCommit.isEmpty())
        return {};
    const QString commit = record.updateCommit.left(kShortCommit);
    return record.updatedAt.isValid()
               ? Words::tr("Update available: commit %1, changed %2").arg(commit, shown(record.updatedAt))
               : Words::tr("Update available: commit %1").arg(commit);
}

// "Q4_K_M, attn_q=IQ3_S, importance matrix of imatrix.gguf"; another program's as it is.
QString recipeText(const QJsonValue &recipe)
{
    if (!recipe.isObject())
        return recipe.toString();
    QStringList parts{recipe["level"_L1].toString()};
    if (recipe["pure"_L1].toBool())
        parts += Words::tr("one type for all tensors");
    for (const QJsonValue &pattern : recipe["tensor_types"_L1].toArray())
        parts += pattern.toString();
    const auto add = [&](QLatin1StringView key, const QString &words) {
        if (const QString value = recipe[key].toString(); !value.isEmpty())
            parts += words.arg(value);
    };
    add("output_type"_L1, Words::tr("output in %1"));
    add("embedding_type"_L1, Words::tr("embeddings in %1"));
    add("imatrix"_L1, Words::tr("importance matrix of %1"));
    add("pre_tokenizer"_L1, Words::tr("pre-tokenizer %1"));
    parts.removeAll(QString());
    return parts.join(u", "_s);
}

} // namespace

LibraryRecord recordFrom(const QJsonObject &model)
{
    LibraryRecord record;
    record.store = model["store"_L1].toString();
    record.how = model["how"_L1].toString();
    record.repository = model["repository"_L1].toString();
    record.commit = model["commit"_L1].toString();
    record.sha256 = model["sha256"_L1].toString();
    record.importedFrom = model["imported_from"_L1].toString();
    record.recipe = recipeText(model["recipe"_L1]);
    record.at = timeOf(model, "at"_L1);
    record.verifiedAt = timeOf(model, "verified_at"_L1);
    const QJsonObject update = model["update"_L1].toObject();
    record.updateCommit = update["commit"_L1].toString();
    record.updatedAt = timeOf(update, "last_modified"_L1);
    return record;
}

QString storeLabel(const QString &store)
{
    if (store == u"snug")
        return Words::tr("Snug");
    if (store == u"hub_cache")
        return Words::tr("Hugging Face cache");
    if (store == u"lm_studio")
        return Words::tr("LM Studio");
    if (store == u"ollama")
        return Words::tr("Ollama");
    return store == u"jan" ? Words::tr("Jan") : QString();
}

QVariantMap recordMap(const LibraryRecord &record)
{
    const auto [mark, markText] = markOf(record);
    return {{u"store"_s, record.store},
            {u"origin"_s, origin(record)},
            {u"facts"_s, facts(record)},
            {u"canVerify"_s, isSnugs(record)},
            {u"canRemove"_s, isSnugs(record)},
            {u"canImport"_s, record.store != u"snug"},
            {u"keepsReason"_s, keepsReason(record)},
            {u"mark"_s, mark},
            {u"markText"_s, markText},
            {u"updateText"_s, updateText(record)}};
}

} // namespace snug::ui
