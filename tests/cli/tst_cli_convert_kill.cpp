// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// A conversion that is killed at any moment is continued by the same command, to the same bytes.
#include "tests/cli/cli_process.h"
#include "tests/support/isolated_home.h"
#include "tests/support/made_checkpoint.h"
#include "tests/support/test_data.h"

#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace snug::test;

namespace {

QByteArray hashOf(const QString &path)
{
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    return file.open(QIODevice::ReadOnly) && hash.addData(&file) ? hash.result().toHex() : QByteArray();
}

} // namespace

class CliConvertKillTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void killedAtAnyMoment_data();
    void killedAtAnyMoment();
    void someWereContinued();
    void aSignalStopsWithinItsTime();

private:
    [[nodiscard]] QStringList convert(const QStringList &more = {}) const
    {
        // A tensor of a type that takes long, so that there are moments in between.
        return QStringList{u"convert"_s,
                           m_checkpoint,
                           u"-o"_s,
                           m_target,
                           u"--type"_s,
                           u"Q4_K_M"_s,
                           u"--tensor-type"_s,
                           u"blk\\.0\\.attn_q=IQ3_S"_s,
                           u"--threads"_s,
                           u"1"_s,
                           u"--json"_s} +
               more;
    }
    [[nodiscard]] Ended finished() const { return runProgram(program(u"snug-cli"_s), convert()); }

    QTemporaryDir m_folder;
    QString m_checkpoint;
    QString m_target;
    QByteArray m_hash;
    qint64 m_milliseconds = 0; // without a disturbance
    int m_continued = 0;       // jobs that went on where they were killed
};

void CliConvertKillTest::initTestCase()
{
    const QString tokenizer = dataFile(u"models/starter/hf"_s);
    if (tokenizer.isEmpty())
        QSKIP("The models are not here; set SNUG_TEST_DATA.");
    isolateIn(m_folder.filePath(u"home"_s));
    m_checkpoint = m_folder.filePath(u"checkpoint"_s);
    QDir().mkpath(m_folder.filePath(u"made"_s));
    m_target = m_folder.filePath(u"made/made.gguf"_s);
    QVERIFY(makeCheckpoint(m_checkpoint, tokenizer, {.layers = 2, .vocabulary = 2048}));
    QElapsedTimer clock;
    clock.start();
    const Ended ended = finished();
    m_milliseconds = clock.elapsed();
    QVERIFY2(ended.exitCode == 0, ended.out);
    m_hash = hashOf(m_target);
    QCOMPARE(ended.last()["sha256"_L1].toString().toLatin1(), m_hash);
}

void CliConvertKillTest::cleanup()
{
    QDir made(m_folder.filePath(u"made"_s));
    for (const QString &name : made.entryList(QDir::Files | QDir::Hidden))
        made.remove(name);
}

void CliConvertKillTest::killedAtAnyMoment_data()
{
    QTest::addColumn<int>("times"); // in a row
    for (int i = 0; i < 30; ++i)
        QTest::addRow("%d", i) << (i % 3 == 0 ? 2 : 1);
}

void CliConvertKillTest::killedAtAnyMoment()
{
    QFETCH(const int, times);
    auto *random = QRandomGenerator::global();
    QByteArray moments;
    for (int i = 0; i < times; ++i) {
        const int moment = random->bounded(static_cast<int>(m_milliseconds));
        moments += QByteArray::number(moment) + " ms ";
        Running running(program(u"snug-cli"_s), convert());
        QThread::msleep(static_cast<unsigned long>(moment)); // the moment is what is tried out
        running.signal(SIGKILL);
        static_cast<void>(running.waitForEnd(5000));
    }
    // The last one may have come too late.
    const bool isDone = QFile::exists(m_target);
    const Ended ended = isDone ? Ended() : finished();
    QVERIFY2(isDone || ended.exitCode == 0, moments + ended.out);
    QVERIFY2(hashOf(m_target) == m_hash, moments);
    QVERIFY2(isDone || ended.last()["sha256"_L1].toString().toLatin1() == m_hash, moments);
    const QStringList left = QDir(m_folder.filePath(u"made"_s)).entryList(QDir::Files | QDir::Hidden);
    if (!isDone && ended.last()["resumed_bytes"_L1].toDouble() > 0)
        ++m_continued;
    if (!isDone)
        QCOMPARE(left, (QStringList{u"made.gguf"_s, u"made.gguf.snug.json"_s}));
}

// Not every one began again.
void CliConvertKillTest::someWereContinued()
{
    QVERIFY(m_continued > 0);
}

// A stop is an end in good order: what was written is counted and continued.
void CliConvertKillTest::aSignalStopsWithinItsTime()
{
    Running running(program(u"snug-cli"_s), convert());
    for (;;) {
        const QJsonObject told = running.waitForEvent(u"progress"_s);
        QVERIFY(!told.isEmpty());
        if (told["stage"_L1].toString() == u"converting"_s && told["done"_L1].toDouble() > 0)
            break;
    }
    QElapsedTimer clock;
    clock.start();
    running.signal(SIGTERM);
    const Ended stopped = running.waitForEnd(5000);
    QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
    QCOMPARE(stopped.last()["kind"_L1].toString(), u"cancelled"_s);
    QVERIFY(!QFile::exists(m_target));
    QVERIFY(QFile::exists(m_target + u".part"_s));

    const Ended planned = runProgram(program(u"snug-cli"_s), convert({u"--dry-run"_s}));
    const double left = planned.last()["resumed_bytes"_L1].toDouble();
    QVERIFY(left > 0);
    const Ended ended = finished();
    QVERIFY2(ended.exitCode == 0, ended.out);
    QCOMPARE(ended.last()["resumed_bytes"_L1].toDouble(), left);
    QCOMPARE(hashOf(m_target), m_hash);
}

QTEST_GUILESS_MAIN(CliConvertKillTest)
#include "tst_cli_convert_kill.moc"
