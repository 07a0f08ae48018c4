// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/ui/fake_chat_server.h"
#include "tests/ui/fake_child.h"
#include "ui/viewmodels/chat_view_model.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/settings_file.h"

#include <QTemporaryDir>

#include <memory>

namespace snug::test {

// What a test of the chat's view-model starts with, anew for each function: an empty home, a chat server and
// an engine that is ready as soon as it is asked.
class ChatFixture : public QObject {
    Q_OBJECT

protected Q_SLOTS:
    void init();
    void cleanup();

protected:
    struct Setup {
        explicit Setup(const QTemporaryDir &home);

        [[nodiscard]] QVariant cell(int row, const char *role);

        [[nodiscard]] QString lastState();

        ui::SettingsFile settings;
        ui::EngineSession engine;
        ui::ChatViewModel chat;
    };

    static void load(Setup &setup);
    static void ask(Setup &setup, const QString &question);

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<FakeChatServer> m_server;
    std::unique_ptr<FakeChild> m_engine;
};

} // namespace snug::test
