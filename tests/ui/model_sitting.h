// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/ui/fake_child.h"
#include "tests/ui/window_fixture.h"

#include <QTemporaryDir>

namespace snug::test {

// The window on a made-up machine, in front of a made-up Hub: every child is fake_worker.
class ModelSitting {
public:
    // `manner`: of tests/support/fake_fit.h.
    explicit ModelSitting(const QByteArray &manner, const QString &theme = QStringLiteral("light"));

    [[nodiscard]] bool open(QSize size = {1280, 900});
    // As a person does: Discover, the model, its levels.
    [[nodiscard]] bool openModel();
    [[nodiscard]] bool settles();
    // At rest, and looked at.
    void picture(const QString &name);
    [[nodiscard]] QString text(const QString &objectName);
    // The verdict in the row of that level.
    [[nodiscard]] QString row(const QString &label);
    [[nodiscard]] bool tabTo(const QString &objectName);
    void scrollTo(double y);
    // Scrolls until that item is in the middle, and clicks it.
    [[nodiscard]] bool clickBelow(const QString &objectName);
    // What reaches over the edges of the window; empty if nothing does.
    [[nodiscard]] QString overTheEdge();

    [[nodiscard]] GuiDriver &gui() { return m_fixture.driver(); }
    [[nodiscard]] ui::ModelViewModel &fit() { return m_fixture.app().fit(); }
    [[nodiscard]] ui::SpeedViewModel &speed() { return m_fixture.app().speed(); }
    [[nodiscard]] WindowFixture &fixture() { return m_fixture; }
    [[nodiscard]] QString complaints() { return m_fixture.app().qmlWarnings().join(QLatin1Char('\n')); }
    // A path for a file of the test.
    [[nodiscard]] QString filePath(const QString &name) const { return m_folder.filePath(name); }

private:
    [[nodiscard]] QByteArray write(const QString &name, const QByteArray &line);

    QTemporaryDir m_folder;
    FakeChild m_fit;
    FakeChild m_devices;
    FakeChild m_search;
    FakeChild m_files;
    WindowFixture m_fixture;
};

} // namespace snug::test
