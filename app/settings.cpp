// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/settings.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr qsizetype kMostViews = 300;
constexpr qint64 kLargestView = 64 << 20; // a filter may name 100,000 tasks
const auto kRecentKey = u"recentFiles"_s;

QString stateFolder()
{
    // QStandardPaths knows it from Qt 6.7 on.
    QString base = qEnvironmentVariable("XDG_STATE_HOME");
    if (!QDir::isAbsolutePath(base))
        base = QDir::homePath() + u"/.local/state"_s;
    return base + u"/thresher/views"_s;
}

/// Of a trace, by its path, size and time of modification; empty: it is not kept.
QString viewFile(const QString &folder, const QString &path)
{
    const QFileInfo info(path);
    if (folder.isEmpty() || !info.exists())
        return {};
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData(info.canonicalFilePath().toUtf8());
    hash.addData(QByteArray::number(info.size()));
    hash.addData(QByteArray::number(info.lastModified().toMSecsSinceEpoch()));
    return folder + u'/' + QString::fromLatin1(hash.result().toHex()) + u".json"_s;
}

void removeOldest(const QString &folder)
{
    const QDir dir(folder);
    const auto files = dir.entryInfoList({u"*.json"_s}, QDir::Files, QDir::Time);
    for (qsizetype i = kMostViews; i < files.size(); ++i)
        QFile::remove(files[i].absoluteFilePath());
}

} // namespace

Settings::Settings(Store store)
{
    if (store == Store::Nowhere)
        return;
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation);
    m_settings = std::make_unique<QSettings>(folder + u"/thresher/thresher.ini"_s,
                                             QSettings::IniFormat);
    m_viewFolder = stateFolder();
}

QVariant Settings::value(const QString &key, const QVariant &fallback) const
{
    return m_settings ? m_settings->value(key, fallback) : m_values.value(key, fallback);
}

void Settings::setValue(const QString &key, const QVariant &value)
{
    if (m_settings)
        m_settings->setValue(key, value);
    else
        m_values.insert(key, value);
}

QStringList Settings::recentFiles() const
{
    return value(kRecentKey).toStringList();
}

void Settings::addRecentFile(const QString &path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    QStringList files = recentFiles();
    files.removeAll(absolute);
    files.prepend(absolute);
    setValue(kRecentKey, files.mid(0, kMostRecent));
}

void Settings::removeRecentFile(const QString &path)
{
    QStringList files = recentFiles();
    files.removeAll(path);
    setValue(kRecentKey, files);
}

QJsonObject Settings::viewOf(const QString &path) const
{
    QFile file(viewFile(m_viewFolder, path));
    if (file.fileName().isEmpty() || !file.open(QFile::ReadOnly) || file.size() > kLargestView)
        return {};
    return QJsonDocument::fromJson(file.readAll()).object();
}

Settings::ViewWriter Settings::viewWriter(const QString &path) const
{
    return [folder = m_viewFolder, path](const QJsonObject &view) {
        const QString name = viewFile(folder, path);
        if (name.isEmpty() || !QDir().mkpath(folder))
            return;
        QSaveFile file(name);
        if (!file.open(QFile::WriteOnly))
            return;
        file.write(QJsonDocument(view).toJson(QJsonDocument::Compact));
        if (file.commit())
            removeOldest(folder);
    };
}

void Settings::setViewOf(const QString &path, const QJsonObject &view)
{
    viewWriter(path)(view);
}

} // namespace thresher::ui
