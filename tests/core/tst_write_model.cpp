// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/file_lock.h"
#include "core/convert/job/write_model.h"
#include "core/download/sha256.h"
#include "core/gguf/reader.h"
#include "core/quant/float_encoder.h"
#include "tests/core/counted_model.h"
#include "tests/support/gguf_errors.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>

using namespace snug;
using namespace snug::test;

namespace {

namespace fs = std::filesystem;

// Goes on when so many are here.
class MeetingEncoder final : public quant::RowEncoder {
public:
    explicit MeetingEncoder(int count) : m_count(count) {}

    Result<void> encode(gguf::TensorType type, std::span<const float> rows, std::int64_t columns,
                        std::span<const float> importance, std::span<std::byte> into) const override
    {
        std::unique_lock lock(m_mutex);
        const int all = (m_came / m_count + 1) * m_count;
        ++m_came;
        m_arrival.notify_all();
        if (!m_arrival.wait_for(lock, std::chrono::seconds(20), [&] { return m_came >= all; }))
            return fail(ErrorKind::Internal, "The others did not come.");
        lock.unlock();
        return quant::FloatEncoder().encode(type, rows, columns, importance, into);
    }

private:
    int m_count;
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_arrival;
    mutable int m_came = 0;
};

std::vector<gguf::Tensor> someTensors()
{
    using gguf::TensorType;
    std::vector<gguf::Tensor> tensors;
    tensors.push_back({"token_embd.weight", {300, 2000}, TensorType::BF16, 0, 0});
    for (int i = 0; i < 6; ++i) {
        const std::string layer = "blk." + std::to_string(i) + ".";
        tensors.push_back({layer + "attn_norm.weight", {301}, TensorType::F32, 0, 0});
        tensors.push_back({layer + "ffn_up_exps.weight", {64, 33, 7}, TensorType::F16, 0, 0});
        tensors.push_back({layer + "ffn_down.weight", {1000, 500}, TensorType::F32, 0, 0});
    }
    return tensors;
}

convert::OutputPlan planFor(const QTemporaryDir &folder, const std::vector<gguf::Tensor> &tensors,
                            std::int64_t splitBytes = 0, std::string source = "one")
{
    convert::OutputRequest request;
    request.path = fs::path(folder.filePath(QStringLiteral("made.gguf")).toStdString());
    request.keys = {{"general.architecture", gguf::Value("llama")}};
    request.tensors = tensors;
    request.splitBytes = splitBytes;
    request.source = std::move(source);
    auto plan = convert::planOutput(std::move(request));
    if (!plan)
        QTest::qFail(messageOf(plan).c_str(), __FILE__, __LINE__);
    return plan ? *std::move(plan) : convert::OutputPlan();
}

Result<convert::WrittenModel> write(const convert::OutputPlan &plan, CountedModel &model, int threads = 2)
{
    convert::WriteOptions options;
    options.threads = threads;
    return convert::writeModel(plan, model, quant::FloatEncoder(), options, model.m_stop.get_token());
}

QByteArray contentOf(const fs::path &path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

std::string nameOf(const Result<convert::WrittenModel> &made)
{
    const auto *name = detailOf(made, "name");
    return name != nullptr ? std::get<std::string>(*name) : std::string();
}

std::string hashOf(const fs::path &path)
{
    const auto hash = download::hashFile(path, download::HashKind::Sha256, {}, {});
    return hash ? *hash : std::string();
}

} // namespace

class TestWriteModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTensorStandsWhereTheHeaderSays()
    {
        const QTemporaryDir folder;
        const auto tensors = someTensors();
        const auto plan = planFor(folder, tensors);
        CountedModel model(tensors);
        const auto made = write(plan, model);
        QVERIFY2(made, messageOf(made).c_str());
        QCOMPARE(made->files.size(), std::size_t{1});
        QCOMPARE(made->files.front().sha256, hashOf(made->files.front().path));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList{QStringLiteral("made.gguf")});

        const auto file = gguf::FileReader::open(made->files.front().path);
        QVERIFY(file);
        const auto header = gguf::readHeader(**file);
        QVERIFY2(header, messageOf(header).c_str());
        QCOMPARE(header->fileBytes, made->files.front().bytes);
        const QByteArray content = contentOf(made->files.front().path);
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            const gguf::Tensor &tensor = header->tensors[i];
            std::vector<float> numbers(static_cast<std::size_t>(*gguf::elementCount(tensor.dims)));
            QVERIFY((*model.tensor(i))->readRows(0, (*model.tensor(i))->rows(), numbers));
            std::vector<std::byte> bytes(static_cast<std::size_t>(tensor.bytes));
            QVERIFY(quant::FloatEncoder().encode(tensor.type, numbers, tensor.dims.front(), {}, bytes));
            const auto *const from =
                reinterpret_cast<const std::byte *>(content.constData()) + header->dataOffset + tensor.offset;
            QVERIFY2(std::equal(bytes.begin(), bytes.end(), from), tensor.name.c_str());
        }
    }

    void anyNumberOfThreadsMakesTheSame()
    {
        const auto tensors = someTensors();
        std::string hash;
        for (const int threads : {-1, 0, 1, 3, 8, 512}) {
            const QTemporaryDir folder;
            CountedModel model(tensors);
            const auto made = write(planFor(folder, tensors), model, threads);
            QVERIFY2(made, messageOf(made).c_str());
            QVERIFY(hash.empty() || hash == made->files.front().sha256);
            hash = made->files.front().sha256;
        }
    }

    // Rows of four tensors are made at once where one has too few for all: no thread waits for a tensor's
    // end.
    void sixteenThreadsAreAtWorkAtOnce()
    {
        std::vector<gguf::Tensor> tensors(32, {{}, {1024, 256}, gguf::TensorType::F16, 0, 0});
        for (std::size_t i = 0; i < tensors.size(); ++i)
            tensors[i].name = "t" + std::to_string(i);
        const QTemporaryDir folder;
        CountedModel model(tensors);
        convert::WriteOptions options;
        options.threads = 16;
        const auto made =
            convert::writeModel(planFor(folder, tensors), model, MeetingEncoder(16), options, {});
        QVERIFY2(made, messageOf(made).c_str());
    }

    // Every tensor that was read is let go of, in order.
    void whatWasReadIsReleased()
    {
        auto tensors = someTensors();
        const auto more = someTensors();
        for (const gguf::Tensor &tensor : more) {
            tensors.push_back(tensor);
            tensors.back().name += ".more";
        }
        const QTemporaryDir folder;
        CountedModel model(tensors);
        const auto made = write(planFor(folder, tensors), model, 4);
        QVERIFY2(made, messageOf(made).c_str());
        QVERIFY(!model.m_released.empty());
        QVERIFY(std::ranges::is_sorted(model.m_released));
        QVERIFY(model.m_released.back() < tensors.size());
        QCOMPARE(model.m_released.front(), std::size_t{0});
        for (std::size_t i = 1; i < model.m_released.size(); ++i)
            QVERIFY(model.m_released[i] - model.m_released[i - 1] <= 1);
    }

    void aSplitModelHasItsTensorsInParts()
    {
        const QTemporaryDir folder;
        const auto tensors = someTensors();
        const auto plan = planFor(folder, tensors, 4'000'000);
        QVERIFY(plan.files.size() > 2);
        CountedModel model(tensors);
        const auto made = write(plan, model);
        QVERIFY2(made, messageOf(made).c_str());
        std::size_t found = 0;
        for (std::size_t i = 0; i < made->files.size(); ++i) {
            const auto file = gguf::FileReader::open(made->files[i].path);
            QVERIFY(file);
            const auto header = gguf::readHeader(**file);
            QVERIFY2(header, messageOf(header).c_str());
            QCOMPARE(header->find("split.no")->integer(), std::optional(static_cast<std::int64_t>(i)));
            QCOMPARE(header->find("general.architecture") != nullptr, i == 0);
            QCOMPARE(made->files[i].sha256, hashOf(made->files[i].path));
            found += header->tensors.size();
        }
        QCOMPARE(found, tensors.size());
        QVERIFY(QString::fromStdString(made->files[1].path.filename().string())
                    .startsWith(QStringLiteral("made-00002-of-0000")));
    }

    void aStoppedJobGoesOnToTheSameBytes_data()
    {
        QTest::addColumn<int>("tensor");
        QTest::addColumn<qint64>("split");
        for (const int tensor : {0, 1, 5, 11, 18})
            QTest::addRow("stopped at %d", tensor) << tensor << qint64{0};
        QTest::newRow("in a split model") << 11 << qint64{4'000'000};
    }
    void aStoppedJobGoesOnToTheSameBytes()
    {
        QFETCH(int, tensor);
        QFETCH(qint64, split);
        const auto tensors = someTensors();
        const QTemporaryDir whole;
        CountedModel undisturbed(tensors);
        const auto expected = write(planFor(whole, tensors, split), undisturbed);
        QVERIFY2(expected, messageOf(expected).c_str());

        const QTemporaryDir folder;
        const auto plan = planFor(folder, tensors, split);
        CountedModel stopped(tensors);
        stopped.m_stopsAt = static_cast<std::size_t>(tensor);
        const auto first = write(plan, stopped);
        QVERIFY(!first);
        QCOMPARE(first.error().kind, ErrorKind::Cancelled);
        QVERIFY(!fs::exists(plan.files.front().path));
        QCOMPARE(convert::resumableBytes(plan) > 0, tensor > 0);

        CountedModel model(tensors);
        const auto made = write(plan, model);
        QVERIFY2(made, messageOf(made).c_str());
        QCOMPARE(made->resumedBytes > 0, tensor > 0);
        for (std::size_t i = 0; i < made->files.size(); ++i)
            QCOMPARE(made->files[i].sha256, expected->files[i].sha256);
    }

    // Of another plan or source nothing is taken over.
    void anotherSourceStartsAgain()
    {
        const auto tensors = someTensors();
        const QTemporaryDir folder;
        CountedModel stopped(tensors);
        stopped.m_stopsAt = 10;
        QVERIFY(!write(planFor(folder, tensors), stopped));
        CountedModel model(tensors);
        const auto made = write(planFor(folder, tensors, 0, "another"), model);
        QVERIFY2(made, messageOf(made).c_str());
        QCOMPARE(made->resumedBytes, std::int64_t{0});
    }

    // A job that ended while it gave the parts of a split model their names: the last one came first.
    void namingGoesOn()
    {
        const auto tensors = someTensors();
        const QTemporaryDir folder;
        const auto plan = planFor(folder, tensors, 4'000'000);
        CountedModel model(tensors);
        convert::WriteOptions options;
        const fs::path &first = plan.files.front().path;
        options.onTensor = [&](std::size_t) {
            QVERIFY(QFile(QString::fromStdString(first)).open(QIODevice::WriteOnly));
        };
        const auto taken = convert::writeModel(plan, model, quant::FloatEncoder(), options, {});
        QCOMPARE(reasonOf(taken), std::string("exists"));
        QVERIFY(fs::exists(plan.files.back().path));
        QVERIFY(fs::remove(first));
        const auto made = write(plan, model);
        QVERIFY2(made, messageOf(made).c_str());
        QCOMPARE(made->resumedBytes, plan.bytes);
        for (const auto &file : made->files)
            QCOMPARE(file.sha256, hashOf(file.path));
    }

    void discardingLeavesNothing()
    {
        const auto tensors = someTensors();
        const QTemporaryDir folder;
        const auto plan = planFor(folder, tensors);
        CountedModel stopped(tensors);
        stopped.m_stopsAt = 10;
        QVERIFY(!write(plan, stopped));
        QVERIFY(!QDir(folder.path()).entryList(QDir::Files).isEmpty());
        QVERIFY(convert::discardUnfinished(plan));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList());
    }

    void failuresNameTheTensor()
    {
        const auto tensors = someTensors();
        const QTemporaryDir folder;
        CountedModel infinite(tensors);
        infinite.m_infinite = 3;
        const auto made = write(planFor(folder, tensors), infinite);
        QVERIFY(!made);
        QCOMPARE(made.error().kind, ErrorKind::Corrupt);
        QCOMPARE(reasonOf(made), std::string("not_finite"));
        QCOMPARE(nameOf(made), tensors[3].name);
        CountedModel missing(tensors);
        missing.m_missing = 7;
        const auto lost = write(planFor(folder, tensors), missing);
        QVERIFY(!lost);
        QCOMPARE(lost.error().kind, ErrorKind::Network);
        QVERIFY(!fs::exists(planFor(folder, tensors).files.front().path));
    }

    void whatIsThereIsNotReplaced()
    {
        const auto tensors = someTensors();
        const QTemporaryDir folder;
        const auto plan = planFor(folder, tensors);
        QFile file(QString::fromStdString(plan.files.front().path.string()));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("mine") == 4);
        file.close();
        CountedModel model(tensors);
        const auto made = write(plan, model);
        QVERIFY(!made);
        QCOMPARE(reasonOf(made), std::string("exists"));
        QCOMPARE(contentOf(plan.files.front().path), QByteArray("mine"));
    }

    void oneJobAtATime()
    {
        const auto tensors = someTensors();
        const QTemporaryDir folder;
        const auto plan = planFor(folder, tensors);
        auto lock = plan.files.front().path;
        lock += ".part.lock";
        const auto other = FileLock::tryAcquire(lock);
        QVERIFY(other && *other);
        CountedModel model(tensors);
        const auto made = write(plan, model);
        QVERIFY(!made);
        QCOMPARE(reasonOf(made), std::string("busy"));
    }
};

QTEST_GUILESS_MAIN(TestWriteModel)
#include "tst_write_model.moc"
