// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/fit_companions.h"

#include "core/fit/projectors_beside.h"
#include "ui/viewmodels/load_settings.h"
#include "ui/viewmodels/text.h"

#include <QFileInfo>
#include <QVariantMap>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

QString fileName(const QString &path)
{
    return QFileInfo(path).fileName();
}

} // namespace

FitCompanions::FitCompanions(QObject *parent) : QObject(parent) {}

FitCompanions::~FitCompanions() = default;

bool FitCompanions::any() const
{
    return !m_projector.isEmpty() || !m_draft.isEmpty() || !m_adapters.isEmpty();
}

QVariantList FitCompanions::projectors() const
{
    QStringList paths = m_beside;
    if (!m_projector.isEmpty() && !paths.contains(m_projector))
        paths.append(m_projector);
    QVariantList list;
    for (const QString &path : paths)
        list.append(
            QVariantMap{{u"path"_s, path}, {u"name"_s, fileName(path)}, {u"used"_s, path == m_projector}});
    return list;
}

QVariantList FitCompanions::added() const
{
    QVariantList list;
    const auto add = [&list](const QString &kind, const QString &path) {
        const QString name =
            path == LoadSettings::kOwnDraft ? tr("layers of the model's own") : fileName(path);
        list.append(QVariantMap{{u"kind"_s, kind}, {u"path"_s, path}, {u"name"_s, name}});
    };
    if (!m_draft.isEmpty())
        add(u"draft"_s, m_draft);
    for (const QString &path : m_adapters)
        add(u"lora"_s, path);
    return list;
}

void FitCompanions::begin(const QString &folder)
{
    m_look.reset();
    m_beside.clear();
    m_projector.clear();
    m_draft.clear();
    m_ownDraft = false;
    m_adapters.clear();
    m_refusal.clear();
    if (!folder.isEmpty()) {
        m_look = std::make_unique<BackgroundTask<Paths>>(
            [path = toPath(folder)](const std::stop_token &stop) {
                return fit::projectorsBeside(path, stop);
            },
            [this](const Paths &found) {
                for (const auto &path : found)
                    m_beside.append(fromPath(path));
                Q_EMIT changed();
            });
    }
    Q_EMIT changed();
}

void FitCompanions::setOwnDraft(bool possible)
{
    if (std::exchange(m_ownDraft, possible) != possible)
        Q_EMIT changed();
}

void FitCompanions::useOwnDraft()
{
    m_refusal.clear();
    if (std::exchange(m_draft, LoadSettings::kOwnDraft) != LoadSettings::kOwnDraft)
        Q_EMIT chosen();
    Q_EMIT changed();
}

void FitCompanions::useProjector(const QString &path)
{
    m_refusal.clear();
    if (std::exchange(m_projector, path) != path)
        Q_EMIT chosen();
    Q_EMIT changed();
}

bool FitCompanions::take(const QString &kind, const QString &path)
{
    if (kind == u"projector") {
        m_projector = path;
    } else if (kind == u"draft") {
        m_draft = path;
    } else if (kind != u"lora" || m_adapters.contains(path)) {
        return false;
    } else if (m_adapters.size() >= kMostAdapters) {
        m_refusal = tr("%1 adapters are the most that can be added here.").arg(kMostAdapters);
        return false;
    } else {
        m_adapters.append(path);
    }
    return true;
}

void FitCompanions::add(const QString &kind, const QUrl &file)
{
    const QString path = file.toLocalFile();
    m_refusal.clear();
    bool taken = false;
    if (path.isEmpty())
        m_refusal = tr("Only a file of this computer can be loaded beside the model.");
    else if (path.size() > kLongestPath)
        m_refusal = tr("The path of that file is too long.");
    else
        taken = take(kind, path);
    if (taken)
        Q_EMIT chosen();
    Q_EMIT changed();
}

void FitCompanions::remove(const QString &kind, const QString &path)
{
    m_refusal.clear();
    const bool gone = kind == u"draft" ? !std::exchange(m_draft, QString()).isEmpty()
                                       : kind == u"lora" && m_adapters.removeAll(path) > 0;
    if (gone)
        Q_EMIT chosen();
    Q_EMIT changed();
}

} // namespace snug::ui
