// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/model_sitting.h"

#include <QAccessible>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QTest>

#include <array>
#include <cmath>

using namespace Qt::StringLiterals;
using snug::test::ModelSitting;
using snug::test::WindowFixture;

namespace {

// WCAG 2.1, relative luminance and contrast ratio.
double luminance(const QColor &colour)
{
    const auto linear = [](double part) {
        return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

bool isInteractive(QAccessible::Role role)
{
    constexpr std::array kRoles = {QAccessible::Button,   QAccessible::CheckBox,  QAccessible::RadioButton,
                                   QAccessible::PageTab,  QAccessible::Slider,    QAccessible::EditableText,
                                   QAccessible::MenuItem, QAccessible::ButtonMenu};
    return std::find(kRoles.begin(), kRoles.end(), role) != kRoles.end();
}

} // namespace

class TestAccessibility : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void colours_data()
    {
        QTest::addColumn<QString>("theme");
        QTest::newRow("light") << u"light"_s;
        QTest::newRow("dark") << u"dark"_s;
    }

    // Text on every ground it stands on: 4.5 to 1; outlines of controls and focus: 3 to 1.
    void colours()
    {
        QFETCH(QString, theme);
        WindowFixture fixture;
        fixture.app().settings().setTheme(theme);
        QVERIFY(fixture.open());
        QQmlComponent component(qmlEngine(&fixture.window()));
        component.setData("import QtQml\nimport Snug\nQtObject { readonly property QtObject theme: Theme }",
                          {});
        const std::unique_ptr<QObject> holder(component.create());
        QVERIFY2(holder != nullptr, qPrintable(component.errorString()));
        auto *tokens = holder->property("theme").value<QObject *>();
        QVERIFY(tokens != nullptr);
        const auto colour = [tokens](const char *name) { return tokens->property(name).value<QColor>(); };
        for (const char *ground : {"background", "surface", "raised"}) {
            for (const char *ink : {"text", "muted", "accent", "fits", "partly", "cpu", "no"})
                QVERIFY2(contrast(colour(ink), colour(ground)) >= 4.5,
                         qPrintable(u"%1 on %2"_s.arg(QLatin1String(ink), QLatin1String(ground))));
            QVERIFY2(contrast(colour("outline"), colour(ground)) >= 2.95, ground);
        }
        for (const char *name : {"fits", "partly", "cpu", "no"}) {
            const QByteArray tint = QByteArray(name) + "Tint";
            QVERIFY2(contrast(colour(name), colour(tint.constData())) >= 4.5, name);
            QVERIFY2(contrast(colour("text"), colour(tint.constData())) >= 4.5, name);
        }
        QVERIFY(contrast(colour("textOnAccent"), colour("accent")) >= 4.5);
        QVERIFY(contrast(colour("textOnAccent"), colour("accentHover")) >= 4.5);
        QVERIFY(contrast(colour("text"), colour("accentTint")) >= 4.5);
        QVERIFY(contrast(colour("accent"), colour("accentTint")) >= 4.5);
    }

    // Whatever a person can press or fill has a name for those who do not see it, and is large enough to hit.
    void everyControlHasANameAndASize()
    {
        WindowFixture fixture;
        QVERIFY(fixture.open());
        QVERIFY(
            fixture.driver().waitUntil([&] { return fixture.app().devices().state() == u"ready"_s; }, 30000));
        QVERIFY(fixture.driver().waitUntil([&] { return !fixture.app().library().busy(); }, 60000));
        int controls = 0;
        for (const auto &page : {u"discover"_s, u"chat"_s, u"library"_s, u"convert"_s, u"downloads"_s,
                                 u"devices"_s, u"settings"_s}) {
            QVERIFY(fixture.driver().click(u"rail."_s + page));
            QVERIFY(fixture.driver().waitFor(page + u"Page"_s));
            const auto items = fixture.driver().visibleItems();
            for (QQuickItem *item : items) {
                QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(item);
                if (interface == nullptr || !isInteractive(interface->role()))
                    continue;
                ++controls;
                const QString where = u"%1 on %2"_s.arg(item->objectName(), page);
                QVERIFY2(!interface->text(QAccessible::Name).isEmpty(), qPrintable(u"no name: "_s + where));
                QVERIFY2(interface->role() == QAccessible::EditableText || item->height() >= 28,
                         qPrintable(u"too small: "_s + where));
            }
        }
        QVERIFY(controls > 15);
    }

    // On the Model page everything also is within reach of the Tab key and comes into view with it.
    void theModelPageByKeyboard()
    {
        ModelSitting sitting("experts");
        QVERIFY(sitting.open({1280, 700}));
        QVERIFY(sitting.openModel());
        QVERIFY(sitting.settles());
        sitting.fit().companions()->add(u"draft"_s, QUrl::fromLocalFile(u"/models/small.gguf"_s));
        sitting.fit().setOtherMachine(u"RTX 4090"_s);
        QVERIFY(sitting.settles());
        QQuickItem *page = sitting.gui().waitFor(u"modelPage"_s);
        QVERIFY(page != nullptr);
        QSet<QQuickItem *> expected;
        const auto items = sitting.gui().visibleItems();
        for (QQuickItem *item : items) {
            QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(item);
            if (!page->isAncestorOf(item) || interface == nullptr || !isInteractive(interface->role()))
                continue;
            QVERIFY2(!interface->text(QAccessible::Name).isEmpty(), qPrintable(item->objectName()));
            QVERIFY2(item->height() >= 28, qPrintable(item->objectName()));
            if (item->isEnabled())
                expected.insert(item);
        }
        QVERIFY2(expected.size() > 15, qPrintable(QString::number(expected.size())));
        for (int presses = 0; presses < 150 && !expected.isEmpty(); ++presses) {
            sitting.gui().key(Qt::Key_Tab);
            QQuickItem *focus = sitting.fixture().window().activeFocusItem();
            if (focus == nullptr || !expected.remove(focus))
                continue;
            const double middle = focus->mapToScene({0, focus->height() / 2}).y();
            QVERIFY2(middle > 0 && middle < sitting.fixture().window().height(),
                     qPrintable(focus->objectName()));
        }
        QStringList missed;
        for (const QQuickItem *item : expected)
            missed.append(item->objectName());
        QVERIFY2(missed.isEmpty(), qPrintable(missed.join(u' ')));
    }
};

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    snug::desktop::setUpProgram();
    TestAccessibility test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_accessibility.moc"
