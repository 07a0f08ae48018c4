// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// bench_answers [MESSAGES]: the real window with a conversation of so many messages (2000). Prints how long
// it took to open, how much memory the window has, how long frames took while it was scrolled, and what part
// of a processor it used while an answer of 40 tokens a second was shown for ten seconds. Run it with
// QT_QPA_PLATFORM=offscreen and QT_QUICK_BACKEND=software. Never a verdict.
#include "core/base/paths.h"
#include "core/chat/conversation_store.h"
#include "tests/bench/frames.h"
#include "tests/support/isolated_home.h"
#include "tests/ui/fake_child.h"
#include "tests/ui/window_fixture.h"
#include "ui/viewmodels/chat_rows.h"

#include <QElapsedTimer>
#include <QGuiApplication>
#include <QTest>
#include <QTimer>

#include <fmt/format.h>

#include <cstdio>
#include <sys/resource.h>

using namespace Qt::StringLiterals;
using namespace snug;

namespace {

// No two are equal, nor are neighbours built alike: rows that are used again would have nothing to do.
std::string answer(int number)
{
    std::string text = fmt::format("The sums of part {0} are **small**; only the file is large. So read it "
                                   "in `pieces`, and keep {1} numbers "
                                   "per user. Memory then depends on how many users there are.\n\n",
                                   number, number % 7 + 2);
    if (number % 3 != 0)
        text += fmt::format("1. Read piece {0}\n2. Group it\n3. Add the sums\n\n", number);
    text += fmt::format("```python\nimport pandas as pd\n\nfor part in pd.read_csv(\"orders-{0}.csv\"):\n"
                        "    total = total.add(part, fill_value={0})\n```\n\n",
                        number);
    if (number % 4 == 1)
        text += fmt::format("## What remains of {0}\n\nOne more thing, and it is *cheap*:\n\n```sh\nsort "
                            "orders-{0}.csv | uniq -c\n```\n\n",
                            number);
    if (number % 2 == 0)
        text +=
            fmt::format("| step | cost |\n|---|--:|\n| read | $n + {0}$ |\n| add | $\\log n$ |\n\n", number);
    if (number % 5 == 0)
        text += fmt::format("$$ s = \\sum_{{i=1}}^{{n}} x_i + {0} $$\n\n", number);
    return text + "Two things make this cheap, and a third one makes it exact.\n";
}

ui::MessageRow row(chat::Role role, std::string text, chat::MessageState state = chat::MessageState::Complete)
{
    ui::MessageRow row;
    row.message.role = role;
    row.message.state = state;
    row.message.text = std::move(text);
    return row;
}

// The id of the long one; another, short one is what the window opens with. 0: it could not be written.
std::int64_t keepConversations(int messages)
{
    auto store = chat::ConversationStore::open(defaultPaths().data / "conversations.sqlite");
    if (!store)
        return 0;
    const auto info = (*store)->create("Long");
    const auto other = (*store)->create("Short");
    if (!info || !other)
        return 0;
    for (int i = 0; i < messages; ++i) {
        const bool mine = i % 2 == 0;
        const auto next = mine ? row(chat::Role::User, fmt::format("How do I sum column {}?", i))
                               : row(chat::Role::Assistant, answer(i / 2));
        if (!(*store)->append(info->id, next.message))
            return 0;
    }
    return (*store)->append(other->id, row(chat::Role::User, "Hello").message) ? info->id : 0;
}

double processorSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval &time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void openLong(test::WindowFixture &fixture, const QString &id, int messages)
{
    auto &chat = fixture.app().chat();
    const double before = bench::ownMemoryMiB();
    const auto [took, worked] = bench::frameOf(fixture.window(), [&] { chat.openChat(id); });
    QTest::qWait(1500);
    std::printf("%d messages: open %.0f ms to the first frame (%.0f ms of processor), window %.0f MiB (%.0f "
                "before)\n",
                messages, took, worked, bench::ownMemoryMiB(), before);
    std::fflush(stdout);
}

// By so many pixels at every turn of a screen of 60 Hz: 120 are a notch of the wheel, nine screens a second.
void scroll(test::WindowFixture &fixture, QQuickItem &list, double step)
{
    constexpr int kFrames = 600;
    std::vector<double> took;
    std::vector<double> worked;
    const double end = list.property("contentY").toDouble();
    for (int i = 1; i <= kFrames; ++i) {
        const bench::Frame frame =
            bench::frameInTurn(fixture.window(), [&] { list.setProperty("contentY", end - i * step); });
        took.push_back(frame.took);
        worked.push_back(frame.worked);
    }
    std::printf("scrolled by %.0f, by the clock: %s\n", step, bench::frameFigures(took).c_str());
    std::printf("scrolled by %.0f, by the thread's work: %s\n", step, bench::frameFigures(worked).c_str());
}

void stream(test::WindowFixture &fixture)
{
    constexpr int kTokens = 400;
    auto *rows = dynamic_cast<ui::RowsModel<ui::MessageRow> *>(fixture.app().chat().messages());
    rows->append(row(chat::Role::Assistant, "", chat::MessageState::Streaming));
    const int last = rows->rowCount() - 1;
    const QString whole = QString::fromStdString(answer(2)).repeated(4);
    const double before = processorSeconds();
    QElapsedTimer clock;
    clock.start();
    int tokens = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] {
        const std::string text = whole.left(++tokens * 4).toStdString();
        rows->change(last, [&](ui::MessageRow &message) { message.message.text = text; },
                     {ui::message_role::Text, ui::message_role::Reasoning});
    });
    timer.start(25);
    while (tokens < kTokens)
        QTest::qWait(25);
    const double seconds = static_cast<double>(clock.elapsed()) / 1000;
    std::printf("streamed %d tokens in %.1f s: %.1f %% of one processor\n", kTokens, seconds,
                100 * (processorSeconds() - before) / seconds);
}

} // namespace

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    desktop::setUpProgram();
    const int messages = app.arguments().value(1, u"2000"_s).toInt();
    QTemporaryDir home;
    test::isolateIn(home.path());
    const std::int64_t conversation = keepConversations(messages);
    if (conversation == 0)
        return 1;
    test::WindowFixture fixture(home.path(), test::fakeWorker());
    if (!fixture.open() || !fixture.driver().click(u"rail.chat"_s))
        return 1;
    QTest::qWait(1000);
    openLong(fixture, QString::number(conversation), messages);
    auto *list = fixture.driver().waitFor(u"messageList"_s);
    if (list == nullptr || fixture.app().chat().messages()->rowCount() != messages)
        return 1;
    for (const double step : {40.0, 120.0})
        scroll(fixture, *list, step);
    QMetaObject::invokeMethod(list, "positionViewAtEnd");
    QTest::qWait(500);
    stream(fixture);
    return 0;
}
