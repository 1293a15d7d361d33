// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QDateTime>
#include <QString>
#include <QWidget>

#include <vector>

class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace thresher::ui {

/// A file that was open before.
struct RecentFile
{
    QString path;
    qint64 bytes = -1; ///< < 0: it is no longer there.
    QDateTime modified;
};

/// What the window shows without a trace: recent files, Open, and what can be opened.
class StartPage final : public QWidget
{
    Q_OBJECT

public:
    explicit StartPage(QWidget *parent = nullptr);

    void setRecentFiles(const std::vector<RecentFile> &files);
    /// Marks the page as a place to drop a file on, while one is dragged over the window.
    void setDropHighlighted(bool isHighlighted);

Q_SIGNALS:
    void openRequested();
    void recordRequested();
    void probeRequested();
    void fileChosen(const QString &path);
    void forgetRequested(const QString &path);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void fillColumn();
    void makeScrollable();
    QWidget *makeRow(const RecentFile &file);

    QVBoxLayout *m_recent = nullptr;
    QLabel *m_recentTitle = nullptr;
    QScrollArea *m_scroll = nullptr;
    QWidget *m_column = nullptr;
    bool m_isHighlighted = false;
};

} // namespace thresher::ui
