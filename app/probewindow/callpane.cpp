// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/callpane.h"

#include "app/probewindow/conditionpane.h"
#include "app/probewindow/valuedelegate.h"
#include "app/probewindow/valuetreemodel.h"
#include "app/windowparts.h"
#include "capture/machine.h"
#include "widgets/tables/elidedlabel.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QRegularExpressionValidator>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

using Probes = std::vector<capture::ProbeRequest>;

constexpr int kMargin = 16;
constexpr int kTypeWidth = 168;
constexpr int kFormatWidth = 96;
constexpr int kIndent = 18;
constexpr int kSignatureLines = 3;
constexpr int kNothingPage = 0;
constexpr int kCallPage = 1;
constexpr int kFprobeRole = Qt::UserRole + 1; ///< Of m_point; its UserRole is an address.

capture::EventField conditionField(std::string name, capture::EventField::Kind kind)
{
    capture::EventField field;
    field.name = std::move(name);
    field.kind = kind;
    return field;
}

} // namespace

CallPane::CallPane(QWidget *parent)
    : QWidget(parent)
    , m_values(new ValueTreeModel(this))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(kMargin, 14, kMargin, 12);
    layout->setSpacing(8);
    layout->addWidget(makeHead());
    makeByHand(layout);
    m_pages = new QStackedWidget(this);
    m_nothing = new QLabel(this);
    m_nothing->setObjectName(u"nothingToKnow"_s);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_nothing->setProperty("role", u"secondary"_s);
    m_pages->addWidget(m_nothing);
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins({});
    column->setSpacing(8);
    column->addWidget(makeTree(), 1);
    column->addWidget(makeRest());
    m_pages->addWidget(page);
    layout->addWidget(m_pages, 1);
    connect(m_values, &ValueTreeModel::valuesChanged, this, &CallPane::onChanged);
    connect(m_condition, &ConditionPane::changed, this, &CallPane::onChanged);
    for (QCheckBox *box : {m_kernelStack, m_userStack, m_count})
        connect(box, &QCheckBox::clicked, this, &CallPane::onChanged);
    connect(m_name, &QLineEdit::textEdited, this, &CallPane::onChanged);
    showNothing(tr("Choose at the left what you want to know something about."));
}

QWidget *CallPane::makeHead()
{
    auto *head = new QWidget(this);
    auto *layout = new QVBoxLayout(head);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    auto *title = new QLabel(tr("What to know"), head);
    title->setProperty("role", u"title"_s);
    m_source = new ElidedLabel(head);
    m_source->setProperty("role", u"secondary"_s);
    m_source->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_source->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_point = new QComboBox(head);
    m_point->setObjectName(u"probePoint"_s);
    m_point->setAccessibleName(tr("Where in the function"));
    m_point->setToolTip(tr("At the function’s entry, or at a line of its source"));
    m_point->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_point->setMinimumContentsLength(20);
    m_point->setMaxVisibleItems(24);
    m_event = new QPushButton(tr("Record the e&vent itself…"), head);
    m_event->setObjectName(u"eventItself"_s);
    m_event->setAutoDefault(false);
    auto *row = new QHBoxLayout;
    row->addWidget(title);
    row->addWidget(m_source, 1);
    row->addWidget(m_point);
    row->addWidget(m_event);
    m_signature = new QLabel(head);
    m_signature->setObjectName(u"signature"_s);
    m_signature->setFont(fonts().mono);
    m_signature->setWordWrap(true);
    m_signature->setTextFormat(Qt::PlainText);
    m_signature->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_signature->setMaximumHeight(kSignatureLines * QFontMetrics(fonts().mono).lineSpacing() + 2);
    layout->addLayout(row);
    layout->addWidget(m_signature);
    connect(m_event, &QPushButton::clicked, this, &CallPane::eventRequested);
    connect(m_point, &QComboBox::activated, this, [this] {
        Q_EMIT pointChosen(m_point->currentData().toULongLong(),
                           m_point->currentData(kFprobeRole).toBool());
    });
    return head;
}

void CallPane::makeByHand(QVBoxLayout *layout)
{
    m_byHand = new QFrame(this);
    m_byHand->setObjectName(u"editedByHand"_s);
    m_byHand->setProperty("role", u"banner"_s);
    auto *row = new QHBoxLayout(m_byHand);
    auto *text = new QLabel(tr("The lines were edited by hand, and say what no ticks can."),
                            m_byHand);
    text->setWordWrap(true);
    auto *take = new QPushButton(tr("&Back to the ticks"), m_byHand);
    take->setObjectName(u"backToTicks"_s);
    take->setAutoDefault(false);
    row->addWidget(text, 1);
    row->addWidget(take);
    layout->addWidget(m_byHand);
    m_byHand->hide();
    connect(take, &QPushButton::clicked, this, &CallPane::ticksRequested);
}

QWidget *CallPane::makeTree()
{
    m_tree = new QTreeView(this);
    m_tree->setObjectName(u"values"_s);
    m_tree->setAccessibleName(tr("Values"));
    m_tree->setModel(m_values);
    m_tree->setItemDelegate(new ValueDelegate(m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setRootIsDecorated(false);
    m_tree->setIndentation(kIndent);
    m_tree->setMouseTracking(true);
    m_tree->setAllColumnsShowFocus(true);
    m_tree->setExpandsOnDoubleClick(false);
    m_tree->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_tree->setToolTip({});
    QHeaderView *header = m_tree->header();
    header->setStretchLastSection(false);
    header->setMinimumSectionSize(60);
    header->setSectionResizeMode(ValueTreeModel::Value, QHeaderView::Stretch);
    header->setSectionResizeMode(ValueTreeModel::Type, QHeaderView::Fixed);
    header->setSectionResizeMode(ValueTreeModel::Format, QHeaderView::Fixed);
    header->resizeSection(ValueTreeModel::Type, kTypeWidth);
    header->resizeSection(ValueTreeModel::Format, kFormatWidth);
    m_tree->installEventFilter(this);
    connect(m_tree, &QTreeView::clicked, this, [this](const QModelIndex &index) {
        if (index.column() == ValueTreeModel::Format)
            chooseFormat(index);
    });
    return m_tree;
}

QWidget *CallPane::makeRest()
{
    auto *rest = new QWidget(this);
    auto *layout = new QVBoxLayout(rest);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    m_condition = new ConditionPane(rest);
    m_kernelStack = new QCheckBox(tr("kernel stack"), rest);
    m_userStack = new QCheckBox(tr("&user stack"), rest);
    m_count = new QCheckBox(tr("count calls only, by a &histogram in the kernel"), rest);
    m_kernelStack->setObjectName(u"kernelStack"_s);
    m_userStack->setObjectName(u"userStack"_s);
    m_count->setObjectName(u"countOnly"_s);
    m_name = new QLineEdit(rest);
    m_name->setObjectName(u"probeName"_s);
    m_name->setFont(fonts().mono);
    m_name->setToolTip(tr("What the events are called: NAME__entry and NAME__return of a call"));
    // As events may be called; what the kernel adds has room too.
    m_name->setValidator(new QRegularExpressionValidator(
        QRegularExpression(u"[A-Za-z_][A-Za-z0-9_]{0,47}"_s), m_name));
    auto *nameLabel = new QLabel(tr("&Name"), rest);
    nameLabel->setBuddy(m_name);
    m_problem = new QLabel(rest);
    m_problem->setObjectName(u"draftProblem"_s);
    m_problem->setProperty("role", u"bad"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto *stacks = new QHBoxLayout;
    stacks->setSpacing(20);
    stacks->addWidget(m_kernelStack);
    stacks->addWidget(m_userStack);
    stacks->addStretch(1);
    auto *name = new QHBoxLayout;
    name->addWidget(nameLabel);
    name->addWidget(m_name, 1);
    layout->addWidget(heading(tr("ONLY WHEN"), rest));
    layout->addWidget(m_condition);
    m_conditionNote = new QLabel(
        tr("A condition on arguments leaves out entries, one on the return "
           "value returns: each knows its own values only."),
        rest);
    m_conditionNote->setWordWrap(true);
    m_conditionNote->setProperty("role", u"secondary"_s);
    layout->addWidget(m_conditionNote);
    layout->addWidget(heading(tr("ALSO"), rest));
    layout->addLayout(stacks);
    layout->addWidget(m_count);
    layout->addWidget(m_problem);
    layout->addLayout(name);
    return rest;
}

void CallPane::setMachine(const PlaceReader::Machine &machine)
{
    m_machine = machine;
    showMeans();
    showPossible();
}

void CallPane::setDescription(PlaceDescription description)
{
    m_description = std::move(description);
    m_isByHand = false;
    m_byHand->hide();
    m_values->setSubject(m_description->subject);
    for (int row = 0; row < m_values->rowCount(); ++row)
        m_tree->expand(m_values->index(row, 0));
    const auto &what = m_description->subject.description;
    m_signature->setText(what.signature.empty() ? fromUtf8(what.name) : fromUtf8(what.signature));
    m_signature->setToolTip(m_signature->text());
    m_signature->show();
    const QString source = fromUtf8(m_description->source);
    m_source->setText(source.mid(source.lastIndexOf(u'/') + 1));
    m_source->setToolTip(source);
    m_name->setText(fromUtf8(m_description->name));
    m_condition->setFilter({});
    m_count->setChecked(false);
    m_kernelStack->setChecked(false);
    showPoint();
    showPossible();
    showFields();
    showProblem({});
    m_pages->setCurrentIndex(kCallPage);
}

void CallPane::showPoint()
{
    m_point->clear();
    m_event->setVisible(m_description && m_description->place.kind == PlaceRef::Kind::Tracepoint);
    if (!m_description)
        return;
    const bool isKernels = m_description->place.kind == PlaceRef::Kind::KernelFunction;
    m_point->setVisible(isKernels || !m_description->lines.empty());
    m_point->setToolTip(isKernels ? tr("By which means of the kernel the function is probed")
                                  : tr("At the function’s entry, or at a line of its source"));
    m_point->addItem(isKernels ? tr("by kprobes") : tr("at entry and return"), quint64(0));
    if (isKernels) {
        m_point->addItem(tr("by fprobes"), quint64(0));
        m_point->setItemData(1, true, kFprobeRole);
        m_point->setCurrentIndex(m_description->place.isByFprobe ? 1 : 0);
        showMeans();
    }
    for (const PlaceLine &line : m_description->lines) {
        m_point->addItem(fromUtf8(line.text), quint64(line.address));
        if (line.address == m_description->place.line)
            m_point->setCurrentIndex(m_point->count() - 1);
    }
}

/// What this kernel has not stays there, and says why.
void CallPane::showMeans()
{
    if (!m_description || m_description->place.kind != PlaceRef::Kind::KernelFunction)
        return;
    auto *items = qobject_cast<QStandardItemModel *>(m_point->model());
    const std::tuple<int, const char *, QString> means[] = {
        {0, "kprobes", tr("At a breakpoint, or at ftrace’s call where there is one")},
        {1, "fprobes", tr("At ftrace’s call: cheaper, above all of returns")},
    };
    for (const auto &[row, feature, help] : means) {
        const QString reason = m_machine
                                   ? fromUtf8(capture::whyNot(m_machine->capabilities, feature))
                                   : QString();
        items->item(row)->setEnabled(reason.isEmpty());
        items->item(row)->setToolTip(reason.isEmpty() ? help : reason);
    }
}

void CallPane::showNothing(const QString &text)
{
    m_description.reset();
    m_values->setSubject(std::nullopt);
    m_nothing->setText(text);
    m_signature->hide();
    m_source->clear();
    m_point->hide();
    m_event->hide();
    m_byHand->hide();
    m_isByHand = false;
    m_pages->setCurrentIndex(kNothingPage);
}

capture::ProbeDraft CallPane::draft() const
{
    capture::ProbeDraft draft;
    draft.name = m_name->text().toStdString();
    draft.values = m_values->values();
    draft.countOnly = m_count->isChecked();
    draft.withReturn = m_values->withReturn() && !draft.countOnly;
    draft.filter = m_condition->filter();
    draft.kernelStack = m_kernelStack->isChecked() && !draft.countOnly;
    return draft;
}

void CallPane::setDraft(const capture::ProbeDraft &draft)
{
    if (!m_description)
        return;
    m_values->setValues(draft.values, draft.withReturn);
    // Members that are ticked are to be seen.
    for (const capture::DraftValue &each : m_values->values()) {
        for (QModelIndex at = m_values->reveal(each.value).parent(); at.isValid(); at = at.parent())
            m_tree->expand(at);
    }
    if (m_name->text().toStdString() != draft.name)
        m_name->setText(fromUtf8(draft.name));
    m_kernelStack->setChecked(draft.kernelStack);
    m_count->setChecked(draft.countOnly);
    showFields();
    m_condition->setFilter(draft.filter);
    showPossible();
}

bool CallPane::hasUserStack() const
{
    return m_userStack->isChecked() && m_hasStacks && m_pages->currentIndex() == kCallPage;
}

void CallPane::setEditedByHand(bool isByHand)
{
    m_isByHand = isByHand;
    m_byHand->setVisible(isByHand);
    m_pages->widget(kCallPage)->setEnabled(!isByHand);
    showPossible();
}

void CallPane::showProblem(const QString &problem)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

QString CallPane::signatureText() const
{
    return m_signature->isHidden() ? QString() : m_signature->text();
}

QString CallPane::nothingText() const
{
    return m_pages->currentIndex() == kNothingPage ? m_nothing->text() : QString();
}

/// What can be compared: the values that are recorded, and what every event has.
void CallPane::showFields()
{
    using Kind = capture::EventField::Kind;
    std::vector<capture::EventField> fields;
    if (m_description) {
        for (const auto &field : capture::fieldsOf(m_description->subject, draft()))
            fields.push_back(conditionField(field.name, field.type.isText()    ? Kind::Text
                                                        : field.type.count > 0 ? Kind::Other
                                                                               : Kind::Number));
    }
    fields.push_back(conditionField("comm", Kind::Text));
    fields.push_back(conditionField("common_pid", Kind::Number));
    fields.push_back(conditionField("CPU", Kind::Number));
    m_condition->setFields(std::move(fields));
}

void CallPane::showPossible()
{
    const auto whyNot = [this](const char *feature) {
        return m_machine ? fromUtf8(capture::whyNot(m_machine->capabilities, feature)) : QString();
    };
    const bool counts = m_count->isChecked();
    const QString noStack = counts ? tr("Calls that are only counted have no stacks.")
                                   : whyNot("stacktrace");
    const QString noHist = whyNot("hist");
    m_hasStacks = noStack.isEmpty();
    const capture::ProbeDraft now = draft();
    showEventButton(now);
    const auto probes = m_description && now.withReturn && !now.filter.empty()
                            ? capture::probesOf(m_description->subject, now).value_or(Probes())
                            : Probes();
    m_conditionNote->setVisible(probes.size() == 2
                                && probes.front().filter != probes.back().filter);
    m_kernelStack->setEnabled(noStack.isEmpty());
    m_kernelStack->setToolTip(noStack);
    m_userStack->setEnabled(noStack.isEmpty());
    m_userStack->setToolTip(noStack.isEmpty()
                                ? tr("Of every event of the recording: the kernel has no way to "
                                     "take them of some only")
                                : noStack);
    m_count->setEnabled(noHist.isEmpty());
    m_count->setToolTip(noHist.isEmpty() ? tr("Nothing is recorded: calls are counted by program. "
                                              "For what is called too often to be recorded")
                                         : noHist);
}

/// What is written here is lost by no press of a button.
void CallPane::showEventButton(const capture::ProbeDraft &now)
{
    const bool isRenamed = !now.filter.empty()
                           && std::any_of(now.values.begin(), now.values.end(),
                                          [](const auto &each) { return !each.name.empty(); });
    const QString whyNot
        = m_isByHand      ? tr("The lines were edited by hand.")
          : now.countOnly ? tr("Calls that are only counted are not recorded.")
          : isRenamed
              ? tr("The condition names fields of the probe, which the event calls otherwise.")
              : QString();
    m_event->setEnabled(whyNot.isEmpty());
    m_event->setToolTip(whyNot.isEmpty()
                            ? tr("With all its fields, and the condition below: to the events that "
                                 "the Record window has. Needs no probe")
                            : whyNot);
}

void CallPane::onChanged()
{
    showPossible();
    showFields();
    Q_EMIT draftChanged();
}

void CallPane::chooseFormat(const QModelIndex &index)
{
    const QModelIndex at = index.siblingAtColumn(ValueTreeModel::Format);
    const QStringList formats = at.data(ValueTreeModel::FormatsRole).toStringList();
    if (formats.size() < 2)
        return;
    auto *menu = new QMenu(this);
    menu->setObjectName(u"formatMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const QString &format : formats) {
        QAction *action = menu->addAction(format);
        action->setCheckable(true);
        action->setChecked(format == at.data().toString());
        connect(action, &QAction::triggered, this,
                [this, place = QPersistentModelIndex(at), format] {
                    m_values->setData(place, format, Qt::EditRole);
                });
    }
    menu->popup(m_tree->viewport()->mapToGlobal(m_tree->visualRect(at).bottomLeft()));
    if (!menu->actions().isEmpty())
        menu->setActiveAction(menu->actions().front());
}

bool CallPane::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_tree || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto *press = static_cast<QKeyEvent *>(event);
    const QModelIndex current = m_tree->currentIndex().siblingAtColumn(ValueTreeModel::Value);
    if (!current.isValid())
        return false;
    if (press->key() == Qt::Key_Space && current.flags().testFlag(Qt::ItemIsUserCheckable)) {
        const bool isOn = current.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        m_values->setData(current, isOn ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
        return true;
    }
    const bool asksForFormats = press->key() == Qt::Key_F2
                                || (press->key() == Qt::Key_Down
                                    && press->modifiers().testFlag(Qt::AltModifier));
    if (asksForFormats) {
        chooseFormat(current);
        return true;
    }
    return false;
}

} // namespace thresher::ui
