// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/pictures/picture.h"

#include <sys/stat.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

using namespace Qt::StringLiterals;

// Where pictures are written to.
namespace thresher::ui {

namespace {

tl::unexpected<Error> cannotWrite(ErrorKind kind, const QString &path, const QString &why)
{
    return fail(kind, "The picture cannot be written: " + why.toStdString(),
                QFile::encodeName(path).toStdString());
}

Result<void> writeTo(QFileDevice &file, const QByteArray &bytes, const QString &path,
                     const std::function<bool()> &finish)
{
    if (file.open(QFile::WriteOnly) && file.write(bytes) == bytes.size() && finish())
        return {};
    return cannotWrite(ErrorKind::Io, path, file.errorString() + u'.');
}

} // namespace

std::optional<PictureFormat> pictureFormatOf(const QString &path)
{
    const QString ending = QFileInfo(path).suffix().toLower();
    for (const PictureFormat format :
         {PictureFormat::Png, PictureFormat::Svg, PictureFormat::Pdf}) {
        if (ending == endingOf(format))
            return format;
    }
    return std::nullopt;
}

QString endingOf(PictureFormat format)
{
    switch (format) {
    case PictureFormat::Svg:
        return u"svg"_s;
    case PictureFormat::Pdf:
        return u"pdf"_s;
    case PictureFormat::Png:
        break;
    }
    return u"png"_s;
}

Result<void> writePicture(const QByteArray &bytes, const QString &path)
{
    const QFileInfo target(path);
    if (target.isDir())
        return cannotWrite(ErrorKind::InvalidArgument, path,
                           u"this is a folder. Give the name of a file in it."_s);
    struct stat status = {};
    const bool isThere = ::stat(QFile::encodeName(path).constData(), &status) == 0;
    if (isThere && (S_ISBLK(status.st_mode) || S_ISCHR(status.st_mode)))
        return cannotWrite(ErrorKind::InvalidArgument, path,
                           u"this is a device. Give the name of a file."_s);
    if (!QFileInfo(target.absolutePath()).isDir())
        return cannotWrite(
            ErrorKind::Io, path,
            u"there is no folder %1."_s.arg(QDir::toNativeSeparators(target.absolutePath())));
    if (isThere && !S_ISREG(status.st_mode)) {
        // A pipe is written to; QSaveFile would put a file in its place.
        QFile file(path);
        return writeTo(file, bytes, path, [&] { return file.flush(); });
    }
    QSaveFile file(path);
    return writeTo(file, bytes, path, [&] { return file.commit(); });
}

} // namespace thresher::ui
