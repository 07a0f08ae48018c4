// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/library_actions_view_model.h"

#include "ui/viewmodels/text.h"

#include <QFileInfo>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr qsizetype kShortHash = 12;

std::int64_t bytesOf(const QJsonObject &object, QLatin1StringView key)
{
    return object[key].toInteger();
}

// What keeps the data of a file alive; empty if removing it frees its bytes.
QString keptText(const QJsonObject &file)
{
    const QJsonArray keptBy = file["kept_by"_L1].toArray();
    if (!keptBy.isEmpty()) {
        QStringList names;
        for (const auto &name : keptBy)
            names.append(name.toString());
        return LibraryActionsViewModel::tr("Its data stays for %1.").arg(names.join(u", "_s));
    }
    const std::int64_t others = bytesOf(file, "other_hard_links"_L1);
    return others == 0 ? QString()
                       : LibraryActionsViewModel::tr("Its data has %1 more names elsewhere and stays.")
                             .arg(countText(others));
}

QVariantList planFiles(const QJsonObject &result)
{
    QVariantList files;
    const QJsonArray told = result["files"_L1].toArray();
    for (const auto &file : told)
        files.append(QVariantMap{{u"path"_s, file.toObject()["path"_L1].toString()},
                                 {u"sizeText"_s, bytesText(bytesOf(file.toObject(), "bytes"_L1))},
                                 {u"keptText"_s, keptText(file.toObject())}});
    return files;
}

// Both hashes of a file whose bytes are not the promised ones.
QString hashesText(const Error &error)
{
    const QString wanted = detailText(error, "wanted");
    return wanted.isEmpty() ? QString()
                            : LibraryActionsViewModel::tr("Its hash should be %1… and is %2….")
                                  .arg(wanted.left(kShortHash), detailText(error, "found").left(kShortHash));
}

} // namespace

LibraryActionsViewModel::LibraryActionsViewModel(QString program, QObject *parent)
    : QObject(parent), m_child(std::move(program))
{
}

LibraryActionsViewModel::~LibraryActionsViewModel() = default;

void LibraryActionsViewModel::verify(const QString &path)
{
    start(u"verify"_s, path, {}, &LibraryActionsViewModel::onVerified);
}

void LibraryActionsViewModel::planRemoval(const QString &path)
{
    start(u"plan"_s, path, {}, &LibraryActionsViewModel::onPlanned);
}

void LibraryActionsViewModel::remove()
{
    if (!m_plan.isEmpty())
        start(u"remove"_s, m_path, {u"--yes"_s}, &LibraryActionsViewModel::onRemoved);
}

void LibraryActionsViewModel::copyIntoSnug(const QString &path)
{
    start(u"import"_s, path, {}, &LibraryActionsViewModel::onImported);
}

void LibraryActionsViewModel::cancel()
{
    m_child.cancel();
}

void LibraryActionsViewModel::dismiss()
{
    m_plan.clear();
    m_resultText.clear();
    m_problem = {};
    Q_EMIT changed();
}

void LibraryActionsViewModel::start(const QString &action, const QString &path, const QStringList &options,
                                    Finish finish)
{
    if (busy() || path.isEmpty())
        return;
    m_path = path;
    m_action = action;
    m_fraction = -1;
    m_progressText.clear();
    m_resultText.clear();
    m_plan.clear();
    m_problem = {};
    const QString verb = action == u"plan" ? u"remove"_s : action;
    m_child.start(
        QStringList{verb, u"--json"_s} + options + QStringList{u"--"_s, path},
        [this](const WorkerProgress &progress) {
            m_fraction = childFraction(progress);
            m_progressText = childProgressText(progress);
            Q_EMIT changed();
        },
        [this, finish](const Outcome &outcome) {
            if (outcome)
                (this->*finish)(*outcome);
            else
                onFailed(outcome.error());
            Q_EMIT changed();
        });
    Q_EMIT changed();
}

void LibraryActionsViewModel::onVerified(const QJsonObject &result)
{
    bool first = false;
    bool unknown = false;
    const QJsonArray files = result["files"_L1].toArray();
    for (const auto &file : files) {
        const QString state = file.toObject()["state"_L1].toString();
        first = first || state == u"first";
        unknown = unknown || state == u"unknown";
    }
    if (unknown)
        m_resultText = tr("Not every file could be verified: the cache does not tell their hashes.");
    else if (first)
        m_resultText = tr("Read just now. Nothing was known to compare with; from now on there is a hash.");
    else
        m_resultText = tr("Verified just now.");
    Q_EMIT recordsChanged();
}

void LibraryActionsViewModel::onPlanned(const QJsonObject &result)
{
    const std::int64_t freed = bytesOf(result, "freed_bytes"_L1);
    const QVariantList files = planFiles(result);
    m_plan = {{u"title"_s, tr("Remove %1").arg(QFileInfo(m_path).fileName())},
              {u"freedText"_s, freed > 0 ? tr("This frees %1.").arg(bytesText(freed))
                                         : tr("This frees nothing, because the data has other names.")},
              {u"files"_s, files},
              {u"actionText"_s, files.size() == 1 ? tr("Remove the file")
                                                  : tr("Remove %1 files").arg(countText(files.size()))}};
    Q_EMIT planned();
}

void LibraryActionsViewModel::onRemoved(const QJsonObject &result)
{
    m_resultText = tr("Removed; %1 are free again.").arg(bytesText(bytesOf(result, "freed_bytes"_L1)));
    Q_EMIT libraryChanged();
}

void LibraryActionsViewModel::onImported(const QJsonObject &result)
{
    const QJsonObject file = result["files"_L1].toArray().at(0).toObject();
    const QString where = file["path"_L1].toString();
    if (file["already_there"_L1].toBool())
        m_resultText = tr("It is in Snug's folder already, as %1.").arg(where);
    else if (file["transfer"_L1].toString() == u"copy")
        m_resultText =
            tr("Copied to %1; it takes %2 there.").arg(where, bytesText(bytesOf(result, "bytes"_L1)));
    else
        m_resultText = tr("Now also in Snug's folder, as %1; it takes no more space.").arg(where);
    Q_EMIT libraryChanged();
}

void LibraryActionsViewModel::onFailed(const Error &error)
{
    if (error.kind == ErrorKind::Cancelled) {
        m_resultText = m_action == u"plan" ? QString() : tr("Stopped; nothing was changed.");
        if (m_action == u"remove")
            m_resultText = tr("Stopped; what was removed before stays removed.");
    } else {
        m_problem = problemFrom(error);
        if (const QString hashes = hashesText(error); !hashes.isEmpty())
            m_problem.hint = hashes + u' ' + m_problem.hint;
    }
    // A part of it may have been done.
    if (m_action == u"remove")
        Q_EMIT libraryChanged();
}

} // namespace snug::ui
