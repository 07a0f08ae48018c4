// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/ui/child_log.h"
#include "tests/ui/fake_chat_server.h"
#include "tests/ui/fake_child.h"
#include "ui/viewmodels/chat_view_model.h"
#include "ui/viewmodels/compare_view_model.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/settings_file.h"

#include <QTemporaryDir>

#include <memory>

namespace snug::test {

// What a test of comparisons starts with, anew for each function: an empty home and the models "one" and
// "two", each with a chat server of its own; "none" is too large for the memory.
class CompareFixture : public QObject {
    Q_OBJECT

protected Q_SLOTS:
    void init();
    void cleanup();

protected:
    // A comparison beside a chat. `seed`: of all that it draws.
    struct Sitting {
        explicit Sitting(const QTemporaryDir &home, quint32 seed = 1);

        void choose(const QStringList &models);
        // Asks and waits for all answers; false if they do not come.
        [[nodiscard]] bool ask(const QString &question);
        // The last one of that column.
        [[nodiscard]] QString answer(int column) const;

        ui::SettingsFile settings;
        ui::EngineSession engine;
        ui::ChatViewModel chat;
        ui::CompareViewModel compare;
    };

    [[nodiscard]] static QVariant cell(QAbstractItemModel *model, int row, const char *role);

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<ChildLog> m_log;
    std::unique_ptr<FakeChatServer> m_first;
    std::unique_ptr<FakeChatServer> m_second;
    std::unique_ptr<FakeChild> m_engines;
};

} // namespace snug::test
