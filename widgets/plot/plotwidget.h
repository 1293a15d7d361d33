// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <QWidget>

#include <functional>
#include <vector>

class QCPAxis;
class QCPItemLine;
class QCPItemText;
class QCustomPlot;

namespace thresher::ui {

struct Theme;

/// What plots have in common: the theme's colours and fonts, a pointer and keys that go from one
/// item (bar, point) to the next, pictures. Plots are given plain data, and say which item is
/// pointed at or chosen; they know nothing of a trace. GUI thread.
///
/// Keys: Left, Right, Home, End choose an item, Enter activates it. A menu saves pictures.
class PlotWidget : public QWidget
{
    Q_OBJECT

public:
    explicit PlotWidget(const QString &name, QWidget *parent = nullptr);
    ~PlotWidget() override;

    [[nodiscard]] int itemCount() const;
    /// What the pointer is on, or keys have chosen; -1: none.
    [[nodiscard]] int currentItem() const { return m_current; }
    void setCurrentItem(int item);
    /// Of an item's middle, within this widget.
    [[nodiscard]] QPoint itemPosition(int item) const;
    /// What the card at an item says.
    [[nodiscard]] QString itemText(int item) const;

    /// Writes a picture, .svg or .png by the name; false if it cannot.
    [[nodiscard]] bool savePicture(const QString &path);
    /// Paints it as large as it is.
    void paintPicture(QPainter &painter);

    [[nodiscard]] QSize sizeHint() const override { return {420, 240}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, 90}; }

Q_SIGNALS:
    void itemHovered(int item); ///< -1: none any more.
    void itemActivated(int item); ///< By a click or Enter.

protected:
    [[nodiscard]] QCustomPlot *plot() const { return m_plot; }
    /// To be called after the data has changed: restyles, lays out, paints.
    void refresh();
    virtual void restyle(const Theme &theme) = 0;
    /// Where things lie has changed: labels are to be placed anew.
    virtual void layOut() {}
    [[nodiscard]] virtual int countOfItems() const = 0;
    [[nodiscard]] virtual QPointF pointOf(int item) const = 0; ///< Within plot().
    [[nodiscard]] virtual int itemAt(QPointF position) const = 0; ///< -1: none.
    [[nodiscard]] virtual QString textOf(int item) const = 0;
    /// To be painted in another colour.
    virtual void highlight(int item) = 0;

    /// Marks of an axis: values and how they are written, asked for whenever it is laid out.
    using Ticks = std::function<std::vector<std::pair<double, QString>>(double lower, double upper,
                                                                        double pixels)>;
    static void setTicks(QCPAxis *axis, Ticks ticks);
    static void styleAxis(QCPAxis *axis, const Theme &theme, bool hasGrid);

    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void showCard(int item);
    void askForPicture();

    QCustomPlot *m_plot = nullptr;
    int m_current = -1;
};

} // namespace thresher::ui
