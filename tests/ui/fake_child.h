// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

namespace snug::test {

// The path of the program fake_worker (tests/support).
[[nodiscard]] QString fakeWorker();

// Sets what fake_worker does for one verb ("" for all others), until the object goes.
class FakeChild {
public:
    FakeChild(const char *verb, const QByteArray &scenario);
    ~FakeChild();
    FakeChild(const FakeChild &) = delete;
    FakeChild &operator=(const FakeChild &) = delete;

private:
    QByteArray m_variable;
};

} // namespace snug::test
