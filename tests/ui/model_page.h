// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/ui/fake_child.h"
#include "ui/viewmodels/model_view_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

namespace snug::test {

using namespace Qt::StringLiterals;

inline const QString kModelRepository = u"Qwen/Qwen3-8B-GGUF"_s;

// A page on a repository, with the child that it asks.
struct ModelPage {
    explicit ModelPage(const QByteArray &manner)
        : child("fit", "follow:" + manner)
        , model(fakeWorker(), {}, [this](const QString &) { return held; })
        , tester(model.levels(), QAbstractItemModelTester::FailureReportingMode::QtTest)
    {
    }

    // Opened, and everything asked has been answered.
    [[nodiscard]] bool open(const QString &label = {})
    {
        model.openRepository(kModelRepository, label);
        return settles();
    }
    [[nodiscard]] bool settles()
    {
        return QTest::qWaitFor([this] { return model.state() == u"ready" && !model.busy(); }, 10'000);
    }
    [[nodiscard]] QVariant cell(const QString &label, const char *role) const
    {
        const QAbstractItemModel *levels = const_cast<ui::ModelViewModel &>(model).levels();
        const auto names = levels->roleNames();
        for (int row = 0; row < levels->rowCount(); ++row) {
            const QModelIndex index = levels->index(row, 0);
            if (index.data(names.key("label")).toString() == label)
                return index.data(names.key(role));
        }
        return {};
    }
    [[nodiscard]] QStringList labels() const
    {
        QStringList list;
        const QAbstractItemModel *levels = const_cast<ui::ModelViewModel &>(model).levels();
        for (int row = 0; row < levels->rowCount(); ++row)
            list.append(levels->index(row, 0).data(levels->roleNames().key("label")).toString());
        return list;
    }

    FakeChild child;
    QMap<QString, QString> held;
    ui::ModelViewModel model;
    QAbstractItemModelTester tester;
};

} // namespace snug::test
