// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// bench_threads [--rate MILLIONS] [--rounds N] [--json FILE]: how well a conversion is spread over more
// threads than this machine has cores. The checkpoint of 350 million parameters becomes Q4_K, but the encoder
// only waits, as long as a core of so many million weights a second would compute; everything else is what it
// always is: reading, making floats of bfloat16, looking for numbers that are none, handing out rows,
// writing, hashing, the disk. Seconds for 1, 2, 4, 8 and 16 threads, medians, how many threads' work that is,
// and how many of the real cores were busy with the rest: where all are, more cores would do better. Never a
// verdict.
#include "core/convert/job/write_model.h"
#include "tests/backends/made_model.h"
#include "tests/bench/figures.h"
#include "tests/support/made_checkpoint.h"
#include "tests/support/test_data.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <optional>
#include <thread>

using namespace Qt::StringLiterals;
using namespace snug;

namespace {

constexpr std::array kThreads = {1, 2, 4, 8, 16};

class WaitingEncoder final : public quant::RowEncoder {
public:
    explicit WaitingEncoder(double numbersPerSecond) : m_numbersPerSecond(numbersPerSecond) {}

    Result<void> encode(gguf::TensorType, std::span<const float> rows, std::int64_t, std::span<const float>,
                        std::span<std::byte> into) const override
    {
        const std::chrono::duration<double> needed(static_cast<double>(rows.size()) / m_numbersPerSecond);
        std::this_thread::sleep_for(needed);
        std::ranges::fill(into, std::byte{0x5A});
        return {};
    }

private:
    double m_numbersPerSecond;
};

Result<convert::OutputPlan> planFor(const test::MadeModel &model, const QString &path)
{
    convert::OutputRequest request;
    request.path = path.toStdString();
    request.keys = model.conversion.keys;
    request.tensors = model.header.header.tensors;
    for (gguf::Tensor &tensor : request.tensors) {
        if (tensor.dims.size() > 1)
            tensor.type = gguf::TensorType::Q4_K;
    }
    return convert::planOutput(std::move(request));
}

std::nullopt_t failed(const Error &error)
{
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return std::nullopt;
}

struct Taken {
    double seconds = 0;
    double processor = 0; // seconds
};

// Until the file has its name; nothing if that fails.
std::optional<Taken> take(const QString &checkpoint, const quant::RowEncoder &encoder, int threads,
                          const QString &path)
{
    QFile::remove(path);
    auto model = test::makeModel(checkpoint.toStdString(), convert::OutputType::Auto);
    if (!model)
        return failed(model.error());
    const auto plan = planFor(**model, path);
    if (!plan)
        return failed(plan.error());
    convert::WriteOptions options;
    options.threads = threads;
    QElapsedTimer clock;
    clock.start();
    const std::clock_t begin = std::clock();
    if (const auto made = convert::writeModel(*plan, *(*model)->data, encoder, options, {}); !made)
        return failed(made.error());
    return Taken{static_cast<double>(clock.nsecsElapsed()) / 1e9,
                 static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC};
}

struct Figures {
    std::vector<double> seconds;
    std::vector<double> processor;
};

QJsonArray print(const std::array<Figures, kThreads.size()> &figures)
{
    QJsonArray json;
    const double one = bench::median(figures.front().seconds);
    std::printf("%8s %10s %18s %14s\n", "threads", "seconds", "work of so many", "cores busy");
    for (std::size_t i = 0; i < kThreads.size(); ++i) {
        const double seconds = bench::median(figures[i].seconds);
        const double processor = bench::median(figures[i].processor);
        std::printf("%8d %10.2f %18.1f %14.1f\n", kThreads[i], seconds, one / seconds, processor / seconds);
        json.append(QJsonObject{
            {u"threads"_qs, kThreads[i]}, {u"seconds"_qs, seconds}, {u"processor_seconds"_qs, processor}});
    }
    return json;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{u"rate"_qs, u"million weights a second"_qs, u"millions"_qs, u"64"_qs},
                       {u"rounds"_qs, u"of each"_qs, u"count"_qs, u"3"_qs},
                       {u"json"_qs, u"a file for the figures"_qs, u"file"_qs}});
    parser.process(app);
    const QTemporaryDir folder;
    const QString checkpoint = folder.filePath(u"checkpoint"_qs);
    const QString tokenizer = test::dataFile(u"models/starter/hf"_qs);
    if (tokenizer.isEmpty() || !test::makeCheckpoint(checkpoint, tokenizer)) {
        std::fprintf(stderr, "no checkpoint: are the models in SNUG_TEST_DATA?\n");
        return 1;
    }
    const WaitingEncoder encoder(std::max(0.1, parser.value(u"rate"_qs).toDouble()) * 1e6);
    std::array<Figures, kThreads.size()> figures;
    for (int round = 0; round < std::max(1, parser.value(u"rounds"_qs).toInt()); ++round) {
        for (std::size_t i = 0; i < kThreads.size(); ++i) {
            const auto taken = take(checkpoint, encoder, kThreads[i], folder.filePath(u"made.gguf"_qs));
            if (!taken)
                return 1;
            figures[i].seconds.push_back(taken->seconds);
            figures[i].processor.push_back(taken->processor);
        }
    }
    const QJsonArray json = print(figures);
    if (QFile file(parser.value(u"json"_qs)); parser.isSet(u"json"_qs) && file.open(QIODevice::WriteOnly))
        file.write(QJsonDocument(json).toJson());
    return 0;
}
