// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// The least that a Qt Quick program can be: what bench_startup holds Snug's window against.
#include <QGuiApplication>
#include <QQmlApplicationEngine>

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    QQmlApplicationEngine engine;
    engine.loadData("import QtQuick\nWindow { visible: true; width: 1180; height: 760 }");
    return engine.rootObjects().isEmpty() ? 1 : QGuiApplication::exec();
}
