// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/cli/pull_fixture.h"

#include "tests/support/isolated_home.h"
#include "tests/support/test_data.h"

#include <QDir>
#include <QJsonObject>

#include <csignal>

using namespace Qt::StringLiterals;

namespace snug::test {

const std::string PullFixture::kCommit(40, 'c');

PullFixture::PullFixture()
{
    isolateIn(m_home.path());
    hub.addRepository(tiny());
    qputenv("HF_ENDPOINT", QByteArray::fromStdString(hub.endpoint()));
}

PullFixture::~PullFixture()
{
    qunsetenv("HF_ENDPOINT");
}

FakeRepository PullFixture::tiny()
{
    FakeRepository repository{"acme/tiny-7B-GGUF", kCommit};
    repository.files = {smallFile("README.md", "# Tiny\n"),
                        lfsFile("tiny-Q4_K_M.gguf", FileBody::virtualBytes(kModelBytes, 7, "GGUF")),
                        lfsFile("tiny-Q8_0-00001-of-00002.gguf", FileBody::virtualBytes(500'000, 1, "GGUF")),
                        lfsFile("tiny-Q8_0-00002-of-00002.gguf", FileBody::virtualBytes(400'000, 2, "GGUF"))};
    repository.details = {{"downloads", 10}, {"tags", {"gguf"}}, {"gguf", {{"total", 7'000'000'000}}}};
    return repository;
}

QString PullFixture::cli()
{
    return program(u"snug-cli"_s);
}

Ended PullFixture::run(QStringList arguments)
{
    arguments.append(u"--json"_s);
    return runProgram(cli(), arguments);
}

QStringList PullFixture::unfinished() const
{
    return QDir(downloads()).entryList({u"*.part"_s, u"*.whole"_s, u"*.json"_s}, QDir::Files);
}

bool PullFixture::breakOff(const QStringList &arguments)
{
    hub.setBytesPerSecond(300'000);
    Running running(cli(), QStringList{u"pull"_s, u"--json"_s} + arguments);
    for (;;) {
        const QJsonObject told = running.waitForEvent(u"progress"_s);
        if (told.isEmpty())
            return false;
        if (told["stage"_L1].toString() == u"downloading"_s && told["done"_L1].toDouble() > 0)
            break;
    }
    running.signal(SIGKILL);
    static_cast<void>(running.waitForEnd(5000));
    hub.setBytesPerSecond(0);
    return true;
}

void PullFixture::addBig(const std::string &id, std::int64_t bytes, char digit)
{
    constexpr std::int64_t kMost = 1'000'000'000'000;
    const auto count = static_cast<int>(bytes / kMost + 1);
    FakeRepository repository = tiny();
    repository.id = id;
    repository.files.clear();
    for (int number = 1; number <= count; ++number) {
        const std::int64_t size = number < count ? kMost : bytes - (count - 1) * kMost;
        const QString name = u"big-F16-%1-of-%2.gguf"_s.arg(number, 5, 10, QLatin1Char('0'))
                                 .arg(count, 5, 10, QLatin1Char('0'));
        const QString hash = QString::number(number).rightJustified(64, QChar::fromLatin1(digit));
        repository.files.push_back(
            lfsFile(name.toStdString(), FileBody::virtualBytes(size, 1).withSha256(hash.toStdString())));
    }
    hub.addRepository(std::move(repository));
}

} // namespace snug::test
