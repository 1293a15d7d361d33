// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/tracerpage.h"

#include "app/windowparts.h"
#include "model/qt/numbertext.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kSearchDelayMs = 30;
constexpr int kMargin = 10;
constexpr int kOptionsWidth = 190;

QString joined(const std::vector<std::string> &globs)
{
    QString text;
    for (const std::string &glob : globs)
        text += (text.isEmpty() ? QString() : u" "_s) + fromUtf8(glob);
    return text;
}

std::vector<std::string> split(const QString &text)
{
    std::vector<std::string> globs;
    for (const QString &glob : text.simplified().split(u' ', Qt::SkipEmptyParts))
        globs.push_back(glob.toStdString());
    return globs;
}

} // namespace

TracerPage::TracerPage(RecordModel &record, QWidget *parent)
    : QWidget(parent)
    , m_record(record)
    , m_model(new FunctionListModel(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    auto *left = new QVBoxLayout;
    left->addWidget(makeChoice());
    left->addWidget(makeFunctions(), 1);
    layout->addLayout(left, 1);
    layout->addWidget(makeOptions());
    m_searchTimer.setSingleShot(true);
    m_searchTimer.setInterval(kSearchDelayMs);
    connect(&m_searchTimer, &QTimer::timeout, this, [this] {
        m_model->setText(m_search->text());
        countFunctions();
    });
    connect(&record, &RecordModel::changed, this, &TracerPage::refresh);
    connect(&record, &RecordModel::machineChanged, this, [this] {
        makeOptionItems();
        refreshTracers();
        countFunctions();
        if (isVisible() && m_record.capabilities().functions && m_model->nameCount() == 0)
            Q_EMIT functionsWanted();
    });
    refreshTracers();
    refresh();
    countFunctions();
}

QWidget *TracerPage::makeChoice()
{
    auto *part = new QWidget(this);
    auto *form = new QFormLayout(part);
    form->setContentsMargins({});
    m_tracer = new QComboBox(part);
    m_tracer->setObjectName(u"tracer"_s);
    m_said = new QLabel(part);
    m_said->setWordWrap(true);
    m_said->setProperty("role", u"secondary"_s);
    form->addRow(tr("&Tracer"), m_tracer);
    form->addRow(QString(), m_said);
    m_depth = new QSpinBox(part);
    m_depth->setObjectName(u"depth"_s);
    m_depth->setRange(0, 50);
    m_depth->setSpecialValueText(tr("any depth"));
    m_depth->setSuffix(tr(" levels of calls"));
    m_threshold = new QSpinBox(part);
    m_threshold->setObjectName(u"threshold"_s);
    m_threshold->setRange(-1, 1'000'000'000);
    m_threshold->setSpecialValueText(tr("as it is"));
    m_threshold->setSuffix(tr(" µs or longer"));
    for (QSpinBox *box : {m_depth, m_threshold})
        box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    auto *numbers = new QHBoxLayout;
    numbers->addWidget(m_depth);
    numbers->addWidget(new QLabel(tr("Only what takes"), part));
    numbers->addWidget(m_threshold);
    numbers->addStretch(1);
    form->addRow(tr("Depth"), numbers);
    using Request = capture::InstanceRequest;
    const auto add = [&](std::size_t i, const QString &name, const QString &text,
                         Globs Request::*globs) {
        auto *field = new QLineEdit(part);
        field->setObjectName(name);
        field->setFont(fonts().mono);
        field->setPlaceholderText(tr("names or globs, with blanks between"));
        field->installEventFilter(this);
        m_lists[i] = {globs, field};
        form->addRow(text, field);
        connect(field, &QLineEdit::textEdited, this, [this, i] { takeList(m_lists[i]); });
    };
    add(kGraph, u"graphFunctions"_s, tr("&Graph of"), &Request::graphFunctions);
    add(1, u"noGraphFunctions"_s, tr("Not in the graph"), &Request::noGraphFunctions);
    add(2, u"functions"_s, tr("Only &functions"), &Request::functions);
    add(3, u"noFunctions"_s, tr("Not functions"), &Request::noFunctions);
    connect(m_tracer, &QComboBox::activated, this, [this](int row) {
        const std::string tracer = m_tracer->itemData(row).toString().toStdString();
        m_record.editInstance([&](Request &request) { request.tracer = tracer; });
    });
    connect(m_depth, &QSpinBox::valueChanged, this, [this](int value) {
        m_record.editInstance(
            [&](Request &request) { request.graphDepth = static_cast<std::uint32_t>(value); });
    });
    connect(m_threshold, &QSpinBox::valueChanged, this, [this](int value) {
        m_record.editInstance([&](Request &request) {
            request.thresholdUs = value < 0 ? std::nullopt
                                            : std::optional(static_cast<std::uint32_t>(value));
        });
    });
    return part;
}

QWidget *TracerPage::makeFunctions()
{
    auto *part = new QWidget(this);
    auto *layout = new QVBoxLayout(part);
    layout->setContentsMargins({});
    m_search = new QLineEdit(part);
    m_search->setObjectName(u"functionSearch"_s);
    m_search->setPlaceholderText(tr("Search the kernel’s functions: vfs_  ·  *_irq*"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    m_count = new QLabel(part);
    m_count->setWordWrap(true);
    m_count->setProperty("role", u"secondary"_s);
    m_functions = new QListView(part);
    m_functions->setObjectName(u"functionList"_s);
    m_functions->setModel(m_model);
    m_functions->setUniformItemSizes(true);
    m_functions->setFont(fonts().mono);
    m_functions->setAccessibleName(tr("Functions"));
    m_functions->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_functions->installEventFilter(this);
    layout->addWidget(m_search);
    layout->addWidget(m_count);
    layout->addWidget(m_functions, 1);
    connect(m_search, &QLineEdit::textChanged, &m_searchTimer, qOverload<>(&QTimer::start));
    connect(m_functions, &QListView::doubleClicked, this,
            [this](const QModelIndex &index) { addFunction(m_model->nameOf(index.row())); });
    return part;
}

QWidget *TracerPage::makeOptions()
{
    auto *part = new QWidget(this);
    part->setFixedWidth(kOptionsWidth);
    auto *layout = new QVBoxLayout(part);
    layout->setContentsMargins(kMargin, 0, 0, 0);
    layout->addWidget(heading(tr("OPTIONS OF THE KERNEL’S TRACING"), part));
    m_options = new QListWidget(part);
    m_options->setObjectName(u"options"_s);
    m_options->setAccessibleName(tr("Options of the kernel’s tracing"));
    layout->addWidget(m_options, 1);
    connect(m_options, &QListWidget::itemChanged, this, [this](const QListWidgetItem *item) {
        const std::string name = item->text().toStdString();
        const bool isOn = item->checkState() == Qt::Checked;
        m_record.editInstance([&](capture::InstanceRequest &request) {
            const auto &usual = m_record.capabilities().options;
            const auto at = usual.find(name);
            if (at != usual.end() && at->second == isOn)
                request.options.erase(name);
            else
                request.options[name] = isOn;
        });
    });
    return part;
}

void TracerPage::refreshTracers()
{
    m_tracer->clear();
    m_tracer->addItem(tr("None: events only"), QString());
    for (const auto &tracer : capture::tracersOf(m_record.capabilities())) {
        const QString name = fromUtf8(tracer.name);
        const QString text = fromUtf8(capture::tracerText(tracer.name));
        m_tracer->addItem(text.isEmpty() ? name : name + u" – "_s + text, name);
    }
    refresh();
}

void TracerPage::refreshTracerItems()
{
    auto *items = qobject_cast<QStandardItemModel *>(m_tracer->model());
    const auto tracers = capture::tracersOf(m_record.capabilities());
    const auto usesTop = [&](const capture::InstanceRequest &request) {
        return std::any_of(tracers.begin(), tracers.end(), [&](const auto &each) {
            return each.name == request.tracer && !each.inInstance;
        });
    };
    const auto other = m_record.otherInstance(usesTop);
    for (int row = 1; row < m_tracer->count(); ++row) {
        const auto &tracer = tracers[static_cast<std::size_t>(row - 1)];
        QString reason;
        if (m_record.knowsKernel() && !tracer.whyNot.empty())
            reason = fromUtf8(tracer.whyNot);
        else if (m_record.knowsKernel() && other && !tracer.inInstance)
            reason = tr("It works in the kernel’s own buffer only, and the buffer %1 has a tracer "
                        "there.")
                         .arg(m_record.titleOf(*other));
        items->item(row)->setEnabled(reason.isEmpty());
        m_tracer->setItemData(row, reason, Qt::ToolTipRole);
    }
}

QString
TracerPage::whyTaken(const std::function<bool(const capture::InstanceRequest &)> &isSet) const
{
    const auto other = isSet(m_record.instance()) ? std::nullopt : m_record.otherInstance(isSet);
    return other ? tr("The kernel has this once for all buffers, and it is set for the buffer %1.")
                       .arg(m_record.titleOf(*other))
                 : QString();
}

void TracerPage::makeOptionItems()
{
    const QSignalBlocker blocker(m_options);
    m_options->clear();
    for (const auto &[name, isUsual] : m_record.capabilities().options) {
        auto *item = new QListWidgetItem(fromUtf8(name), m_options);
        item->setToolTip(isUsual ? tr("Usually on") : tr("Usually off"));
    }
}

// The items stay: this may be called by one's own change.
void TracerPage::refreshOptions()
{
    const QSignalBlocker blocker(m_options);
    const auto &usual = m_record.capabilities().options;
    const auto &asked = m_record.instance().options;
    for (int row = 0; row < m_options->count(); ++row) {
        QListWidgetItem *item = m_options->item(row);
        const std::string name = item->text().toStdString();
        const auto at = asked.find(name);
        const bool isAsked = at != asked.end();
        item->setCheckState((isAsked ? at->second : usual.at(name)) ? Qt::Checked : Qt::Unchecked);
        item->setFont(isAsked ? fonts().strong : fonts().ui);
    }
}

void TracerPage::refresh()
{
    const auto &request = m_record.instance();
    const QSignalBlocker depth(m_depth);
    const QSignalBlocker threshold(m_threshold);
    m_tracer->setCurrentIndex(m_tracer->findData(fromUtf8(request.tracer)));
    refreshTracerItems();
    QString said;
    for (const auto &tracer : capture::tracersOf(m_record.capabilities())) {
        if (!m_record.knowsKernel() || tracer.name != request.tracer)
            continue;
        said = !tracer.whyNot.empty() ? fromUtf8(tracer.whyNot)
               : tracer.inInstance
                   ? QString()
                   : tr("It takes the kernel’s own buffer, if nobody else uses that.");
    }
    m_said->setText(said);
    m_said->setVisible(!said.isEmpty());
    m_depth->setValue(static_cast<int>(request.graphDepth));
    m_threshold->setValue(request.thresholdUs ? static_cast<int>(*request.thresholdUs) : -1);
    const bool isGraph = request.tracer == "function_graph";
    const QString noGraph = m_record.whyNot("function_graph");
    using Request = capture::InstanceRequest;
    const auto enable = [](QWidget *widget, const QString &whyNot) {
        widget->setEnabled(whyNot.isEmpty());
        widget->setToolTip(whyNot);
    };
    const auto firstOf = [](std::initializer_list<QString> reasons) {
        for (const QString &reason : reasons) {
            if (!reason.isEmpty())
                return reason;
        }
        return QString();
    };
    const QString notGraph = isGraph ? QString() : tr("Of the tracer function_graph");
    enable(m_depth, firstOf({noGraph, notGraph,
                             whyTaken([](const Request &each) { return each.graphDepth > 0; })}));
    enable(m_threshold,
           firstOf({request.tracer.empty() ? tr("Of tracers") : QString(),
                    whyTaken([](const Request &each) { return each.thresholdUs.has_value(); })}));
    const QString noChoice = m_record.knowsKernel() && !m_record.capabilities().functions
                                 ? tr("This kernel cannot choose functions "
                                      "(CONFIG_DYNAMIC_FTRACE).")
                                 : QString();
    for (std::size_t i = 0; i < m_lists.size(); ++i) {
        QLineEdit *field = m_lists[i].field;
        const auto globs = m_lists[i].globs;
        enable(field,
               i >= 2 ? noChoice : firstOf({noGraph, notGraph, whyTaken([&](const Request &each) {
                                                return !(each.*globs).empty();
                                            })}));
        if (split(field->text()) != request.*m_lists[i].globs)
            field->setText(joined(request.*m_lists[i].globs));
    }
    refreshOptions();
}

void TracerPage::takeList(const List &list)
{
    const auto globs = split(list.field->text());
    m_record.editInstance([&](capture::InstanceRequest &request) { request.*list.globs = globs; });
}

void TracerPage::addFunction(const std::string &name)
{
    std::size_t target = m_target;
    if (!m_lists[target].field->isEnabled())
        target = m_record.instance().tracer == "function_graph" ? kGraph : 2;
    if (!m_lists[target].field->isEnabled())
        return;
    m_record.editInstance([&](capture::InstanceRequest &request) {
        auto &globs = request.*m_lists[target].globs;
        if (std::find(globs.begin(), globs.end(), name) == globs.end())
            globs.push_back(name);
    });
}

void TracerPage::countFunctions()
{
    if (m_record.knowsKernel() && !m_record.capabilities().functions) {
        const QString reason = m_record.whyNot("function");
        m_count->setText(reason.isEmpty() ? tr("This kernel cannot choose functions "
                                               "(CONFIG_DYNAMIC_FTRACE).")
                                          : reason);
    } else if (m_model->nameCount() == 0) {
        m_count->setText(tr("The kernel’s functions are not known yet."));
    } else {
        m_count->setText(tr("%1 of %2 functions. Enter or a double click adds one to the list that "
                            "was written in last.")
                             .arg(groupedNumber(static_cast<std::uint64_t>(m_model->rowCount())),
                                  groupedNumber(m_model->nameCount())));
    }
    m_search->setEnabled(m_model->nameCount() > 0);
}

void TracerPage::setFunctions(std::vector<std::string> names)
{
    m_model->setNames(std::move(names));
    countFunctions();
}

bool TracerPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn) {
        for (std::size_t i = 0; i < m_lists.size(); ++i) {
            if (watched == m_lists[i].field)
                m_target = i;
        }
    }
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    const bool isReturn = key == Qt::Key_Return || key == Qt::Key_Enter;
    if (watched == m_search && key == Qt::Key_Down) {
        m_functions->setFocus();
        m_functions->setCurrentIndex(m_model->index(0));
        return true;
    }
    if ((watched == m_search || watched == m_functions) && isReturn) {
        m_searchTimer.stop();
        m_model->setText(m_search->text());
        const bool isGlob = watched == m_search && m_search->text().contains(u'*');
        const int row = std::max(0, m_functions->currentIndex().row());
        if (isGlob)
            addFunction(m_search->text().trimmed().toStdString());
        else if (row < m_model->rowCount())
            addFunction(m_model->nameOf(row));
        return true;
    }
    if (isReturn) {
        Q_EMIT recordRequested();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void TracerPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_record.capabilities().functions && m_model->nameCount() == 0)
        Q_EMIT functionsWanted();
}

} // namespace thresher::ui
