// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// bench_chat SNUG_CLI LLAMA_BENCH MODEL [TOKENS] [ROUNDS]: tokens a second of an answer that is streamed
// through `snug-cli serve` and HTTP, as the window gets it, beside what llama-bench measures inside its own
// process on the same file with the same number of threads. In turn, medians and their ratio; never a
// verdict. MODEL: a file, or a level (Q4_K_M) for a made model of 290 million parameters.
#include "tests/bench/figures.h"
#include "tests/bench/served_model.h"
#include "tests/support/made_checkpoint.h"
#include "tests/support/test_data.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QTemporaryDir>
#include <QThread>

#include <cstdio>
#include <optional>

using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = snug::bench::ServerProcess::kPatienceMs;

struct Plan {
    QString cli;
    QString peer;
    QString model;
    int tokens = 128;
    int rounds = 5;
};

struct Answer {
    double tokensPerSecond = 0; // between the first token and the end
    double firstTokenMs = 0;
    int tokens = 0;
    int pieces = 0; // with text: a token may be none, or half a letter
};

// One run of llama-bench without a prompt: tokens a second of pure generation.
std::optional<double> runPeer(const Plan &plan, int threads)
{
    QProcess process;
    process.start(plan.peer, {u"-m"_qs, plan.model, u"-p"_qs, u"0"_qs, u"-n"_qs, QString::number(plan.tokens),
                              u"-r"_qs, u"1"_qs, u"-t"_qs, QString::number(threads), u"-o"_qs, u"json"_qs});
    if (!process.waitForFinished(kPatienceMs) || process.exitCode() != 0) {
        std::fprintf(stderr, "llama-bench failed:\n%s\n",
                     process.readAllStandardError().right(2000).constData());
        return std::nullopt;
    }
    const QJsonArray runs = QJsonDocument::fromJson(process.readAllStandardOutput()).array();
    if (runs.isEmpty())
        return std::nullopt;
    return runs.first().toObject().value(u"avg_ts").toDouble();
}

QByteArray requestBody(const Plan &plan)
{
    const QJsonObject message{{u"role"_qs, u"user"_qs},
                              {u"content"_qs, u"Tell me what a context window is."_qs}};
    return QJsonDocument(QJsonObject{{u"messages"_qs, QJsonArray{message}},
                                     {u"max_tokens"_qs, plan.tokens},
                                     {u"ignore_eos"_qs, true}, // llama.cpp's: every round is equally long
                                     {u"cache_prompt"_qs, false},
                                     {u"temperature"_qs, 0},
                                     {u"stream"_qs, true}})
        .toJson(QJsonDocument::Compact);
}

// Streams one answer and takes the time of every piece as it arrives.
std::optional<Answer> ask(QNetworkAccessManager &network, const QString &url, const Plan &plan)
{
    QNetworkRequest request(QUrl(url + u"/v1/chat/completions"_qs));
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_qs);
    request.setRawHeader("Authorization", QByteArray("Bearer ") + snug::bench::ServerProcess::kKey);
    request.setTransferTimeout(kPatienceMs);

    Answer answer;
    double endMs = 0;
    QElapsedTimer clock;
    clock.start();
    QNetworkReply *reply = network.post(request, requestBody(plan));
    QEventLoop loop;
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    QObject::connect(reply, &QNetworkReply::readyRead, &loop, [&] {
        const double now = static_cast<double>(clock.nsecsElapsed()) / 1e6;
        while (reply->canReadLine()) {
            const QByteArray line = reply->readLine();
            if (!line.startsWith("data: {"))
                continue;
            if (answer.firstTokenMs == 0)
                answer.firstTokenMs = now;
            if (line.contains("\"content\":\""))
                ++answer.pieces;
            const auto timings = QJsonDocument::fromJson(line.mid(6)).object().value(u"timings").toObject();
            answer.tokens = std::max(answer.tokens, timings.value(u"predicted_n").toInt());
            endMs = now;
        }
    });
    loop.exec();
    const bool failed = reply->error() != QNetworkReply::NoError;
    if (failed || answer.tokens < 2) {
        std::fprintf(stderr, "the chat failed: %s\n", qPrintable(reply->errorString()));
        reply->deleteLater();
        return std::nullopt;
    }
    reply->deleteLater();
    answer.tokensPerSecond = (answer.tokens - 1) * 1000.0 / (endMs - answer.firstTokenMs);
    return answer;
}

// At a level, in a folder; empty if it cannot be made.
QString madeModel(const Plan &plan, const QString &folder)
{
    const QString checkpoint = folder + u"/checkpoint"_qs;
    const QString file = folder + u'/' + plan.model + u".gguf"_qs;
    const QString tokenizer = snug::test::dataFile(u"models/starter/hf"_qs);
    // All its words are the tokenizer's, so that all of them can be shown.
    if (tokenizer.isEmpty() || !snug::test::makeCheckpoint(checkpoint, tokenizer, {.vocabulary = 2048}))
        return {};
    const int failed = QProcess::execute(
        plan.cli, {u"convert"_qs, checkpoint, u"-o"_qs, file, u"--type"_qs, plan.model, u"--json"_qs});
    return failed == 0 ? file : QString();
}

int run(const Plan &plan)
{
    const int threads = QThread::idealThreadCount();
    snug::bench::ServerProcess server;
    const QString url = server.serve(plan.cli, plan.model);
    if (url.isEmpty())
        return 1;
    QNetworkAccessManager network;
    std::vector<double> ours;
    std::vector<double> peers;
    std::vector<double> firstToken;
    Answer last;
    for (int round = 0; round <= plan.rounds; ++round) {
        const auto answer = ask(network, url, plan);
        const auto peer = runPeer(plan, threads);
        if (!answer || !peer)
            return 1;
        if (round == 0) // warms the disk cache and the server's buffers
            continue;
        ours.push_back(answer->tokensPerSecond);
        firstToken.push_back(answer->firstTokenMs);
        peers.push_back(*peer);
        last = *answer;
    }
    const double mine = snug::bench::median(ours);
    const double theirs = snug::bench::median(peers);
    std::printf("chat, %s, %d threads, %d tokens (%d pieces), median of %d rounds\n",
                qPrintable(QFileInfo(plan.model).fileName()), threads, last.tokens, last.pieces, plan.rounds);
    std::printf("%-32s %9.1f tokens/s\n", "snug-cli serve, HTTP stream", mine);
    std::printf("%-32s %9.1f tokens/s\n", "llama-bench, in process", theirs);
    std::printf("%-32s %9.2f\n", "ratio", theirs > 0 ? mine / theirs : 0);
    std::printf("%-32s %9.1f ms\n", "first token", snug::bench::median(firstToken));
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 4) {
        std::fprintf(stderr, "usage: bench_chat SNUG_CLI LLAMA_BENCH MODEL [TOKENS] [ROUNDS]\n");
        return 2;
    }
    Plan plan{arguments.at(1), arguments.at(2), arguments.at(3)};
    if (arguments.size() > 4)
        plan.tokens = std::max(2, arguments.at(4).toInt());
    if (arguments.size() > 5)
        plan.rounds = std::max(1, arguments.at(5).toInt());
    const QTemporaryDir folder;
    if (!QFileInfo::exists(plan.model))
        plan.model = madeModel(plan, folder.path());
    return run(plan);
}
