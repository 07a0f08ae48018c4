// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/rows_model.h"

#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

#include <array>

using namespace Qt::StringLiterals;
using snug::ui::RoleEntry;

namespace {

struct Pair {
    QString key;
    int value = 0;

    bool operator==(const Pair &) const = default;
};

constexpr std::array<RoleEntry<Pair>, 2> kRoles = {{
    {Qt::UserRole + 1, "key", [](const Pair &pair) -> QVariant { return pair.key; }},
    {Qt::UserRole + 2, "value", [](const Pair &pair) -> QVariant { return pair.value; }},
}};

using Model = snug::ui::RowsModel<Pair>;

QString keyOf(const Pair &pair)
{
    return pair.key;
}

std::vector<Pair> pairs(const QString &keys, int value = 0)
{
    std::vector<Pair> list;
    for (const QChar key : keys)
        list.push_back({QString(key), value});
    return list;
}

QString keysOf(const Model &model)
{
    QString keys;
    for (const Pair &pair : model.rows())
        keys += pair.key;
    return keys;
}

} // namespace

class RowsModelTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void servesItsRoles();
    void mergeReachesAnyOrder_data();
    void mergeReachesAnyOrder();
    void mergeReachesRandomContents();
    void mergeTouchesOnlyWhatChanged();
};

void RowsModelTest::servesItsRoles()
{
    Model model(kRoles);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.append({u"a"_s, 1});
    QCOMPARE(model.roleNames().value(Qt::UserRole + 2), QByteArray("value"));
    QCOMPARE(model.index(0).data(Qt::UserRole + 2).toInt(), 1);
    QVERIFY(!model.index(0).data(Qt::DisplayRole).isValid());
    QVERIFY(!model.data(model.index(1), Qt::UserRole + 1).isValid());
    QCOMPARE(model.map(0), (QVariantMap{{u"key"_s, u"a"_s}, {u"value"_s, 1}}));
}

void RowsModelTest::mergeReachesAnyOrder_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    for (const char *from : {"", "a", "abc", "cba", "abcdef"}) {
        for (const char *to : {"", "a", "bca", "xaybzc", "fedcba", "uvw"}) {
            QTest::addRow("%s to %s", from, to) << QString::fromLatin1(from) << QString::fromLatin1(to);
        }
    }
}

void RowsModelTest::mergeReachesAnyOrder()
{
    QFETCH(QString, from);
    QFETCH(QString, to);
    Model model(kRoles);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.merge(pairs(from), keyOf);
    QCOMPARE(keysOf(model), from);
    model.merge(pairs(to, 1), keyOf);
    QCOMPARE(keysOf(model), to);
    QVERIFY(std::all_of(model.rows().begin(), model.rows().end(),
                        [](const Pair &pair) { return pair.value == 1; }));
}

void RowsModelTest::mergeReachesRandomContents()
{
    QRandomGenerator random(7);
    Model model(kRoles);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    for (int round = 0; round < 200; ++round) {
        QString keys;
        for (int i = 0; i < 12; ++i) {
            const QChar key(u'a' + random.bounded(20));
            if (!keys.contains(key))
                keys += key;
        }
        model.merge(pairs(keys, round), keyOf);
        QCOMPARE(keysOf(model), keys);
    }
}

void RowsModelTest::mergeTouchesOnlyWhatChanged()
{
    Model model(kRoles);
    model.merge(pairs(u"abc"_s), keyOf);
    const QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    const QSignalSpy moves(&model, &QAbstractItemModel::rowsMoved);
    const QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    std::vector<Pair> next = pairs(u"abc"_s);
    next[1].value = 5;
    model.merge(next, keyOf);
    QCOMPARE(resets.size(), 0);
    QCOMPARE(moves.size(), 0);
    QCOMPARE(changes.size(), 1);
    QCOMPARE(changes.constFirst().constFirst().toModelIndex().row(), 1);
}

QTEST_GUILESS_MAIN(RowsModelTest)
#include "tst_rows_model.moc"
