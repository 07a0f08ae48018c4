// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// bench_first_token SNUG_CLI LLAMA_SERVER MODEL [TURNS] [ROUNDS]: the time from sending an edited last
// question of a long conversation to the first token of its answer. Snug as its window asks while nothing is
// to be cut, through `snug-cli serve`. Beside it, llama-server on the same file with the same number of
// threads and slots. Both have the conversation before in their cache. In turn, medians and their ratio;
// never a verdict.
#include "core/chat/context_room.h"
#include "tests/bench/figures.h"
#include "tests/bench/served_model.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QProcess>
#include <QTcpServer>
#include <QThread>

#include <cstdio>
#include <optional>

using namespace Qt::StringLiterals;
using namespace snug;

namespace {

constexpr int kPatienceMs = bench::ServerProcess::kPatienceMs;
constexpr int kContext = 1024;
const char *const kKey = bench::ServerProcess::kKey;

struct Plan {
    QString cli;
    QString peer;
    QString model;
    int turns = 16;
    int rounds = 15;
};

int freePort()
{
    QTcpServer port;
    return port.listen(QHostAddress::LocalHost) ? port.serverPort() : 0;
}

QString startPeer(QProcess &server, const Plan &plan)
{
    const int port = freePort();
    server.setStandardOutputFile(QProcess::nullDevice());
    server.setStandardErrorFile(QProcess::nullDevice());
    server.start(plan.peer,
                 QStringList{u"-m"_s, plan.model, u"-c"_s, QString::number(kContext), u"-np"_s, u"1"_s,
                             u"--port"_s, QString::number(port), u"--api-key"_s, QString::fromLatin1(kKey),
                             u"--threads"_s, QString::number(QThread::idealThreadCount())});
    const QString url = u"http://127.0.0.1:%1"_s.arg(port);
    const chat::OpenAiClient client({url.toStdString(), kKey});
    QElapsedTimer patience;
    patience.start();
    while (patience.elapsed() < kPatienceMs && server.state() != QProcess::NotRunning) {
        QThread::msleep(100);
        const auto properties = client.properties({});
        if (properties && properties->contextTokens > 0)
            return url;
    }
    return {};
}

chat::ChatRequest conversation(int turns, const std::string &last)
{
    chat::ChatRequest request;
    request.messages.push_back({chat::Role::System, "You answer in one sentence."});
    for (int i = 0; i < turns; ++i) {
        request.messages.push_back({chat::Role::User, "What happened on day " + std::to_string(i) + "?"});
        request.messages.push_back({chat::Role::Assistant, "On day " + std::to_string(i) +
                                                               " the miller carried two sacks of flour to "
                                                               "the red house behind the hill."});
    }
    request.messages.push_back({chat::Role::User, last});
    request.sampling.temperature = 0;
    request.sampling.maxTokens = 8;
    return request;
}

struct Asked {
    double firstMs = -1;
    std::int64_t promptTokens = 0;
    std::int64_t cachedTokens = 0;
};

// Through what the window does before it sends, or at once.
std::optional<Asked> ask(const QString &url, chat::ChatRequest request, bool throughRoom)
{
    const chat::OpenAiClient client({url.toStdString(), kKey});
    QElapsedTimer clock;
    clock.start();
    if (throughRoom) {
        auto room = chat::makeRoom(client, {request, {}, kContext, chat::AtEdge::Stop}, {}, {});
        if (!room) {
            std::fprintf(stderr, "%s\n", room.error().message.c_str());
            return std::nullopt;
        }
        request.messages = std::move(room->sent);
    }
    Asked asked;
    chat::ChatCallbacks callbacks;
    callbacks.onDelta = [&](std::string_view, std::string_view) {
        if (asked.firstMs < 0)
            asked.firstMs = static_cast<double>(clock.nsecsElapsed()) / 1e6;
    };
    const chat::ChatOutcome outcome = client.complete(request, callbacks, {});
    if (outcome.error || asked.firstMs < 0) {
        std::fprintf(stderr, "no answer: %s\n",
                     outcome.error ? outcome.error->message.c_str() : "it is empty");
        return std::nullopt;
    }
    if (outcome.answer.timings) {
        asked.cachedTokens = outcome.answer.timings->cachedTokens;
        asked.promptTokens = outcome.answer.timings->promptTokens;
    }
    return asked;
}

int run(const Plan &plan)
{
    bench::ServerProcess ourServer;
    bench::ServerProcess peerServer;
    const QString ours = ourServer.serve(plan.cli, plan.model, {u"--ctx"_s, QString::number(kContext)});
    const QString peer = startPeer(peerServer.process(), plan);
    std::vector<double> ourMs;
    std::vector<double> peerMs;
    Asked last;
    for (int round = 0; round <= plan.rounds && !ours.isEmpty() && !peer.isEmpty(); ++round) {
        const auto request =
            conversation(plan.turns, "And what about day " + std::to_string(100 + round) + "?");
        const auto mine = ask(ours, request, true);
        const auto theirs = ask(peer, request, false);
        if (!mine || !theirs)
            break;
        if (round == 0) // fills the caches
            continue;
        ourMs.push_back(mine->firstMs);
        peerMs.push_back(theirs->firstMs);
        last = *mine;
    }
    if (ourMs.size() < static_cast<std::size_t>(plan.rounds)) {
        std::fprintf(stderr, "a server did not start or answer\n");
        return 1;
    }
    const double mine = bench::median(ourMs);
    const double theirs = bench::median(peerMs);
    std::printf(
        "first token after an edit, %s, %d turns, %lld tokens cached and %lld new, median of %d rounds\n",
        qPrintable(QFileInfo(plan.model).fileName()), plan.turns, static_cast<long long>(last.cachedTokens),
        static_cast<long long>(last.promptTokens), plan.rounds);
    std::printf("%-40s %9.1f ms\n", "Snug, as the window asks", mine);
    std::printf("%-40s %9.1f ms\n", "llama-server, warm", theirs);
    std::printf("%-40s %9.2f\n", "ratio", theirs > 0 ? mine / theirs : 0);
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() < 4) {
        std::fprintf(stderr, "usage: bench_first_token SNUG_CLI LLAMA_SERVER MODEL [TURNS] [ROUNDS]\n");
        return 2;
    }
    Plan plan{arguments.at(1), arguments.at(2), arguments.at(3)};
    if (arguments.size() > 4)
        plan.turns = std::max(1, arguments.at(4).toInt());
    if (arguments.size() > 5)
        plan.rounds = std::max(1, arguments.at(5).toInt());
    return run(plan);
}
