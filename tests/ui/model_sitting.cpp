// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/ui/model_sitting.h"

#include <QFile>
#include <QTest>

using namespace Qt::StringLiterals;

namespace snug::test {
namespace {

const QByteArray kDevices =
    R"({"event":"result","devices":[{"id":"CUDA0","backend":"CUDA","kind":"gpu",)"
    R"("name":"NVIDIA GeForce RTX 4060","total_bytes":8589934592,"free_bytes":8160437862},)"
    R"({"id":"CPU","backend":"CPU","kind":"cpu","name":"AMD Ryzen 7 7700","total_bytes":33393370726,)"
    R"("free_bytes":28346784153}],"unavailable":[]})";
const QByteArray kSearch =
    R"({"event":"result","models":[{"id":"Qwen/Qwen3-8B-GGUF","parameters":8190735360,)"
    R"("pipeline":"text-generation","license":"apache-2.0","downloads":4100000,"likes":900,"gated":"no"}]})";
const QByteArray kFiles =
    R"({"event":"result","id":"Qwen/Qwen3-8B-GGUF","commit":"0123456789abcdef0123456789abcdef01234567",)"
    R"("page":"https://hub.example/Qwen/Qwen3-8B-GGUF","gated":"no","license":"apache-2.0",)"
    R"("downloads":4100000,"parameters":8190735360,"architecture":"qwen3","context_length":40960,"levels":[)"
    R"({"label":"Q8_0","format":"gguf","bytes":8709518624,"complete":true,"files":[{}]},)"
    R"({"label":"Q4_K_M","format":"gguf","bytes":5027783968,"complete":true,"files":[{}]}],)"
    R"("companions":[],"refused":[],"card":"# Qwen3 8B\nA model."})";

} // namespace

ModelSitting::ModelSitting(const QByteArray &manner, const QString &theme)
    : m_fit("fit", "follow:" + manner)
    , m_devices("devices", "print:" + write(u"devices"_s, kDevices))
    , m_search("search", "print:" + write(u"search"_s, kSearch))
    , m_files("files", "print:" + write(u"files"_s, kFiles))
    , m_fixture({}, fakeWorker())
{
    m_fixture.app().settings().setTheme(theme);
}

bool ModelSitting::open(QSize size)
{
    if (!m_fixture.open())
        return false;
    m_fixture.window().resize(size);
    return true;
}

bool ModelSitting::openModel()
{
    auto &gui = m_fixture.driver();
    return gui.click(u"rail.discover"_s) && gui.click(u"discoverRow.0"_s) && gui.click(u"openModel"_s) &&
           gui.waitFor(u"modelPage"_s) != nullptr;
}

bool ModelSitting::settles()
{
    return gui().waitUntil([this] { return fit().state() == u"ready" && !fit().busy(); }, 10'000);
}

void ModelSitting::picture(const QString &name)
{
    QTest::qWait(250);
    gui().screenshot(u"model-"_s + name);
}

QString ModelSitting::text(const QString &objectName)
{
    const QQuickItem *item = gui().find(objectName);
    return item == nullptr ? QString() : item->property("text").toString();
}

QString ModelSitting::row(const QString &label)
{
    const QQuickItem *item = gui().find(u"fitLevel."_s + label);
    return item == nullptr ? QString() : item->property("verdictText").toString();
}

bool ModelSitting::tabTo(const QString &objectName)
{
    for (int presses = 0; presses < 80; ++presses) {
        const QQuickItem *focus = m_fixture.window().activeFocusItem();
        if (focus != nullptr && focus->objectName() == objectName)
            return true;
        gui().key(Qt::Key_Tab);
    }
    return false;
}

void ModelSitting::scrollTo(double y)
{
    for (QQuickItem *item : gui().visibleItems()) {
        const double most = item->property("contentHeight").toDouble() - item->height();
        if (item->inherits("QQuickFlickable") && most > 0 && item->objectName().isEmpty())
            item->setProperty("contentY", std::clamp(y, 0.0, most));
    }
}

bool ModelSitting::clickBelow(const QString &objectName)
{
    const QQuickItem *item = gui().waitFor(objectName);
    if (item == nullptr)
        return false;
    scrollTo(0);
    scrollTo(item->mapToScene({0, item->height() / 2}).y() - m_fixture.window().height() / 2.0);
    return gui().click(objectName);
}

QString ModelSitting::overTheEdge()
{
    const int width = m_fixture.window().width();
    for (QQuickItem *item : gui().visibleItems()) {
        const QRectF place = item->mapRectToScene(item->boundingRect());
        if (!item->objectName().isEmpty() && item->width() > 0 &&
            (place.right() > width + 1 || place.left() < -1))
            return u"%1 at %2 to %3"_s.arg(item->objectName()).arg(place.left()).arg(place.right());
    }
    return {};
}

QByteArray ModelSitting::write(const QString &name, const QByteArray &line)
{
    QFile file(m_folder.filePath(name));
    if (file.open(QIODevice::WriteOnly))
        file.write(line + '\n');
    return m_folder.filePath(name).toUtf8();
}

} // namespace snug::test
