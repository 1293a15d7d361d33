// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/machinepage.h"

#include "app/windowparts.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kMargin = 10;
constexpr int kHostWidth = 340;

QTreeWidget *listOf(const QString &name, const QStringList &columns, QWidget *parent)
{
    auto *list = new QTreeWidget(parent);
    list->setObjectName(name);
    list->setHeaderLabels(columns);
    list->setRootIsDecorated(false);
    list->setUniformRowHeights(true);
    return list;
}

} // namespace

MachinePage::MachinePage(RecordModel &record, QWidget *parent)
    : QWidget(parent)
    , m_record(record)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    m_host = new QLineEdit(this);
    m_host->setObjectName(u"host"_s);
    m_host->setPlaceholderText(tr("this machine; or user@machine, by ssh"));
    m_host->setToolTip(tr("By ssh, without a question; thresher-recorder is installed there"));
    m_host->setMaximumWidth(kHostWidth);
    auto *on = new QLabel(tr("Re&cord on"), this);
    on->setBuddy(m_host);
    auto *where = new QHBoxLayout;
    where->addWidget(on);
    where->addWidget(m_host, 1);
    where->addStretch(1);
    m_machine = new QLabel(this);
    m_machine->setWordWrap(true);
    m_machine->setProperty("role", u"secondary"_s);
    m_enabled = listOf(u"enabled"_s, {tr("What"), tr("Name")}, this);
    m_enabled->header()->resizeSection(0, 460);
    m_reset = new QPushButton(tr("Switch &off what is ticked…"), this);
    m_reset->setObjectName(u"reset"_s);
    auto *again = new QPushButton(tr("Look &again"), this);
    m_leftovers = new QLabel(this);
    m_leftovers->setWordWrap(true);
    m_cleanUp = new QPushButton(tr("Put it &back"), this);
    m_cleanUp->setObjectName(u"cleanUp"_s);
    m_features = listOf(u"features"_s, {tr("Feature"), tr("Here"), tr("Why not, and what helps")},
                        this);
    m_features->header()->resizeSection(0, 130);
    m_features->header()->resizeSection(1, 60);
    for (QPushButton *button : {m_reset, again, m_cleanUp})
        button->setAutoDefault(false);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_reset);
    buttons->addWidget(again);
    buttons->addStretch(1);
    auto *left = new QHBoxLayout;
    left->addWidget(m_leftovers, 1);
    left->addWidget(m_cleanUp);
    layout->addLayout(where);
    layout->addWidget(m_machine);
    layout->addWidget(heading(tr("SWITCHED ON IN THIS MACHINE’S TRACING NOW"), this));
    layout->addWidget(m_enabled, 2);
    layout->addLayout(buttons);
    layout->addLayout(left);
    layout->addWidget(heading(tr("WHAT THIS KERNEL CAN DO"), this));
    layout->addWidget(m_features, 3);
    connect(m_host, &QLineEdit::editingFinished, this, [this] {
        const std::string host = m_host->text().trimmed().toStdString();
        m_record.edit([&](capture::RecordingPlan &plan) { plan.launch.host = host; });
    });
    connect(&record, &RecordModel::changed, this, &MachinePage::showHost);
    connect(m_enabled, &QTreeWidget::itemChanged, this, &MachinePage::updateButtons);
    connect(m_reset, &QPushButton::clicked, this,
            [this] { Q_EMIT resetRequested(ticked(1), ticked(0)); });
    connect(again, &QPushButton::clicked, this, &MachinePage::examineRequested);
    connect(m_cleanUp, &QPushButton::clicked, this, &MachinePage::cleanUpRequested);
    connect(&record, &RecordModel::machineChanged, this, &MachinePage::refresh);
    refresh();
    showHost();
}

void MachinePage::keyPressEvent(QKeyEvent *event)
{
    // The machine is looked at first; it is not recorded by the same key.
    if (m_host->hasFocus() && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter))
        event->accept();
    else
        QWidget::keyPressEvent(event);
}

void MachinePage::showHost()
{
    if (!m_host->hasFocus() || m_host->text().isEmpty())
        m_host->setText(fromUtf8(m_record.plan().launch.host));
}

void MachinePage::refresh()
{
    const auto &can = m_record.capabilities();
    const QSignalBlocker blocker(m_enabled);
    m_enabled->clear();
    for (const auto &[id, text] : can.enabled) {
        auto *item = new QTreeWidgetItem(m_enabled, {fromUtf8(text), fromUtf8(id)});
        item->setCheckState(0, Qt::Unchecked);
    }
    QStringList said;
    if (!m_record.machine())
        said += m_record.plan().launch.host.empty()
                    ? tr("Looking at this machine…")
                    : tr("Looking at %1…").arg(fromUtf8(m_record.plan().launch.host));
    else
        said += tr("Linux %1, %2 CPUs online, %3 events")
                    .arg(fromUtf8(can.kernel))
                    .arg(can.online.size())
                    .arg([&] {
                        std::size_t count = 0;
                        for (const auto &[system, events] : can.events)
                            count += events.size();
                        return count;
                    }());
    if (m_record.machine()) {
        for (const std::string &obstacle : capture::obstaclesOf(can))
            said += fromUtf8(obstacle);
    }
    if (m_record.machine() && can.enabled.empty() && can.root)
        said += tr("Nobody else traces here.");
    m_machine->setText(said.join(u"\n"_s));
    QStringList leftovers;
    if (m_record.machine()) {
        for (const auto &leftover : m_record.machine()->hello.leftovers) {
            for (const std::string &item : leftover.items)
                leftovers += fromUtf8(item);
        }
    }
    m_leftovers->setText(tr("Left by recordings that died: %1").arg(leftovers.join(u" "_s)));
    m_leftovers->setVisible(!leftovers.isEmpty());
    m_cleanUp->setVisible(!leftovers.isEmpty());
    m_features->clear();
    const Theme &theme = Theme::of(this);
    for (const capture::Feature &feature : can.features) {
        auto *item = new QTreeWidgetItem(
            m_features, {fromUtf8(feature.name), feature.available ? tr("yes") : tr("no"),
                         feature.available ? QString() : fromUtf8(feature.reason)});
        if (!feature.available) {
            for (int column = 0; column < 2; ++column)
                item->setForeground(column, theme.faint);
            item->setForeground(2, theme.secondary);
            item->setToolTip(2, fromUtf8(feature.reason));
        }
    }
    updateButtons();
}

QStringList MachinePage::ticked(int column) const
{
    QStringList texts;
    for (int row = 0; row < m_enabled->topLevelItemCount(); ++row) {
        const QTreeWidgetItem *item = m_enabled->topLevelItem(row);
        if (item->checkState(0) == Qt::Checked)
            texts += item->text(column);
    }
    return texts;
}

void MachinePage::updateButtons()
{
    const bool isRoot = m_record.capabilities().root;
    m_reset->setEnabled(isRoot && !ticked(1).isEmpty());
    m_reset->setToolTip(isRoot ? QString() : tr("Only root can do that."));
    m_cleanUp->setEnabled(isRoot);
}

} // namespace thresher::ui
