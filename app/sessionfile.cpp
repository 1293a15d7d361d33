// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/sessionfile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr qint64 kLargest = 64 << 20; // a filter may name 100,000 tasks
constexpr qsizetype kLongestPath = 4096;
constexpr qsizetype kHashDigits = 32;
const auto kFormat = u"thresher-session"_s;
const auto kSuffix = u".thresher"_s;

tl::unexpected<Error> failed(const QString &what)
{
    return fail(ErrorKind::Damaged, what.toStdString());
}

QString tr(const char *text)
{
    return QCoreApplication::translate("SessionFile", text);
}

/// A path of a file that anyone may have written; empty if it cannot be one.
QString pathFrom(const QJsonValue &value)
{
    const QString path = value.toString();
    return path.size() > kLongestPath || path.contains(QChar(0)) ? QString() : path;
}

std::optional<TraceIdentity> identityFrom(const QJsonObject &trace)
{
    const qint64 size = trace.value(u"size"_s).toInteger(-1);
    const QString hash = trace.value(u"hash"_s).toString();
    if (size < 0 || hash.size() != kHashDigits)
        return std::nullopt;
    return TraceIdentity{static_cast<std::uint64_t>(size), hash.toStdString()};
}

/// Only a plain file: a pipe would be waited for, and a device is nobody's recording.
bool isPlainFile(const QString &path)
{
    return !path.isEmpty() && QFileInfo(path).isFile();
}

} // namespace

bool isSessionName(const QString &path)
{
    return path.endsWith(kSuffix, Qt::CaseInsensitive);
}

QByteArray SessionFile::toJson() const
{
    QJsonObject trace{{u"name"_s, traceName}, {u"relative"_s, relative}, {u"absolute"_s, absolute}};
    if (identity) {
        trace.insert(u"size"_s, static_cast<qint64>(identity->size));
        trace.insert(u"hash"_s, QString::fromStdString(identity->hash));
    }
    const QJsonObject all{{u"format"_s, kFormat},
                          {u"version"_s, kVersion},
                          {u"trace"_s, trace},
                          {u"view"_s, view},
                          {u"window"_s, window}};
    return QJsonDocument(all).toJson();
}

Result<SessionFile> SessionFile::fromJson(const QByteArray &bytes)
{
    QJsonParseError error{};
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
    const QJsonObject all = document.object();
    if (error.error != QJsonParseError::NoError && bytes.trimmed().startsWith('{')) {
        return failed(tr("This session is damaged at byte %1: %2. Ask for it to be sent again.")
                          .arg(error.offset)
                          .arg(error.errorString()));
    }
    if (all.value(u"format"_s).toString() != kFormat)
        return failed(tr("This is no session of Thresher."));
    const qint64 version = all.value(u"version"_s).toInteger(0);
    if (version < 1)
        return failed(tr("This session does not say which version of the format it is of."));
    if (version > kVersion) {
        return failed(tr("This session is of a later Thresher (format %1; this one knows %2). "
                         "Open it with that one.")
                          .arg(version)
                          .arg(kVersion));
    }
    const QJsonObject trace = all.value(u"trace"_s).toObject();
    SessionFile session;
    session.relative = pathFrom(trace.value(u"relative"_s));
    session.absolute = pathFrom(trace.value(u"absolute"_s));
    if (!QDir::isAbsolutePath(session.absolute))
        session.absolute.clear();
    session.traceName = QFileInfo(pathFrom(trace.value(u"name"_s))).fileName();
    if (session.traceName.isEmpty())
        session.traceName = QFileInfo(session.absolute).fileName();
    if (session.traceName.isEmpty())
        return failed(tr("This session does not say of which recording it is."));
    session.identity = identityFrom(trace);
    session.view = all.value(u"view"_s).toObject();
    session.window = all.value(u"window"_s).toObject();
    return session;
}

Result<SessionFile> SessionFile::read(const QString &path)
{
    const auto at = [&path](Error error) {
        error.where = QFile::encodeName(path).toStdString();
        return tl::unexpected(std::move(error));
    };
    const QFileInfo info(path);
    if (info.exists() && !info.isFile())
        return at({ErrorKind::Damaged, tr("This is no file.").toStdString(), {}, -1});
    QFile file(path);
    if (!file.open(QFile::ReadOnly)) {
        return at({ErrorKind::Io,
                   tr("The session cannot be read: %1.").arg(file.errorString()).toStdString(),
                   {},
                   -1});
    }
    if (file.size() > kLargest) {
        return at({ErrorKind::Damaged,
                   tr("This is too large to be a session; a recording is opened by its own name.")
                       .toStdString(),
                   {},
                   -1});
    }
    auto session = fromJson(file.readAll());
    if (!session)
        return at(session.error());
    return session;
}

Result<void> SessionFile::write(const QString &path) const
{
    QSaveFile file(path);
    if (file.open(QFile::WriteOnly) && file.write(toJson()) >= 0 && file.commit())
        return {};
    return fail(ErrorKind::Io,
                tr("The session cannot be written: %1.").arg(file.errorString()).toStdString(),
                QFile::encodeName(path).toStdString());
}

void SessionFile::setTrace(const QString &trace, const QString &sessionPath)
{
    const QFileInfo info(trace);
    traceName = info.fileName();
    absolute = info.absoluteFilePath();
    relative = QFileInfo(sessionPath).absoluteDir().relativeFilePath(absolute);
    if (QDir::isAbsolutePath(relative))
        relative.clear();
}

bool isTraceOf(const SessionFile &session, const QString &trace)
{
    if (!session.identity)
        return true; // nothing is known that would tell
    if (static_cast<std::uint64_t>(QFileInfo(trace).size()) != session.identity->size)
        return false;
    const auto file = TraceFile::open(QFile::encodeName(trace).toStdString());
    return file && identityOf(**file) == session.identity;
}

SessionTrace findTrace(const SessionFile &session, const QString &sessionPath)
{
    const QDir folder = QFileInfo(sessionPath).absoluteDir();
    QStringList places{folder.filePath(session.traceName)};
    if (!session.relative.isEmpty())
        places.prepend(QDir::cleanPath(folder.filePath(session.relative)));
    places += session.absolute;
    places.removeDuplicates();
    SessionTrace found;
    for (const QString &place : std::as_const(places)) {
        if (!isPlainFile(place))
            continue;
        if (isTraceOf(session, place))
            return {place, true};
        if (found.path.isEmpty())
            found.path = place;
    }
    return found;
}

} // namespace thresher::ui
