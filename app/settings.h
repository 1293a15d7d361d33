// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QSettings>
#include <QString>
#include <QStringList>
#include <QVariant>

#include <functional>
#include <memory>

namespace thresher::ui {

/// What the program remembers between runs: in $XDG_CONFIG_HOME/thresher/thresher.ini what the user
/// has set, in $XDG_STATE_HOME/thresher/views/ how each trace was looked at. GUI thread.
class Settings
{
public:
    enum class Store : std::uint8_t {
        User,
        Nowhere, ///< Begins with the defaults and forgets: for pictures and tests.
    };
    explicit Settings(Store store = Store::User);

    /// Something outlives the program.
    [[nodiscard]] bool isKept() const { return m_settings != nullptr; }
    [[nodiscard]] QVariant value(const QString &key, const QVariant &fallback = {}) const;
    void setValue(const QString &key, const QVariant &value);

    /// Absolute paths, the latest first; at most kMostRecent.
    static constexpr qsizetype kMostRecent = 12;
    [[nodiscard]] QStringList recentFiles() const;
    void addRecentFile(const QString &path);
    void removeRecentFile(const QString &path);

    /// How a trace was looked at, by its path, size and modification time; empty if it is not
    /// known.
    [[nodiscard]] QJsonObject viewOf(const QString &path) const;
    /// Keeps at most some hundred, the latest ones. An error is not reported: nothing is lost but
    /// comfort.
    void setViewOf(const QString &path, const QJsonObject &view);
    /// What does the same later, on any thread, one at a time.
    using ViewWriter = std::function<void(const QJsonObject &view)>;
    [[nodiscard]] ViewWriter viewWriter(const QString &path) const;

private:
    std::unique_ptr<QSettings> m_settings; ///< Null: nowhere.
    QVariantHash m_values; ///< Of Store::Nowhere.
    QString m_viewFolder;
};

} // namespace thresher::ui
