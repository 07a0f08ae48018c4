// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/chat_commands.h"

#include <QFile>
#include <QTest>

#include <set>

using namespace snug::chat;

class TestChatCommands : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesOfAConversation()
    {
        QVERIFY(parseChatLine("hello /reset") == (ChatLine{ChatCommand::Say, "hello /reset"}));
        QVERIFY(parseChatLine("") == (ChatLine{ChatCommand::Say, ""}));
        QVERIFY(parseChatLine("//etc") == (ChatLine{ChatCommand::Say, "/etc"}));
        QVERIFY(parseChatLine("/system  Be brief. ") == (ChatLine{ChatCommand::System, "Be brief."}));
        QVERIFY(parseChatLine("/quit").command == ChatCommand::Quit);
        QVERIFY(parseChatLine("/quit\r").command == ChatCommand::Quit);
        QVERIFY(parseChatLine("/quitter") == (ChatLine{ChatCommand::Unknown, "/quitter"}));
        QVERIFY(parseChatLine("/") == (ChatLine{ChatCommand::Unknown, "/"}));
        QVERIFY(parseChatLine("/edit 2  New text") == (ChatLine{ChatCommand::Edit, "2  New text"}));
    }

    void numbersBeforeATextAreRead()
    {
        QVERIFY(parseNumbered("2  New text") == (NumberedText{2, "New text"}));
        QVERIFY(parseNumbered("1") == (NumberedText{1, ""}));
        QVERIFY(parseNumbered("3 0.5") == (NumberedText{3, "0.5"}));
        for (const char *text : {"", "0 a", "-1 a", "2a", "a 2", "99999999999999999999 a", " 1 a", "1.5"})
            QVERIFY2(!parseNumbered(text), text);
    }

    void everyCommandIsParsedAndShown()
    {
        std::set<std::string_view> names;
        const std::string help = chatHelp();
        for (const CommandEntry &entry : chatCommands()) {
            const std::string name(entry.name);
            QVERIFY2(names.insert(entry.name).second, name.c_str());
            QVERIFY2(parseChatLine(name + " 1 2").command == entry.command, name.c_str());
            QVERIFY2(help.find(name) != std::string::npos, name.c_str());
            QVERIFY2(!entry.description.empty(), name.c_str());
        }
    }

    void thePageHasTheTable()
    {
        QFile page(QStringLiteral(SNUG_SOURCE_DIR "/docs/chat-commands.md"));
        QVERIFY2(page.open(QIODevice::ReadOnly), qPrintable(page.fileName()));
        QVERIFY2(page.readAll().contains(QByteArray::fromStdString(chatCommandsTable())),
                 chatCommandsTable().c_str());
    }
};

QTEST_GUILESS_MAIN(TestChatCommands)
#include "tst_chat_commands.moc"
