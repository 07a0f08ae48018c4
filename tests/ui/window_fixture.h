// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/desktop/application.h"
#include "tests/support/gui_driver.h"

#include <QTemporaryDir>

#include <memory>

namespace snug::test {

// The whole program in this process: the real window and view-models, an empty home, and the real snug-cli as
// the child.
class WindowFixture {
public:
    // `home`: of a sitting before this one; empty: a new one. The program and its children see no other
    // folder of this user, and a Hub that does not answer unless HF_ENDPOINT was set before. `cli`: the
    // child; empty: the real snug-cli.
    explicit WindowFixture(const QString &home = {}, const QString &cli = {});

    // False if the window could not be built or shown; qmlWarnings() of the application tells why.
    [[nodiscard]] bool open();
    [[nodiscard]] desktop::Application &app() { return *m_app; }
    [[nodiscard]] GuiDriver &driver() { return *m_driver; }
    [[nodiscard]] QQuickWindow &window() { return *m_window; }

    // Loads a model as its page does and waits until it answers.
    [[nodiscard]] bool load(const QString &path);
    // Types into the composer and presses Enter.
    [[nodiscard]] bool ask(const QString &question);
    [[nodiscard]] bool waitForState(const QString &engineState, int milliseconds = 60000);

    // A role of the last message; invalid without one.
    [[nodiscard]] QVariant lastMessage(const char *role) const;
    [[nodiscard]] QString lastText() const { return lastMessage("text").toString(); }
    [[nodiscard]] QString lastState() const { return lastMessage("state").toString(); }
    // Waits until the last message is the model's and in that state.
    [[nodiscard]] bool waitForAnswer(const QString &state, int milliseconds = 60000);

    void signalEngine(int signal);

private:
    QTemporaryDir m_ownHome;
    QString m_home;
    std::unique_ptr<desktop::Application> m_app;
    QQuickWindow *m_window = nullptr;
    std::unique_ptr<GuiDriver> m_driver;
};

} // namespace snug::test
