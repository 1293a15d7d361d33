// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/plot/plotwidget.h"

#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QMenu>
#include <QMessageBox>
#include <QPainter>
#include <QSvgGenerator>
#include <QToolTip>
#include <qcustomplot.h>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kFrame = 1; ///< Around the plot, for the focus.
constexpr int kLeastPlot = 16; ///< Wide and high.

/// Asks a function for both values and labels.
class Ticker final : public QCPAxisTicker
{
public:
    Ticker(QCPAxis *axis,
           std::function<std::vector<std::pair<double, QString>>(double, double, double)> ticks)
        : m_axis(axis)
        , m_ticks(std::move(ticks))
    {}

    void generate(const QCPRange &range, const QLocale &, QChar, int, QVector<double> &ticks,
                  QVector<double> *subTicks, QVector<QString> *tickLabels) override
    {
        ticks.clear();
        if (subTicks)
            subTicks->clear();
        if (tickLabels)
            tickLabels->clear();
        const QRect rect = m_axis->axisRect()->rect();
        const int pixels = m_axis->orientation() == Qt::Horizontal ? rect.width() : rect.height();
        for (const auto &[value, label] : m_ticks(range.lower, range.upper, pixels)) {
            ticks.append(value);
            if (tickLabels)
                tickLabels->append(label);
        }
    }

private:
    QCPAxis *m_axis;
    std::function<std::vector<std::pair<double, QString>>(double, double, double)> m_ticks;
};

} // namespace

PlotWidget::PlotWidget(const QString &name, QWidget *parent)
    : QWidget(parent)
    , m_plot(new QCustomPlot(this))
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(name);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setMouseTracking(true);
    m_plot->installEventFilter(this);
    // All plottables keep their own order; none of the library's dragging and zooming.
    m_plot->setInteractions(QCP::Interactions());
    m_plot->setNoAntialiasingOnDrag(false);
    m_plot->plotLayout()->setMargins(QMargins(4, 2, 6, 2));
    m_plot->setContextMenuPolicy(Qt::NoContextMenu);
}

PlotWidget::~PlotWidget() = default;

int PlotWidget::itemCount() const
{
    return countOfItems();
}

QPoint PlotWidget::itemPosition(int item) const
{
    return m_plot->mapToParent(pointOf(item).toPoint());
}

QString PlotWidget::itemText(int item) const
{
    return item >= 0 && item < countOfItems() ? textOf(item) : QString();
}

void PlotWidget::setCurrentItem(int item)
{
    item = item < countOfItems() ? item : -1;
    if (item == m_current)
        return;
    m_current = item;
    highlight(item);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
    Q_EMIT itemHovered(item);
}

void PlotWidget::showCard(int item)
{
    if (item < 0)
        QToolTip::hideText();
    else
        QToolTip::showText(mapToGlobal(itemPosition(item)) + QPoint(0, 6), textOf(item), this);
}

void PlotWidget::refresh()
{
    const Theme &theme = Theme::of(this);
    m_plot->setBackground(QBrush(theme.background));
    m_current = -1;
    highlight(-1);
    restyle(theme);
    m_plot->replot(); // lays the axes out, which labels need
    layOut();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void PlotWidget::setTicks(QCPAxis *axis, Ticks ticks)
{
    axis->setTicker(QSharedPointer<QCPAxisTicker>(new Ticker(axis, std::move(ticks))));
}

void PlotWidget::styleAxis(QCPAxis *axis, const Theme &theme, bool hasGrid)
{
    const QPen line(theme.line);
    axis->setBasePen(line);
    axis->setTickPen(line);
    axis->setSubTickPen(Qt::NoPen);
    axis->setTickLength(0, 3);
    axis->setTickLabelColor(theme.secondary);
    axis->setTickLabelFont(fonts().small);
    axis->setTickLabelPadding(3);
    axis->setLabelColor(theme.secondary);
    axis->setLabelFont(fonts().small);
    axis->setLabelPadding(2);
    axis->grid()->setVisible(hasGrid);
    axis->grid()->setPen(QPen(theme.grid));
    axis->grid()->setZeroLinePen(QPen(theme.grid));
}

bool PlotWidget::savePicture(const QString &path)
{
    if (path.endsWith(u".svg"_s, Qt::CaseInsensitive)) {
        QSvgGenerator svg;
        svg.setFileName(path);
        svg.setSize(m_plot->size());
        svg.setViewBox(QRect(QPoint(), m_plot->size()));
        svg.setTitle(accessibleName());
        svg.setDescription(accessibleDescription());
        QCPPainter painter;
        if (!painter.begin(&svg))
            return false;
        painter.setMode(QCPPainter::pmVectorized);
        m_plot->toPainter(&painter, m_plot->width(), m_plot->height());
        return painter.end();
    }
    const qreal ratio = devicePixelRatioF();
    QPixmap pixmap = m_plot->toPixmap(m_plot->width(), m_plot->height(), ratio);
    return pixmap.save(path, "PNG");
}

void PlotWidget::paintPicture(QPainter &painter)
{
    painter.drawPixmap(
        0, 0,
        m_plot->toPixmap(m_plot->width(), m_plot->height(), painter.device()->devicePixelRatioF()));
}

void PlotWidget::askForPicture()
{
    auto *dialog = new QFileDialog(this, tr("Save picture"), {},
                                   tr("Pictures (*.svg *.png);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"svg"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        if (savePicture(path))
            return;
        auto *box = new QMessageBox(QMessageBox::Warning, tr("Save picture"),
                                    tr("%1 could not be written.").arg(path), QMessageBox::Ok,
                                    this);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
    });
    dialog->open();
}

bool PlotWidget::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_plot)
        return QWidget::eventFilter(watched, event);
    switch (event->type()) {
    case QEvent::MouseMove: {
        const int item = itemAt(static_cast<QMouseEvent *>(event)->position());
        if (item != m_current) {
            setCurrentItem(item);
            showCard(item);
        }
        m_plot->setCursor(item >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
        return true;
    }
    case QEvent::Leave:
        setCurrentItem(-1);
        break;
    case QEvent::MouseButtonPress:
        setFocus(Qt::MouseFocusReason);
        return true;
    case QEvent::MouseButtonRelease: {
        const auto *mouse = static_cast<QMouseEvent *>(event);
        const int item = itemAt(mouse->position());
        if (mouse->button() == Qt::LeftButton && item >= 0) {
            setCurrentItem(item);
            QToolTip::hideText();
            Q_EMIT itemActivated(item);
        }
        return true;
    }
    case QEvent::MouseButtonDblClick:
    case QEvent::Wheel:
        return event->type() == QEvent::MouseButtonDblClick;
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

void PlotWidget::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    // A picture of no size cannot be painted into, and the library tries.
    const QRect room = rect().adjusted(kFrame, kFrame, -kFrame, -kFrame);
    m_plot->setVisible(room.width() >= kLeastPlot && room.height() >= kLeastPlot);
    if (m_plot->isHidden())
        return;
    m_plot->setGeometry(room);
    m_plot->setViewport({QPoint(), room.size()}); // its own resize event comes once it is shown
    m_plot->replot();
    layOut();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void PlotWidget::keyPressEvent(QKeyEvent *event)
{
    const int last = countOfItems() - 1;
    int item = m_current;
    switch (event->key()) {
    case Qt::Key_Left:
        item = item < 0 ? last : std::max(item - 1, 0);
        break;
    case Qt::Key_Right:
        item = std::min(item + 1, last);
        break;
    case Qt::Key_Home:
        item = std::min(0, last);
        break;
    case Qt::Key_End:
        item = last;
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current >= 0)
            Q_EMIT itemActivated(m_current);
        return;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    setCurrentItem(item);
    showCard(m_current);
}

void PlotWidget::focusInEvent(QFocusEvent *event)
{
    QWidget::focusInEvent(event);
    update();
}

void PlotWidget::focusOutEvent(QFocusEvent *event)
{
    QWidget::focusOutEvent(event);
    update();
}

void PlotWidget::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refresh();
}

void PlotWidget::paintEvent(QPaintEvent *event)
{
    QWidget::paintEvent(event);
    const Theme &theme = Theme::of(this);
    QPainter painter(this);
    painter.fillRect(rect(), theme.background);
    if (hasFocus()) {
        painter.setPen(theme.accent);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void PlotWidget::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy picture"), this, [this] {
        QApplication::clipboard()->setPixmap(
            m_plot->toPixmap(m_plot->width(), m_plot->height(), devicePixelRatioF()));
    });
    menu->addAction(tr("Save picture…"), this, &PlotWidget::askForPicture);
    menu->popup(event->globalPos());
}

} // namespace thresher::ui
