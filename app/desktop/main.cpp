// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/desktop/application.h"
#include "app/desktop/self_test.h"
#include "ui/viewmodels/text.h"

#include <QCommandLineParser>
#include <QGuiApplication>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace {

QString cliBesideUs()
{
#if defined(Q_OS_WIN)
    constexpr auto kName = "snug-cli.exe";
#else
    constexpr auto kName = "snug-cli";
#endif
    return snug::ui::fromPath(snug::executableFolder() / kName);
}

} // namespace

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    snug::desktop::setUpProgram();

    QCommandLineParser parser;
    parser.setApplicationDescription(u"Snug: local language models that fit this machine."_s);
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption selfTest(u"self-test"_s, u"Open every page on an empty home, then quit."_s);
    parser.addOption(selfTest);
    parser.process(app);
    if (parser.isSet(selfTest))
        return snug::desktop::selfTest(cliBesideUs());

    snug::desktop::Application application(snug::defaultPaths(), cliBesideUs());
    if (application.load() == nullptr) {
        std::fprintf(stderr, "snug: the window could not be built; this installation is damaged.\n");
        return 1;
    }
    return QGuiApplication::exec();
}
