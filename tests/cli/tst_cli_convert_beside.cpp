// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// How a conversion lives beside other programs: it gives way, holds little memory, and says little.
#include "tests/cli/convert_fixture.h"
#include "tests/support/made_checkpoint.h"
#include "tests/support/test_data.h"

#include <QTest>

#include <algorithm>
#include <sys/resource.h>

using namespace Qt::StringLiterals;
using namespace snug::test;

namespace {

constexpr int kNice = 10;

// Of a process, or of one of its threads where the system tells them apart.
int niceOf(qint64 id)
{
    return getpriority(PRIO_PROCESS, static_cast<id_t>(id));
}

} // namespace

class CliConvertBesideTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void itGivesWay();
    void itSaysLittle();
    void itsMemoryIsNotTheModels();

private:
    [[nodiscard]] QString checkpoint() const { return m_fixture.path(u"checkpoint"_s); }

    ConvertFixture m_fixture;
};

// Of 114 million parameters.
void CliConvertBesideTest::initTestCase()
{
    const QString starter = dataFile(u"models/starter/hf"_s);
    if (starter.isEmpty())
        QSKIP("The models are not here; set SNUG_TEST_DATA.");
    QVERIFY(makeCheckpoint(checkpoint(), starter, {.layers = 4}));
}

void CliConvertBesideTest::itGivesWay()
{
    Running running(ConvertFixture::cli(), {u"convert"_s, checkpoint(), u"-o"_s, m_fixture.made(u"a.gguf"_s),
                                            u"--type"_s, u"Q4_K_M"_s, u"--threads"_s, u"2"_s, u"--json"_s});
    QVERIFY(!running.waitForEvent(u"tensor"_s).isEmpty());
    const int wanted = std::max(kNice, niceOf(0));
    QCOMPARE(niceOf(running.processId()), wanted);
    const QDir threads(u"/proc/%1/task"_s.arg(running.processId()));
    if (!threads.exists())
        return; // priorities are the process's
    const QStringList all = threads.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    const auto lowered =
        std::ranges::count_if(all, [&](const QString &id) { return niceOf(id.toLongLong()) == wanted; });
    QVERIFY2(lowered >= 4, qPrintable(QString::number(lowered))); // main, two that encode, the journal's
}

void CliConvertBesideTest::itSaysLittle()
{
    const Ended ended = m_fixture.convert(checkpoint(), u"b.gguf"_s, u"Q8_0"_s);
    QVERIFY2(ended.exitCode == 0, ended.out);
    const auto most = static_cast<qsizetype>(10 * ended.last()["seconds"_L1].toDouble()) + 5;
    const QList<QJsonObject> events = ended.events();
    for (const auto &kind : {u"progress"_s, u"tensor"_s}) {
        const auto count = std::ranges::count_if(
            events, [&](const QJsonObject &event) { return event["event"_L1].toString() == kind; });
        QVERIFY2(count > 0 && count <= most, qPrintable(u"%1: %2 of %3"_s.arg(kind).arg(count).arg(most)));
    }
}

void CliConvertBesideTest::itsMemoryIsNotTheModels()
{
#if defined(__linux__)
    const std::int64_t source = QFileInfo(checkpoint() + u"/model.safetensors"_s).size();
    const Ended ended = m_fixture.convert(checkpoint(), u"c.gguf"_s, u"Q8_0"_s, {u"--threads"_s, u"16"_s});
    QVERIFY2(ended.exitCode == 0, ended.out);
    const std::int64_t peak = ended.last()["peak_bytes"_L1].toInteger(); // mapped files, too
    QVERIFY2(peak > 0 && peak < source * 2 / 3, qPrintable(u"%1 of %2"_s.arg(peak).arg(source)));
#else
    QSKIP("The system does not tell the memory of a mapped file that is in use.");
#endif
}

QTEST_GUILESS_MAIN(CliConvertBesideTest)
#include "tst_cli_convert_beside.moc"
