// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QString>
#include <QWidget>

#include <vector>

namespace thresher::ui {

/// What a recording will show of a probe, in small: slices or ticks on tasks' lanes, and the
/// table's columns. Its numbers are examples. GUI thread.
class ProbePreview final : public QWidget
{
    Q_OBJECT

public:
    struct Column
    {
        QString name;
        enum class Kind : std::uint8_t { Number, Address, Text } kind = Kind::Number;
    };

    explicit ProbePreview(QWidget *parent = nullptr);

    /// @param name  of the probe. @param isSlice  it has a return.
    void show(const QString &name, std::vector<Column> columns, bool isSlice);
    /// Why there is nothing to see: a sentence.
    void showNothing(const QString &text);
    /// What is read in it, for those who cannot see it: names of the columns.
    [[nodiscard]] QString text() const;

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintLanes(QPainter &painter, const QRect &room) const;
    void paintTable(QPainter &painter, const QRect &room) const;

    QString m_name;
    QString m_nothing;
    std::vector<Column> m_columns;
    bool m_isSlice = false;
};

} // namespace thresher::ui
