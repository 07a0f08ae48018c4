// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/desktop/self_test.h"

#include "app/desktop/application.h"
#include "ui/viewmodels/text.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QTemporaryDir>
#include <QTimer>

#include <array>
#include <chrono>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace snug::desktop {
namespace {

using namespace std::chrono_literals;

constexpr std::array kPages = {"library", "chat", "compare", "convert", "devices", "settings"};
// The time a page gets to be built, laid out and drawn.
constexpr std::chrono::milliseconds kVisit = 150ms;

void letEventsRun(std::chrono::milliseconds duration)
{
    QEventLoop loop;
    QTimer::singleShot(duration, &loop, &QEventLoop::quit);
    loop.exec();
}

int complain(const QStringList &complaints)
{
    for (const QString &complaint : complaints)
        std::fprintf(stderr, "snug: self-test: %s\n", qPrintable(complaint));
    return complaints.isEmpty() ? 0 : 1;
}

} // namespace

int selfTest(const QString &cli)
{
    const QTemporaryDir home;
    if (!home.isValid())
        return complain({home.errorString()});
    const auto root = ui::toPath(home.path());
    Application application({root / "config", root / "data", root / "cache"}, cli);
    QQuickWindow *window = application.load();
    if (window == nullptr)
        return complain(application.qmlWarnings() + QStringList{u"the window could not be built"_s});
    for (const char *page : kPages) {
        if (!window->setProperty("currentPage", QString::fromLatin1(page)))
            return complain({u"the window has no currentPage"_s});
        letEventsRun(kVisit);
    }
    return complain(application.qmlWarnings());
}

} // namespace snug::desktop
