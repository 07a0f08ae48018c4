// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// bench_chat SNUG_CLI LLAMA_BENCH MODEL [TOKENS] [ROUNDS]: tokens a second of an answer that is streamed
// through `snug-cli serve` and HTTP, as the window gets it, beside what llama-bench measures inside its own
// process on the same file with the same number of threads. In turn, medians and their ratio; never a
// verdict.
#include "tests/bench/figures.h"

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
#include <QThread>

#include <cstdio>
#include <optional>

using namespace Qt::StringLiterals;

namespace {

constexpr int kPatienceMs = 120'000;
const QString kKey = u"bench"_qs;

struct Plan {
    QString cli;
    QString peer;
    QString model;
    int tokens = 128;
    int rounds = 5;
};

struct Answer {
    double tokensPerSecond = 0; // between the first and the last piece
    double firstTokenMs = 0;
    int pieces = 0;
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

// Starts the server and waits for its `ready` line; the URL, or empty.
QString startServer(QProcess &server, const Plan &plan, int threads)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"SNUG_API_KEY"_qs, kKey);
    server.setProcessEnvironment(environment);
    server.start(plan.cli,
                 {u"serve"_qs, plan.model, u"--threads"_qs, QString::number(threads), u"--json"_qs});
    QElapsedTimer patience;
    patience.start();
    while (patience.elapsed() < kPatienceMs && server.state() != QProcess::NotRunning) {
        server.waitForReadyRead(100);
        while (server.canReadLine()) {
            const QJsonObject event = QJsonDocument::fromJson(server.readLine()).object();
            if (event.value(u"event") == u"ready"_qs)
                return event.value(u"url").toString();
        }
    }
    std::fprintf(stderr, "snug-cli serve did not get ready:\n%s\n",
                 server.readAllStandardError().right(2000).constData());
    return {};
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
    request.setRawHeader("Authorization", "Bearer " + kKey.toUtf8());
    request.setTransferTimeout(kPatienceMs);

    Answer answer;
    double lastMs = 0;
    QElapsedTimer clock;
    clock.start();
    QNetworkReply *reply = network.post(request, requestBody(plan));
    QEventLoop loop;
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    QObject::connect(reply, &QNetworkReply::readyRead, &loop, [&] {
        const double now = static_cast<double>(clock.nsecsElapsed()) / 1e6;
        while (reply->canReadLine()) {
            const QByteArray line = reply->readLine();
            if (!line.startsWith("data: {") || !line.contains("\"content\":\""))
                continue;
            if (answer.pieces++ == 0)
                answer.firstTokenMs = now;
            lastMs = now;
        }
    });
    loop.exec();
    const bool failed = reply->error() != QNetworkReply::NoError;
    if (failed || answer.pieces < 2) {
        std::fprintf(stderr, "the chat failed: %s\n", qPrintable(reply->errorString()));
        reply->deleteLater();
        return std::nullopt;
    }
    reply->deleteLater();
    answer.tokensPerSecond = (answer.pieces - 1) * 1000.0 / (lastMs - answer.firstTokenMs);
    return answer;
}

void stop(QProcess &server)
{
    server.closeWriteChannel();
    if (!server.waitForFinished(5'000)) {
        server.kill();
        server.waitForFinished();
    }
}

int run(const Plan &plan)
{
    const int threads = QThread::idealThreadCount();
    QProcess server;
    const QString url = startServer(server, plan, threads);
    if (url.isEmpty()) {
        stop(server);
        return 1;
    }
    QNetworkAccessManager network;
    std::vector<double> ours;
    std::vector<double> peers;
    std::vector<double> firstToken;
    int pieces = 0;
    for (int round = 0; round <= plan.rounds; ++round) {
        const auto answer = ask(network, url, plan);
        const auto peer = runPeer(plan, threads);
        if (!answer || !peer) {
            stop(server);
            return 1;
        }
        if (round == 0) // warms the disk cache and the server's buffers
            continue;
        ours.push_back(answer->tokensPerSecond);
        firstToken.push_back(answer->firstTokenMs);
        peers.push_back(*peer);
        pieces = answer->pieces;
    }
    stop(server);

    const double mine = snug::bench::median(ours);
    const double theirs = snug::bench::median(peers);
    std::printf("chat, %s, %d threads, %d tokens (%d pieces), median of %d rounds\n",
                qPrintable(QFileInfo(plan.model).fileName()), threads, plan.tokens, pieces, plan.rounds);
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
    return run(plan);
}
