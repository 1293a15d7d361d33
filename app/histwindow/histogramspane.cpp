// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/histwindow/histogramspane.h"

#include "app/histwindow/histogramtable.h"
#include "widgets/tables/datatableview.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>

namespace thresher::ui {

using namespace Qt::StringLiterals;

HistogramsPane::HistogramsPane(ViewState &view, QWidget *parent)
    : QWidget(parent)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->setSpacing(10);
    m_choice = new QComboBox(this);
    m_choice->setObjectName(u"histogram"_s);
    m_choice->setAccessibleName(tr("Histogram"));
    m_choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_choice->setMinimumContentsLength(24);
    m_totals = new QLabel(this);
    m_totals->setTextFormat(Qt::PlainText);
    m_totals->setProperty("role", u"secondary"_s);
    auto *copy = new QToolButton(this);
    copy->setObjectName(u"copyHistogram"_s);
    copy->setText(tr("Copy CSV"));
    copy->setToolTip(tr("Copy this histogram as comma-separated values, in the kernel's order"));
    bar->addWidget(m_choice, 1);
    bar->addWidget(m_totals);
    bar->addWidget(copy);
    layout->addLayout(bar);
    auto *pages = new QWidget(this);
    m_pages = new QStackedLayout(pages);
    m_nothing = new QLabel(tr("No histograms were counted. “Recording ▸ Count by field…” has the "
                              "kernel count events while others are recorded."),
                           pages);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_nothing->setProperty("role", u"secondary"_s);
    m_table = new DataTableView(view, tr("Histogram"), pages);
    m_table->setObjectName(u"histogramTable"_s);
    m_pages->addWidget(m_nothing);
    m_pages->addWidget(m_table);
    layout->addWidget(pages, 1);
    connect(m_choice, &QComboBox::currentIndexChanged, this, &HistogramsPane::refresh);
    connect(copy, &QToolButton::clicked, this, &HistogramsPane::copyCsv);
    refresh();
}

void HistogramsPane::clear()
{
    m_job.abandon();
    m_texts.clear();
    show({});
}

void HistogramsPane::take(std::uint16_t instance, const std::string &event, const std::string &text)
{
    m_texts[{instance == 0 ? std::string() : std::to_string(instance), event}] = text;
    if (m_job.isRunning())
        m_isStale = true;
    else
        parse();
}

void HistogramsPane::showTrace(std::shared_ptr<const TraceFile> trace)
{
    m_texts.clear();
    m_isStale = false;
    m_job.start(
        [trace = std::move(trace)](const std::stop_token &, Progress &) {
            // Damage is told where the trace is opened; what can be read is shown.
            return read(readKeptHistograms(*trace).value_or(std::vector<KeptHistograms>()));
        },
        [this](std::vector<Shown> shown) { show(std::move(shown)); });
}

std::vector<HistogramsPane::Shown> HistogramsPane::read(const std::vector<KeptHistograms> &texts)
{
    std::vector<Shown> all;
    for (const KeptHistograms &kept : texts)
        for (capture::Histogram &histogram : capture::parseHistograms(kept.text)) {
            if (histogram.isAuxiliary())
                continue;
            QString title = QString::fromStdString(kept.event).replace(u'/', u':');
            if (!kept.instance.empty())
                title.prepend(QString::fromStdString(kept.instance) + u"  "_s);
            title += u"   "_s + QString::fromStdString(histogram.trigger).mid(5);
            all.push_back({std::move(title), std::move(histogram)});
        }
    return all;
}

void HistogramsPane::parse()
{
    m_isStale = false;
    std::vector<KeptHistograms> texts;
    for (const auto &[name, text] : m_texts)
        texts.push_back({name.first, name.second, text});
    m_job.start(
        [texts = std::move(texts)](const std::stop_token &, Progress &) { return read(texts); },
        [this](std::vector<Shown> shown) {
            show(std::move(shown));
            if (m_isStale)
                parse();
        });
}

void HistogramsPane::show(std::vector<Shown> shown)
{
    const bool wasFilled = !m_shown.empty();
    const QString chosen = m_choice->currentText();
    m_shown = std::move(shown);
    QStringList titles;
    for (const Shown &each : m_shown)
        titles << each.title;
    QStringList before;
    for (int i = 0; i < m_choice->count(); ++i)
        before << m_choice->itemText(i);
    if (titles != before) {
        const QSignalBlocker blocker(m_choice);
        m_choice->clear();
        m_choice->addItems(titles);
        m_choice->setCurrentIndex(std::max<int>(0, static_cast<int>(titles.indexOf(chosen))));
    }
    refresh();
    if (wasFilled != !m_shown.empty())
        Q_EMIT filled(!m_shown.empty());
}

QString HistogramsPane::totals() const
{
    return m_totals->text();
}

void HistogramsPane::refresh()
{
    const int index = m_choice->currentIndex();
    const bool isThere = index >= 0 && static_cast<std::size_t>(index) < m_shown.size();
    m_pages->setCurrentWidget(isThere ? static_cast<QWidget *>(m_table) : m_nothing);
    m_choice->setEnabled(isThere);
    m_choice->setToolTip(isThere ? m_choice->currentText() : QString());
    if (!isThere) {
        m_totals->clear();
        m_table->setTable({});
        return;
    }
    const capture::Histogram &histogram = m_shown[static_cast<std::size_t>(index)].histogram;
    m_table->setTable(dataTableOf(histogram));
    const auto number = [](std::uint64_t value) {
        return QLocale(QLocale::English).toString(static_cast<qulonglong>(value));
    };
    QString text = tr("%1 hits, %2 entries").arg(number(histogram.hits), number(histogram.entries));
    if (histogram.dropped > 0)
        text += tr(", %1 hits without a place").arg(number(histogram.dropped));
    if (!histogram.isWhole)
        text += tr(", cut short");
    m_totals->setText(text);
    m_totals->setToolTip(histogram.dropped > 0
                             ? tr("The table was full: a larger size counts them all.")
                             : QString());
}

void HistogramsPane::copyCsv()
{
    const int index = m_choice->currentIndex();
    if (index >= 0 && static_cast<std::size_t>(index) < m_shown.size())
        QApplication::clipboard()->setText(QString::fromStdString(
            capture::histogramCsv(m_shown[static_cast<std::size_t>(index)].histogram)));
}

} // namespace thresher::ui
