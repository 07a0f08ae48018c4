// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/core/conversation_file.h"

#include <QTest>

using namespace snug;
using namespace snug::chat;
using snug::test::answered;
using snug::test::asked;

// What a user keeps beside the messages: folders, presets, system prompts, and what was asked before.
class TestChatLibrary : public QObject {
    Q_OBJECT

    std::unique_ptr<test::ConversationFile> m_file;
    std::unique_ptr<ConversationStore> m_store;

    [[nodiscard]] std::string folders()
    {
        std::string names;
        const auto list = m_store->folders().list().value();
        for (const Folder &folder : list)
            names += (names.empty() ? "" : " ") + folder.name;
        return names;
    }
    [[nodiscard]] std::string presets(std::string_view model)
    {
        std::string names;
        const auto list = m_store->presets().list(model).value();
        for (const Preset &preset : list)
            names += (names.empty() ? "" : " ") + preset.name;
        return names;
    }

private Q_SLOTS:
    void init()
    {
        m_file = std::make_unique<test::ConversationFile>();
        m_store = m_file->open();
    }
    void cleanup()
    {
        m_store.reset();
        m_file.reset();
    }

    void foldersKeepTheirOrder()
    {
        FolderStore &store = m_store->folders();
        const Folder a = store.create("a").value();
        const Folder b = store.create("b").value();
        const Folder c = store.create("c").value();
        QVERIFY(store.move(c.id, 0));
        QCOMPARE(folders(), std::string("c a b"));
        QVERIFY(store.move(c.id, 99));
        QCOMPARE(folders(), std::string("a b c"));
        QVERIFY(store.rename(b.id, "B"));
        m_store = m_file->open();
        QCOMPARE(folders(), std::string("a B c"));
        QCOMPARE(m_store->folders().named("B").value().id, b.id);
        QVERIFY(m_store->folders().named("d").value().id > c.id);
        QCOMPARE(m_store->folders().nameOf(a.id).value(), std::string("a"));
    }

    void aFolderNeedsANameAndAPlace()
    {
        FolderStore &store = m_store->folders();
        QCOMPARE(store.create(" \n").error().kind, ErrorKind::InvalidArgument);
        const Folder folder = store.create("x").value();
        QCOMPARE(store.rename(folder.id, "").error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(store.rename(99, "y").error().kind, ErrorKind::NotFound);
        QCOMPARE(store.move(99, 0).error().kind, ErrorKind::NotFound);
        QCOMPARE(store.remove(99).error().kind, ErrorKind::NotFound);
        const auto id = m_store->create("talk").value().id;
        QCOMPARE(store.put(id, 99).error().kind, ErrorKind::NotFound);
        QCOMPARE(store.put(99, folder.id).error().kind, ErrorKind::NotFound);
    }

    void aFolderThatGoesKeepsItsConversations()
    {
        const Folder folder = m_store->folders().create("x").value();
        const auto id = m_store->create("talk").value().id;
        QVERIFY(m_store->folders().put(id, folder.id));
        QCOMPARE(m_store->list().value().front().folder, folder.id);
        QVERIFY(m_store->folders().put(id, 0));
        QCOMPARE(m_store->list().value().front().folder, 0);
        QVERIFY(m_store->folders().put(id, folder.id));
        QVERIFY(m_store->folders().remove(folder.id));
        QCOMPARE(m_store->list().value().size(), std::size_t{1});
        QCOMPARE(m_store->list().value().front().folder, 0);
    }

    void presetsAreForOneModelOrForAll()
    {
        PresetStore &store = m_store->presets();
        Preset precise{0, "precise", "", R"({"temperature":0,"stop":["END"]})", "root ::= \"yes\"", ""};
        precise = store.save(precise).value();
        QVERIFY(store.save({0, "Own", "qwen", "{}", "", R"({"type":"object"})"}));
        QCOMPARE(presets("qwen"), std::string("Own precise"));
        QCOMPARE(presets("other"), std::string("precise"));
        precise.name = "exact";
        QCOMPARE(store.save(precise).value(), precise);
        QCOMPARE(store.list("other").value().front(), precise);
        QVERIFY(store.remove(precise.id));
        QCOMPARE(store.remove(precise.id).error().kind, ErrorKind::NotFound);
        QCOMPARE(store.save(precise).error().kind, ErrorKind::NotFound);
    }

    void aPresetIsChecked()
    {
        QCOMPARE(m_store->presets().save({0, " ", "", "{}", "", ""}).error().kind,
                 ErrorKind::InvalidArgument);
        QCOMPARE(m_store->presets().save({0, "x", "", "[1", "", ""}).error().kind,
                 ErrorKind::InvalidArgument);
        QCOMPARE(m_store->presets().save({0, "x", "", "[]", "", ""}).error().kind,
                 ErrorKind::InvalidArgument);
    }

    void systemPromptsAreKept()
    {
        PromptStore &store = m_store->prompts();
        SavedPrompt brief = store.save({0, "brief", "Be brief."}).value();
        QVERIFY(store.save({0, "Able", "Be able."}));
        brief.text = "Be very brief.";
        QVERIFY(store.save(brief));
        m_store = m_file->open();
        const auto all = m_store->prompts().list().value();
        QCOMPARE(all.size(), std::size_t{2});
        QCOMPARE(all[0].name, std::string("Able"));
        QCOMPARE(all[1], brief);
        QCOMPARE(m_store->prompts().save({0, "", "x"}).error().kind, ErrorKind::InvalidArgument);
        QVERIFY(m_store->prompts().remove(brief.id));
        QCOMPARE(m_store->prompts().remove(brief.id).error().kind, ErrorKind::NotFound);
    }

    void whatWasAskedLastComesFirstAndOnce()
    {
        const auto one = m_store->create("one").value().id;
        const auto two = m_store->create("two").value().id;
        const auto ask = [&](std::int64_t id, const char *text) {
            return m_store->append(id, asked(text)).value().id;
        };
        ask(one, "a");
        QVERIFY(m_store->append(one, answered("answers are not asked")));
        ask(two, "b");
        ask(one, "a");
        const auto gone = ask(two, "gone");
        QVERIFY(m_store->removeMessage(gone));
        using Texts = std::vector<std::string>;
        QCOMPARE(m_store->prompts().lastSent(10).value(), (Texts{"a", "b"}));
        QCOMPARE(m_store->prompts().lastSent(1).value(), Texts{"a"});
        QVERIFY(m_store->remove(one));
        QCOMPARE(m_store->prompts().lastSent(10).value(), Texts{"b"});
    }
};

QTEST_GUILESS_MAIN(TestChatLibrary)
#include "tst_chat_library.moc"
