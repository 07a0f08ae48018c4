// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/companion_check.h"
#include "tests/support/companion_headers.h"
#include "tests/support/model_headers.h"

#include <QTest>

#include <algorithm>

using namespace snug;

class TestCompanionCheck : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aDraftHasTheSameTokens_data()
    {
        QTest::addColumn<int>("changed");
        QTest::addColumn<bool>("refused");
        QTest::addRow("none") << -1 << false;
        QTest::addRow("one of the first five") << 4 << false;
        QTest::addRow("the sixth") << 5 << true;
        QTest::addRow("the last") << 9 << true;
        QTest::addRow("one more") << 10 << false;
    }

    void aDraftHasTheSameTokens()
    {
        QFETCH(int, changed);
        QFETCH(bool, refused);
        std::vector<std::string> tokens;
        for (int i = 0; i < 10; ++i)
            tokens.push_back("t" + std::to_string(i));
        const auto with = [](const std::vector<std::string> &list) {
            gguf::Header header = test::transformer({});
            std::erase_if(header.values,
                          [](const auto &pair) { return pair.key == "tokenizer.ggml.tokens"; });
            header.values.push_back({"tokenizer.ggml.tokens", gguf::Value(gguf::Array::ofStrings(list))});
            return header;
        };
        const gguf::Header model = with(tokens);
        if (changed == 10)
            tokens.emplace_back("more");
        else if (changed >= 0)
            tokens[static_cast<std::size_t>(changed)] = "other";
        const auto checked = fit::checkDraft(with(tokens), {&model, 1});
        QCOMPARE(!checked, refused);
        if (refused)
            QVERIFY2(checked.error().message.find("is \"other\" instead of") != std::string::npos,
                     checked.error().message.c_str());
    }

    void aProjectorOfAnotherWidthIsRefused()
    {
        const gguf::Header model = test::transformer({});
        QVERIFY(fit::checkProjector(test::projector({}), {&model, 1}));
        const auto wide = fit::checkProjector(test::projector({.modelWidth = 512}), {&model, 1});
        QVERIFY(!wide);
        QCOMPARE(wide.error().kind, ErrorKind::Unsupported);
        QCOMPARE(wide.error().message,
                 std::string("The projector makes vectors of 512 numbers, the model takes 256."));
    }

    void onlyEndsThatTextsGetAreCompared()
    {
        const auto ending = [](std::uint32_t id, bool added) {
            gguf::Header header = test::transformer({});
            std::erase_if(header.values, [](const auto &pair) {
                return pair.key == "tokenizer.ggml.eos_token_id" ||
                       pair.key == "tokenizer.ggml.add_eos_token";
            });
            header.values.push_back({"tokenizer.ggml.eos_token_id", gguf::Value(id)});
            header.values.push_back({"tokenizer.ggml.add_eos_token", gguf::Value(added)});
            return header;
        };
        const gguf::Header silent = ending(1, false);
        const gguf::Header adding = ending(1, true);
        QVERIFY(fit::checkDraft(ending(2, false), {&silent, 1}));
        QVERIFY(!fit::checkDraft(ending(2, true), {&adding, 1}));
        QVERIFY(!fit::checkDraft(ending(1, true), {&silent, 1}));
    }
};

QTEST_GUILESS_MAIN(TestCompanionCheck)
#include "tst_companion_check.moc"
