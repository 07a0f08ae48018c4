// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/window_fixture.h"

#include "tests/support/isolated_home.h"
#include "tests/support/test_data.h"
#include "ui/viewmodels/text.h"

#include <QAbstractItemModel>
#include <QDir>

#include <csignal>

namespace snug::test {
namespace {

// Where the program and its children keep things.
Paths isolate(const QString &home)
{
    isolateIn(home);
    return defaultPaths();
}

} // namespace

WindowFixture::WindowFixture(const QString &home, const QString &cli)
    : m_home(home.isEmpty() ? m_ownHome.path() : home)
    , m_app(std::make_unique<desktop::Application>(isolate(m_home),
                                                   cli.isEmpty() ? program(QStringLiteral("snug-cli")) : cli))
{
}

bool WindowFixture::open()
{
    m_window = m_app->load();
    if (m_window == nullptr)
        return false;
    m_driver = std::make_unique<GuiDriver>(*m_window);
    return m_driver->show();
}

bool WindowFixture::waitForState(const QString &engineState, int milliseconds)
{
    return m_driver->waitUntil([&] { return m_app->engine().state() == engineState; }, milliseconds);
}

bool WindowFixture::load(const QString &path)
{
    m_app->engine().load(path);
    return waitForState(QStringLiteral("ready"));
}

bool WindowFixture::ask(const QString &question)
{
    const int before = m_app->chat().messages()->rowCount();
    if (!m_driver->click(QStringLiteral("composer")))
        return false;
    m_driver->type(question);
    m_driver->key(Qt::Key_Return);
    return m_driver->waitUntil([&] { return m_app->chat().messages()->rowCount() > before; });
}

QVariant WindowFixture::lastMessage(const char *role) const
{
    const QAbstractItemModel *messages = m_app->chat().messages();
    const int rows = messages->rowCount();
    if (rows == 0)
        return {};
    return messages->index(rows - 1, 0).data(messages->roleNames().key(role));
}

bool WindowFixture::waitForAnswer(const QString &state, int milliseconds)
{
    return m_driver->waitUntil(
        [&] { return lastMessage("role").toString() == QStringLiteral("assistant") && lastState() == state; },
        milliseconds);
}

void WindowFixture::signalEngine(int signal)
{
    ::kill(static_cast<pid_t>(m_app->engine().processId()), signal);
}

} // namespace snug::test
