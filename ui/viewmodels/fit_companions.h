// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/worker/background_task.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <QUrl>
#include <QVariantList>

#include <filesystem>
#include <memory>
#include <stop_token>
#include <vector>

namespace snug::ui {

// The files that are loaded beside a model: what turns pictures into tokens, a small model that guesses
// ahead, adapters. Whether a file is what it is said to be is for the worker to find out. GUI thread; owned
// by the page's view-model.
class FitCompanions final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FitCompanions)
    Q_PROPERTY(QVariantList projectors READ projectors NOTIFY changed)
    Q_PROPERTY(QVariantList added READ added NOTIFY changed)
    Q_PROPERTY(QString refusal READ refusal NOTIFY changed)
    Q_PROPERTY(bool any READ any NOTIFY changed)
    Q_PROPERTY(bool ownDraft READ ownDraft NOTIFY changed)

public:
    static constexpr qsizetype kMostAdapters = 8;
    static constexpr qsizetype kLongestPath = 4096;

    explicit FitCompanions(QObject *parent);
    ~FitCompanions() override;

    [[nodiscard]] QString projector() const { return m_projector; }
    // A path, or LoadSettings::kOwnDraft; empty: none.
    [[nodiscard]] QString draft() const { return m_draft; }
    [[nodiscard]] QStringList adapters() const { return m_adapters; }
    [[nodiscard]] bool any() const;

    // path, name, used: what lies beside the model, and what was added.
    [[nodiscard]] QVariantList projectors() const;
    // kind ("draft", "lora"), path, name.
    [[nodiscard]] QVariantList added() const;
    // The model has layers that can guess in place of a draft model, as the worker told.
    [[nodiscard]] bool ownDraft() const { return m_ownDraft; }
    void setOwnDraft(bool possible);
    Q_INVOKABLE void useOwnDraft();
    // Why the last file was not taken.
    [[nodiscard]] QString refusal() const { return m_refusal; }

    // Another model; looks for projectors in that folder, in the background. Empty: nowhere.
    void begin(const QString &folder);
    // An empty path: none.
    Q_INVOKABLE void useProjector(const QString &path);
    // `kind`: "projector", "draft" or "lora".
    Q_INVOKABLE void add(const QString &kind, const QUrl &file);
    Q_INVOKABLE void remove(const QString &kind, const QString &path);

Q_SIGNALS:
    void changed();
    // Other files are to be loaded.
    void chosen();

private:
    using Paths = std::vector<std::filesystem::path>;

    // True if it was taken.
    [[nodiscard]] bool take(const QString &kind, const QString &path);

    QStringList m_beside; // projectors
    QString m_projector;
    QString m_draft;
    bool m_ownDraft = false;
    QStringList m_adapters;
    QString m_refusal;
    std::unique_ptr<BackgroundTask<Paths>> m_look;
};

} // namespace snug::ui
