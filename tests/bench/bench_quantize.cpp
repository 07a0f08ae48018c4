// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// bench_quantize [--types NAME,...] [--weights MILLIONS] [--rounds N] [--sets] [--json FILE]: how many
// million weights a second one thread, and all threads, turn into each type, beside llama.cpp's
// ggml_quantize_chunk on the same buffer, and beside a plain copy of it. In turns, medians of processor time
// (of time, for all threads), and whether the bytes are the same. Ratios are medians of each round's, since
// processors change their pace. --sets: on every instruction set of the processor, and not just the best.
// Never a verdict.
#include "backends/llama/ggml_row_encoder.h"
#include "core/quant/simd/instruction_sets.h"
#include "core/quant/simd/kernels.h"
#include "core/quant/simd/simd_row_encoder.h"
#include "core/quant/type_kinds.h"
#include "tests/bench/figures.h"
#include "tests/support/number_sets.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <thread>

using namespace Qt::StringLiterals;
using namespace snug;

namespace {

constexpr std::size_t kColumns = 4096;

struct Work {
    gguf::TensorType type = gguf::TensorType::F32;
    std::span<const float> rows;
    std::span<const float> importance;

    [[nodiscard]] std::size_t bytes(std::size_t numbers) const
    {
        const auto &info = gguf::tensorTypeInfo(type);
        return numbers / static_cast<std::size_t>(info.blockElements) *
               static_cast<std::size_t>(info.blockBytes);
    }
};

struct Figures {
    double own = 0; // million weights a second, of one thread
    double peer = 0;
    double ownAll = 0; // of all threads
    double toPeer = 0; // own / peer
    double toCopy = 0; // own, to one thread that copies the numbers
    bool same = false;
};

double rate(const Work &work, const std::vector<double> &seconds)
{
    return static_cast<double>(work.rows.size()) / 1e6 / bench::median(seconds);
}

// How much longer the others took, round by round.
double ratio(const std::vector<double> &others, const std::vector<double> &own)
{
    std::vector<double> ratios;
    for (std::size_t i = 0; i < own.size(); ++i)
        ratios.push_back(others[i] / own[i]);
    return bench::median(ratios);
}

// Of the calling thread, which is the only one at work.
double processorSeconds(const std::function<void()> &run)
{
    const std::clock_t begin = std::clock();
    run();
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

double secondsOfAll(const Work &work, const quant::RowEncoder &encoder, std::span<std::byte> into)
{
    const std::size_t count = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t rows = work.rows.size() / kColumns;
    const auto begin = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < count; ++i) {
            threads.emplace_back([&, i] {
                const std::size_t first = rows * i / count * kColumns;
                const std::size_t last = rows * (i + 1) / count * kColumns;
                (void)encoder.encode(work.type, work.rows.subspan(first, last - first),
                                     static_cast<std::int64_t>(kColumns), work.importance,
                                     into.subspan(work.bytes(first), work.bytes(last - first)));
            });
        }
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

Figures measure(const Work &work, const quant::RowEncoder &encoder, int rounds)
{
    constexpr auto kWidth = static_cast<std::int64_t>(kColumns);
    std::vector<std::byte> own(work.bytes(work.rows.size()));
    std::vector<std::byte> peers(own.size());
    std::vector<double> ownSeconds;
    std::vector<double> peerSeconds;
    std::vector<double> allSeconds;
    std::vector<double> copySeconds;
    std::vector<float> copy(work.rows.size());
    bool good = true;
    for (int round = 0; round < rounds; ++round) {
        const auto encode = [&] {
            ownSeconds.push_back(processorSeconds([&] {
                good = encoder.encode(work.type, work.rows, kWidth, work.importance, own).has_value() && good;
            }));
        };
        if (round % 2 == 0)
            encode();
        peerSeconds.push_back(processorSeconds(
            [&] { llama::quantizeRows(work.type, work.rows, kWidth, work.importance, peers); }));
        if (round % 2 == 1)
            encode();
        copySeconds.push_back(processorSeconds([&] { std::ranges::copy(work.rows, copy.begin()); }));
        allSeconds.push_back(secondsOfAll(work, encoder, own));
    }
    return {rate(work, ownSeconds),         rate(work, peerSeconds),        rate(work, allSeconds),
            ratio(peerSeconds, ownSeconds), ratio(copySeconds, ownSeconds), good && own == peers};
}

bool isMeasured(gguf::TensorType type, bool withImportance)
{
    return quant::isEncodable(type) &&
           (withImportance ? !quant::isFloat(type) : !quant::needsImportance(type));
}

QJsonObject asJson(const QString &type, bool withImportance, const std::string &set, const Figures &figures)
{
    return {{u"type"_qs, type},
            {u"importance"_qs, withImportance},
            {u"instruction_set"_qs, QString::fromStdString(set)},
            {u"mweights_per_second"_qs, figures.own},
            {u"mweights_per_second_all_threads"_qs, figures.ownAll},
            {u"llama_cpp_mweights_per_second"_qs, figures.peer},
            {u"ratio"_qs, figures.toPeer},
            {u"ratio_to_a_copy"_qs, figures.toCopy},
            {u"same_bytes"_qs, figures.same}};
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{u"types"_qs, u"only those"_qs, u"names"_qs},
                       {u"weights"_qs, u"millions of them"_qs, u"millions"_qs, u"2"_qs},
                       {u"rounds"_qs, u"of each"_qs, u"count"_qs, u"7"_qs},
                       {u"sets"_qs, u"every instruction set"_qs},
                       {u"json"_qs, u"a file for the figures"_qs, u"file"_qs}});
    parser.process(app);
    const QStringList only = parser.value(u"types"_qs).toUpper().split(u',', Qt::SkipEmptyParts);
    const std::size_t rows =
        std::size_t{std::max(1U, parser.value(u"weights"_qs).toUInt())} * 1'000'000 / kColumns;
    const auto numbers = test::numberSet("bfloat16", rows * kColumns);
    const auto importance = test::ordinaryImportance(kColumns);
    auto sets = quant::simd::instructionSets();
    if (!parser.isSet(u"sets"_qs))
        sets.resize(1);

    const llama::GgmlRowEncoder reference;
    const quant::simd::SimdRowEncoder encoder(reference);
    const int rounds = std::max(1, parser.value(u"rounds"_qs).toInt());
    QJsonArray json;
    std::printf("%-8s %-10s %-7s %12s %12s %7s %12s %12s  %s\n", "type", "importance", "set", "Mweights/s",
                "llama.cpp", "ratio", "all threads", "of a copy", "bytes");
    for (const auto &info : gguf::tensorTypes()) {
        const QString name = QString::fromUtf8(info.name.data(), static_cast<qsizetype>(info.name.size()));
        for (const bool withImportance : {false, true}) {
            if (!isMeasured(info.type, withImportance) || (!only.isEmpty() && !only.contains(name.toUpper())))
                continue;
            const Work work{info.type, numbers,
                            withImportance ? std::span<const float>(importance) : std::span<const float>()};
            for (const auto &set : sets) {
                quant::simd::use(set);
                const bool kernel = quant::simd::hasVectors() &&
                                    (quant::isFloat(info.type) || quant::simd::blockEncoder(info.type));
                const std::string label = kernel ? set.name : "engine";
                const Figures figures = measure(work, encoder, rounds);
                std::printf("%-8s %-10s %-7s %12.1f %12.1f %7.2f %12.1f %12.2f  %s\n", qPrintable(name),
                            withImportance ? "yes" : "no", label.c_str(), figures.own, figures.peer,
                            figures.toPeer, figures.ownAll, figures.toCopy,
                            figures.same ? "same" : "DIFFERENT");
                std::fflush(stdout);
                json.append(asJson(name, withImportance, label, figures));
            }
        }
    }
    if (QFile file(parser.value(u"json"_qs)); parser.isSet(u"json"_qs) && file.open(QIODevice::WriteOnly))
        file.write(QJsonDocument(json).toJson());
    return 0;
}
