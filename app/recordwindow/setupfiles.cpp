// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/setupfiles.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>
#include <QStandardPaths>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr qint64 kMostBytes = 1 << 20;
const auto kLast = u"last-used.json"_s;

} // namespace

SetupFiles::SetupFiles(QString folder)
    : m_folder(std::move(folder))
{}

QString SetupFiles::usualFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
           + u"/thresher/recordings"_s;
}

QString SetupFiles::pathOf(const QString &name) const
{
    // A name is any text, a file's is not.
    return m_folder + u'/' + QString::fromLatin1(QUrl::toPercentEncoding(name, QByteArray(" ()+,")))
           + u".json"_s;
}

std::vector<capture::RecordSetup> SetupFiles::all()
{
    std::vector<capture::RecordSetup> setups;
    m_problems.clear();
    if (m_folder.isEmpty())
        return setups;
    for (const QString &name : QDir(m_folder).entryList({u"*.json"_s}, QDir::Files)) {
        if (name == kLast)
            continue;
        auto setup = readSetup(m_folder + u'/' + name);
        if (setup)
            setups.push_back(std::move(*setup));
        else
            m_problems += QString::fromStdString(setup.error().text());
    }
    std::sort(setups.begin(), setups.end(),
              [](const auto &a, const auto &b) { return a.name < b.name; });
    return setups;
}

Result<void> SetupFiles::save(const capture::RecordSetup &setup)
{
    if (m_folder.isEmpty() || !QDir().mkpath(m_folder))
        return fail(ErrorKind::Io, "The folder for recordings' settings cannot be made.",
                    m_folder.toStdString());
    return writeSetup(pathOf(QString::fromStdString(setup.name)), setup);
}

void SetupFiles::remove(const QString &name)
{
    QFile::remove(pathOf(name));
}

std::optional<capture::RecordSetup> SetupFiles::last() const
{
    if (m_folder.isEmpty())
        return std::nullopt;
    auto setup = readSetup(m_folder + u'/' + kLast);
    return setup ? std::optional(std::move(*setup)) : std::nullopt;
}

void SetupFiles::setLast(const capture::RecordingPlan &plan)
{
    // Nothing is lost but comfort where it cannot be written.
    if (!m_folder.isEmpty() && QDir().mkpath(m_folder))
        static_cast<void>(writeSetup(m_folder + u'/' + kLast, {"Last used", {}, plan}));
}

Result<capture::RecordSetup> readSetup(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Io, file.errorString().toStdString(), path.toStdString());
    const QByteArray text = file.read(kMostBytes);
    auto setup = capture::parseSetup({text.data(), static_cast<std::size_t>(text.size())});
    if (!setup)
        setup.error().where = path.toStdString();
    return setup;
}

Result<void> writeSetup(const QString &path, const capture::RecordSetup &setup)
{
    const auto text = capture::setupText(setup);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)
        || file.write(text.data(), static_cast<qint64>(text.size()))
               != static_cast<qint64>(text.size())
        || !file.commit())
        return fail(ErrorKind::Io, file.errorString().toStdString(), path.toStdString());
    return {};
}

} // namespace thresher::ui
