// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/own_draft.h"
#include "tests/support/model_headers.h"
#include "tests/support/predicting_model.h"

#include <QTest>

#include <functional>
#include <span>

using namespace snug;

Q_DECLARE_METATYPE(std::function<void(gguf::Header &)>)

namespace {

using Change = std::function<void(gguf::Header &)>;

void set(gguf::Header &header, const char *key, gguf::Value value)
{
    std::erase_if(header.values, [key](const auto &pair) { return pair.key == key; });
    header.values.push_back({key, std::move(value)});
}

void rename(gguf::Header &header, const std::string &from, const std::string &to)
{
    for (auto &pair : header.values) {
        if (pair.key.starts_with(from + "."))
            pair.key = to + pair.key.substr(from.size());
    }
    set(header, "general.architecture", gguf::Value(to));
}

} // namespace

class TestOwnDraft : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whoCan()
    {
        for (const gguf::Header &header : {test::hybridPredicting(), test::expertsPredicting()}) {
            const auto can = fit::checkOwnDraft({&header, 1});
            QVERIFY2(can, can ? "" : can.error().message.c_str());
            QVERIFY(!fit::isDraftHead(header));
        }
    }

    void tensorsMayLieInAnyPart()
    {
        std::vector<gguf::Header> parts = {test::hybridPredicting(), {}};
        const std::size_t half = parts[0].tensors.size() / 2;
        parts[1].tensors.assign(parts[0].tensors.begin() + static_cast<std::ptrdiff_t>(half),
                                parts[0].tensors.end());
        parts[0].tensors.resize(half);
        QVERIFY(fit::checkOwnDraft(parts));
    }

    void whoCannot_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *name, const char *reason, Change change) {
            QTest::newRow(name) << std::move(change) << QString::fromLatin1(reason);
        };
        const char *count = "qwen35.nextn_predict_layers";
        row("no such layers", "no_predicting_layers",
            [count](auto &header) { set(header, count, gguf::Value(std::uint32_t{0})); });
        row("nothing but such layers", "no_predicting_layers",
            [count](auto &header) { set(header, count, gguf::Value(std::uint32_t{5})); });
        row("more than there are", "no_predicting_layers",
            [count](auto &header) { set(header, count, gguf::Value(std::uint32_t{0x7fffffff})); });
        row("fewer than none", "no_predicting_layers",
            [count](auto &header) { set(header, count, gguf::Value(std::int32_t{-1})); });
        row("a text", "no_predicting_layers",
            [count](auto &header) { set(header, count, gguf::Value(std::string("one"))); });
        row("two, where the engine runs one", "predicting_count",
            [count](auto &header) { set(header, count, gguf::Value(std::uint32_t{2})); });
        row("an architecture whose layers the engine skips", "predicting_architecture",
            [](auto &header) { rename(header, "qwen35", "exaone4"); });
        row("one that it does not know", "predicting_architecture",
            [](auto &header) { rename(header, "qwen35", std::string(10000, '\x1b')); });
        row("left out by whoever made the file", "predicting_tensors", [](auto &header) {
            std::erase_if(header.tensors,
                          [](const auto &tensor) { return tensor.name == "blk.4.nextn.hnorm.weight"; });
        });
    }

    void whoCannot()
    {
        QFETCH(Change, change);
        QFETCH(QString, reason);
        gguf::Header header = test::hybridPredicting();
        change(header);
        const auto can = fit::checkOwnDraft({&header, 1});
        QVERIFY(!can);
        QCOMPARE(can.error().kind, ErrorKind::Unsupported);
        QCOMPARE(QString::fromStdString(std::get<std::string>(can.error().detail.front().second)), reason);
        QVERIFY(can.error().message.size() < 300 && can.error().message.find('\x1b') == std::string::npos);
        QVERIFY(!can.error().hint.empty());
    }

    void headsAreNoModels()
    {
        gguf::Header head = test::hybridPredicting();
        std::erase_if(head.tensors, [](const auto &tensor) { return tensor.name.starts_with("blk.0."); });
        QVERIFY(fit::isDraftHead(head));
        gguf::Header reader = test::transformer({});
        QVERIFY(!fit::isDraftHead(reader));
        rename(reader, "llama", "eagle3");
        QVERIFY(fit::isDraftHead(reader));
    }

    // As a model of their own: one layer, without what it shares with the rest.
    void theLayersThatPredict()
    {
        gguf::Header header = test::hybridPredicting();
        header.tensors.push_back({"blk.4", {256}, gguf::TensorType::F32}); // a name that ends too soon
        const auto model = fit::predictingLayers({&header, 1});
        QVERIFY(model);
        QCOMPARE(model->layers.size(), std::size_t{1});
        QCOMPARE(model->shape.trunk, std::int64_t{1});
        QVERIFY(model->shape.layers.front().cached && !model->shape.layers.front().recurrent);
        QCOMPARE(model->input + model->output + model->tied, std::int64_t{0});
        std::int64_t expected = 0;
        for (const gguf::Tensor &tensor : header.tensors) {
            if (tensor.name.starts_with("blk.4."))
                expected += *gguf::tensorBytes(tensor.type, tensor.dims);
        }
        QCOMPARE(model->layers.front().all, expected);
    }
};

QTEST_GUILESS_MAIN(TestOwnDraft)
#include "tst_own_draft.moc"
