// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/prepared_attachment.h"

#include "core/base/atomic_file.h"
#include "core/base/paths.h"
#include "core/chat/image_header.h"
#include "ui/viewmodels/text.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QImageReader>

#include <fmt/format.h>

#include <mutex>

namespace snug::ui {
namespace {

constexpr std::int64_t kMostSourceBytes = std::int64_t{64} << 20;
constexpr qint64 kMostSourcePixels = 150'000'000;
constexpr int kMostBytesOfPixel = 4;
constexpr int kMostSide = 4096;
constexpr int kJpegQuality = 92;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(PreparedAttachment)
};

tl::unexpected<Error> refused(ErrorKind kind, const std::string &name, const char *reason, const char *hint)
{
    return fail(kind, fmt::format("{} cannot be attached. {}", name, reason), {{"name", name}}, hint);
}

tl::unexpected<Error> tooManyPixels(const std::string &name)
{
    return refused(ErrorKind::TooLarge, name, "It has more than 150 million pixels.",
                   "Make the image smaller: a few million pixels are all that a model sees.");
}

// Qt's own limit is of 33 million pixels; one for all readers of the program.
void allowBigImages()
{
    constexpr qint64 kMebibyte = 1 << 20;
    static std::once_flag once;
    std::call_once(once, [] {
        QImageReader::setAllocationLimit(static_cast<int>(kMostSourcePixels * kMostBytesOfPixel / kMebibyte) +
                                         1);
    });
}

// What has no transparency takes a tenth of the room as JPEG.
Result<chat::Attachment> encoded(const std::string &name, const QImage &image, bool asJpeg)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image.save(&buffer, asJpeg ? "JPG" : "PNG", asJpeg ? kJpegQuality : -1))
        return refused(ErrorKind::Internal, name, "The image could not be written anew.", "");
    return chat::makeAttachment(name, bytes.toStdString());
}

QSize fitting(const QSize &size)
{
    return size.width() <= kMostSide && size.height() <= kMostSide
               ? size
               : size.scaled(kMostSide, kMostSide, Qt::KeepAspectRatio).expandedTo({1, 1});
}

QString noteOf(const QSize &before, const QSize &after, bool kept)
{
    if (before != after)
        return Words::tr("Scaled down from %1 × %2.").arg(before.width()).arg(before.height());
    return kept ? QString() : Words::tr("Written anew in a form that the model can read.");
}

// `made`: what the core says of the same bytes.
Result<PreparedAttachment> prepare(const std::string &name, QImageReader &reader,
                                   Result<chat::Attachment> made)
{
    allowBigImages();
    reader.setAutoTransform(true);
    const QSize size = reader.size();
    if (qint64{size.width()} * size.height() > kMostSourcePixels)
        return tooManyPixels(name);
    const QSize wanted = fitting(size);
    if (wanted != size)
        reader.setScaledSize(wanted);
    const bool turned = reader.transformation() != QImageIOHandler::TransformationNone;
    const QImage image = reader.read();
    if (image.isNull())
        return refused(ErrorKind::Corrupt, name, "The image is damaged.",
                       "Open it in an image program and save it anew.");
    if (made && wanted == size && !turned)
        return PreparedAttachment{*std::move(made), {}};
    SNUG_TRY(auto attachment, encoded(name, image, !image.hasAlphaChannel()));
    return PreparedAttachment{std::move(attachment), noteOf(size, wanted, turned)};
}

} // namespace

Result<PreparedAttachment> prepareFile(const std::filesystem::path &path)
{
    const std::string name = snug::toUtf8(path.filename());
    SNUG_TRY(std::string bytes, readSmallFile(path, kMostSourceBytes));
    auto made = chat::makeAttachment(name, bytes);
    if (made && made->kind == chat::AttachmentKind::Text)
        return PreparedAttachment{*std::move(made), {}};
    const auto header = chat::readImageHeader(bytes); // tells the size of a damaged one too
    if (header && *header && (*header)->pixels() > static_cast<std::uint64_t>(kMostSourcePixels))
        return tooManyPixels(name);
    QByteArray data = QByteArray::fromStdString(bytes);
    QBuffer buffer(&data);
    buffer.open(QIODevice::ReadOnly);
    QImageReader reader(&buffer);
    if (!reader.canRead() && !made)
        return tl::make_unexpected(std::move(made).error());
    return prepare(name, reader, std::move(made));
}

Result<PreparedAttachment> prepareImage(const QString &name, const QImage &image)
{
    const QSize wanted = fitting(image.size());
    const QImage fit =
        wanted == image.size() ? image : image.scaled(wanted, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    SNUG_TRY(auto attachment, encoded(toUtf8(name), fit, false));
    return PreparedAttachment{std::move(attachment), noteOf(image.size(), wanted, true)};
}

} // namespace snug::ui
