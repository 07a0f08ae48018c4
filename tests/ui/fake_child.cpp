// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/fake_child.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace snug::test {

QString fakeWorker()
{
    QString path = QCoreApplication::applicationDirPath() + u"/fake_worker"_s;
#if defined(Q_OS_WIN)
    path += u".exe"_s;
#endif
    return path;
}

FakeChild::FakeChild(const char *verb, const QByteArray &scenario)
    : m_variable(*verb == '\0' ? QByteArrayLiteral("SNUG_FAKE") : "SNUG_FAKE_" + QByteArray(verb).toUpper())
{
    qputenv(m_variable.constData(), scenario);
}

FakeChild::~FakeChild()
{
    qunsetenv(m_variable.constData());
}

} // namespace snug::test
