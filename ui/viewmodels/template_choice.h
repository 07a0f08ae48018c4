// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "ui/viewmodels/library_child.h"
#include "ui/viewmodels/problem.h"
#include "ui/worker/background_task.h"

#include <QObject>
#include <QUrl>

#include <filesystem>
#include <memory>
#include <string>

namespace snug::ui {

// The chat template of a model as text, and another one in its place: a file, a text that somebody edited, or
// ChatML. `snug-cli inspect` looks at it first with the model's vocabulary; what it refuses is not taken. GUI
// thread; files are read and written on the thread pool; owned by LoadViewModel.
class TemplateChoice final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TemplateChoice)
    Q_PROPERTY(QString text READ text NOTIFY changed)
    Q_PROPERTY(bool busy READ busy NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY changed)

public:
    // `folder`: where edited texts are kept. `program`: snug-cli.
    TemplateChoice(QString program, std::filesystem::path folder, QObject *parent);
    ~TemplateChoice() override;

    // Of the template that would be used; empty while it is read, and of a model that has none.
    [[nodiscard]] QString text() const { return m_text; }
    // One is being looked at.
    [[nodiscard]] bool busy() const { return m_child.running() || m_writing != nullptr; }
    // Why there is no text, or why the last one was not taken.
    [[nodiscard]] Problem problem() const { return m_problem; }

    // `given`: a path, "chatml" or empty, as LoadSettings has it.
    void show(const QString &model, const QString &given);
    // Checks first; `chosen` or `problem` follows.
    Q_INVOKABLE void useFile(const QUrl &file);
    Q_INVOKABLE void useText(const QString &text);
    // Needs no check.
    Q_INVOKABLE void useOwn();
    Q_INVOKABLE void dismissProblem();

Q_SIGNALS:
    void changed();
    void chosen(const QString &given);

private:
    void check(const QString &given);
    void refuse(const Error &error);

    std::filesystem::path m_folder;
    QString m_model;
    QString m_given;
    QString m_text;
    Problem m_problem;
    LibraryChild m_child;
    std::unique_ptr<BackgroundTask<Result<std::string>>> m_reading;
    std::unique_ptr<BackgroundTask<Result<std::filesystem::path>>> m_writing;
};

} // namespace snug::ui
