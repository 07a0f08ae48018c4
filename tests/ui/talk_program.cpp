// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// talk-program HOME MODEL [ENGINE_MS]: the real window with the real engine, which answers without end.
// Writes what stands on the screen, for a test that kills it: "shown LENGTH MS" for the last answer, as often
// as it changes. After ENGINE_MS it kills its own engine, and writes "kept LENGTH STATE" of the answer that
// was cut; then it loads the engine again and asks on.
#include "tests/ui/window_fixture.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QGuiApplication>
#include <QTest>

#include <csignal>
#include <cstdio>
#include <string>

using namespace Qt::StringLiterals;
using snug::test::WindowFixture;

namespace {

bool askWithoutEnd(WindowFixture &fixture, const QString &model)
{
    auto &chat = fixture.app().chat();
    chat.newChat();
    chat.setGrammar(u"root ::= [a-z ] root"_s); // which has no end
    return fixture.load(model) && fixture.ask(u"Tell me everything"_s);
}

void showUntil(WindowFixture &fixture, qint64 milliseconds)
{
    qsizetype shown = 0;
    QElapsedTimer clock;
    clock.start();
    while (milliseconds < 0 || clock.elapsed() < milliseconds) {
        QTest::qWait(5);
        const qsizetype length = fixture.lastText().size();
        if (length == shown)
            continue;
        shown = length;
        std::printf("shown %lld %lld\n", static_cast<long long>(length),
                    static_cast<long long>(QDateTime::currentMSecsSinceEpoch()));
        std::fflush(stdout);
    }
}

bool loseTheEngine(WindowFixture &fixture)
{
    const qsizetype before = fixture.lastText().size();
    fixture.signalEngine(SIGKILL);
    if (!fixture.waitForState(u"failed"_s) || fixture.lastText().size() < before)
        return false;
    std::printf("kept %lld %s\n", static_cast<long long>(fixture.lastText().size()),
                qPrintable(fixture.lastState()));
    std::fflush(stdout);
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    snug::desktop::setUpProgram();
    const QStringList arguments = app.arguments();
    if (arguments.size() < 3)
        return 2;
    WindowFixture fixture(arguments.at(1));
    if (!fixture.open() || !fixture.driver().click(u"rail.chat"_s))
        return 1;
    const QString model = arguments.at(2);
    if (!askWithoutEnd(fixture, model))
        return 1;
    if (arguments.size() > 3) {
        showUntil(fixture, arguments.at(3).toLongLong());
        if (!loseTheEngine(fixture) || !askWithoutEnd(fixture, model))
            return 1;
    }
    showUntil(fixture, -1);
    return 0;
}
