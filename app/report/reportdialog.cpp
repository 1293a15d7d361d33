// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/report/reportdialog.h"

#include "model/cut/cut.h"
#include "model/qt/numbertext.h"
#include "widgets/timeformat.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QStyle>
#include <QUrl>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kSizesAfterMs = 60;
constexpr int kProgressMs = 50;
constexpr std::uint64_t kBytesPerLine = 100; ///< Of an event as text, about.

enum Range : int { Selected, Visible, Whole };

void setRole(QLabel *label, const QString &role)
{
    label->setProperty("role", role);
    label->style()->unpolish(label);
    label->style()->polish(label);
}

QString rangeText(const ViewState &view, TimeRange range)
{
    const TimeStyle style = timeStyle(view);
    const DurationNs step = std::max<DurationNs>(1, range.duration() / 1000);
    return u"%1 – %2 (%3)"_s.arg(formatTime(range.begin, style, step),
                                 formatTimeWithUnit(range.end, style, step),
                                 formatDurationShort(range.duration(), style.isNanoseconds));
}

} // namespace

ReportDialog::ReportDialog(ViewState &view, const QString &path, QWidget *parent)
    : QDialog(parent)
    , m_view(view)
{
    setObjectName(u"reportDialog"_s);
    setWindowTitle(tr("Bug report"));
    m_sizesTimer.setSingleShot(true);
    m_sizesTimer.setInterval(kSizesAfterMs);
    connect(&m_sizesTimer, &QTimer::timeout, this, &ReportDialog::updateSizes);
    m_progressTimer.setInterval(kProgressMs);
    connect(&m_progressTimer, &QTimer::timeout, this, [this] {
        m_progress->setValue(static_cast<int>(m_maker.fraction() * m_progress->maximum()));
    });
    connect(&m_maker, &ReportMaker::finished, this, &ReportDialog::finish);
    connect(&m_maker, &ReportMaker::failed, this, [this](const Error &error) {
        setRunning(false);
        if (error.kind == ErrorKind::Cancelled)
            m_note->setText(tr("Stopped; nothing was written."));
        else
            showProblem(QString::fromStdString(error.what));
    });
    makeFields();
    m_pages = new QStackedWidget(this);
    m_fields = makeFieldsPage();
    m_pages->addWidget(m_fields);
    m_pages->addWidget(makeDonePage());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->addWidget(m_pages, 1);
    layout->addWidget(m_note);
    makeButtons();
    m_path->setText(QDir::toNativeSeparators(path));
    fieldsChanged();
    m_what->setFocus();
    resize(640, 520);
}

ReportDialog::Part ReportDialog::addPart(const QString &name, const QString &text)
{
    Part part{new QCheckBox(text, this), new QLabel(this)};
    part.box->setObjectName(name);
    part.box->setChecked(true);
    part.size->setObjectName(name + u"Size"_s);
    setRole(part.size, u"secondary"_s);
    connect(part.box, &QCheckBox::toggled, this, &ReportDialog::fieldsChanged);
    return part;
}

void ReportDialog::makeFields()
{
    m_what = new QPlainTextEdit(this);
    m_what->setObjectName(u"what"_s);
    m_what->setTabChangesFocus(true);
    m_what->setPlaceholderText(
        tr("What happened, and what should have happened? Where should one look?"));
    m_range = new QComboBox(this);
    m_range->setObjectName(u"range"_s);
    if (const auto selected = m_view.selectedRange())
        m_range->addItem(tr("Selection: %1").arg(rangeText(m_view, *selected)), Selected);
    m_range->addItem(tr("In view: %1").arg(rangeText(m_view, m_view.visibleRange())), Visible);
    m_range->addItem(tr("Whole trace: %1").arg(rangeText(m_view, m_view.traceRange())), Whole);
    connect(m_range, &QComboBox::currentIndexChanged, this, &ReportDialog::fieldsChanged);
    m_summaryPart = addPart(u"summary"_s,
                            tr("summary.md: the recording, range, filter, counts, losses, damage"));
    m_summaryPart.box->setEnabled(false); // without it nobody knows what the rest is
    m_picturesPart = addPart(u"pictures"_s,
                             tr("Pictures: the range as PNG and SVG, the whole trace as PNG"));
    m_eventsPart = addPart(u"events"_s, tr("events.txt: the events of the range as text"));
    m_tracePart = addPart(u"trace"_s,
                          tr("trace.dat: the recording of the range, all events of it"));
    m_sessionPart = addPart(u"session"_s, tr("session.json: what was looked at"));
    m_anonymous = new QCheckBox(
        tr("&Anonymise: replace names of tasks, hosts and files, and other texts"), this);
    m_anonymous->setObjectName(u"anonymise"_s);
    connect(m_anonymous, &QCheckBox::toggled, this, &ReportDialog::fieldsChanged);
    m_path = new QLineEdit(this);
    m_path->setObjectName(u"path"_s);
    connect(m_path, &QLineEdit::textEdited, this, &ReportDialog::fieldsChanged);
    m_note = new QLabel(this);
    m_note->setObjectName(u"note"_s);
    m_note->setWordWrap(true);
}

QWidget *ReportDialog::makeFieldsPage()
{
    auto *page = new QWidget(this);
    auto *heading = new QLabel(tr("WHAT HAPPENED"), page);
    setRole(heading, u"heading"_s);
    auto *holds = new QLabel(tr("WHAT THE REPORT HOLDS"), page);
    setRole(holds, u"heading"_s);
    auto *parts = new QGridLayout;
    parts->setColumnStretch(0, 1);
    parts->setVerticalSpacing(6);
    int row = 0;
    for (const Part &part :
         {m_summaryPart, m_picturesPart, m_tracePart, m_eventsPart, m_sessionPart}) {
        parts->addWidget(part.box, row, 0);
        parts->addWidget(part.size, row++, 1, Qt::AlignRight);
    }
    auto *range = new QHBoxLayout;
    range->addWidget(new QLabel(tr("Range"), page));
    range->addWidget(m_range, 1);
    auto *browseButton = new QPushButton(tr("&Browse…"), page);
    browseButton->setObjectName(u"browse"_s);
    connect(browseButton, &QPushButton::clicked, this, &ReportDialog::browse);
    auto *file = new QHBoxLayout;
    file->addWidget(new QLabel(tr("File"), page));
    file->addWidget(m_path, 1);
    file->addWidget(browseButton);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins({});
    layout->setSpacing(10);
    layout->addWidget(heading);
    layout->addWidget(m_what, 1);
    layout->addLayout(range);
    layout->addWidget(holds);
    layout->addLayout(parts);
    layout->addWidget(m_anonymous);
    layout->addLayout(file);
    return page;
}

QWidget *ReportDialog::makeDonePage()
{
    auto *page = new QWidget(this);
    m_done = new QLabel(page);
    m_done->setObjectName(u"done"_s);
    m_done->setWordWrap(true);
    m_done->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *show = new QPushButton(tr("&Show in folder"), page);
    show->setObjectName(u"show"_s);
    connect(show, &QPushButton::clicked, this, [this] {
        QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(path()).absolutePath()));
    });
    auto *copy = new QPushButton(tr("&Copy path"), page);
    copy->setObjectName(u"copyPath"_s);
    connect(copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(QFileInfo(path()).absoluteFilePath());
        m_note->setText(tr("The path is in the clipboard."));
    });
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(show);
    buttons->addWidget(copy);
    buttons->addStretch(1);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins({});
    layout->setSpacing(14);
    layout->addWidget(m_done);
    layout->addLayout(buttons);
    layout->addStretch(1);
    return page;
}

void ReportDialog::makeButtons()
{
    m_progress = new QProgressBar(this);
    m_progress->setObjectName(u"progress"_s);
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->hide();
    m_create = new QPushButton(tr("Create report"), this);
    m_create->setObjectName(u"create"_s);
    m_create->setDefault(true);
    connect(m_create, &QPushButton::clicked, this, &ReportDialog::start);
    m_close = new QPushButton(tr("Cancel"), this);
    m_close->setObjectName(u"close"_s);
    connect(m_close, &QPushButton::clicked, this, &ReportDialog::reject);
    auto *row = new QHBoxLayout;
    row->addWidget(m_progress, 1);
    row->addStretch(1);
    row->addWidget(m_close);
    row->addWidget(m_create);
    qobject_cast<QVBoxLayout *>(layout())->addLayout(row);
}

TimeRange ReportDialog::range() const
{
    switch (m_range->currentData().toInt()) {
    case Selected:
        return m_view.selectedRange().value_or(m_view.visibleRange());
    case Whole:
        return m_view.traceRange();
    default:
        return m_view.visibleRange();
    }
}

QString ReportDialog::path() const
{
    return QDir::fromNativeSeparators(m_path->text());
}

ReportOptions ReportDialog::options() const
{
    ReportOptions options;
    options.range = range();
    options.path = path();
    options.hasPictures = m_picturesPart.box->isChecked();
    options.hasTrace = m_tracePart.box->isChecked();
    options.isAnonymous = m_anonymous->isChecked();
    options.hasEvents = m_eventsPart.box->isChecked();
    options.hasSession = m_sessionPart.box->isChecked();
    options.whatHappened = m_what->toPlainText();
    return options;
}

void ReportDialog::fieldsChanged()
{
    const bool isThere = QFileInfo(path()).isFile();
    m_create->setText(isThere ? tr("Replace report") : tr("Create report"));
    m_create->setEnabled(!path().isEmpty());
    setRole(m_note, u"secondary"_s);
    m_note->setText(isThere ? tr("There is a file of this name.") : QString());
    m_sizesTimer.start();
}

void ReportDialog::updateSizes()
{
    if (m_picturesPart.box->isChecked() && (m_pictures.empty() || !(m_drawnRange == range()))) {
        m_drawnRange = range();
        m_pictures = reportPictures(m_view, m_drawnRange);
    }
    std::uint64_t bytes = 0;
    for (const ReportFile &file : m_pictures)
        bytes += file.bytes.size();
    m_picturesPart.size->setText(m_picturesPart.box->isChecked() ? sizeText(bytes) : QString());
    CutRequest part;
    part.range = range();
    m_tracePart.size->setText(
        m_tracePart.box->isChecked()
            ? tr("about %1").arg(sizeText(estimateCut(*m_view.rows().snapshot(), part).bytes))
            : QString());
    const Row first = m_view.rows().lowerBound(range().begin);
    const std::uint64_t events = std::max(first, m_view.rows().lowerBound(range().end)) - first;
    const std::uint64_t listed = std::min(events, kUsualEventLimit);
    const QString count
        = listed < events
              ? tr("the first %1 of %2 events").arg(groupedNumber(listed), groupedNumber(events))
              : tr("%1 events").arg(groupedNumber(events));
    m_eventsPart.size->setText(m_eventsPart.box->isChecked()
                                   ? tr("%1, about %2").arg(count, sizeText(listed * kBytesPerLine))
                                   : QString());
}

void ReportDialog::browse()
{
    auto *dialog = new QFileDialog(this, tr("Bug report"), path(), tr("Zip archives (*.zip)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"zip"_s);
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // it is said here
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &chosen) {
        m_path->setText(QDir::toNativeSeparators(chosen));
        fieldsChanged();
    });
    dialog->open();
}

void ReportDialog::start()
{
    if (const auto checked = checkReportPath(path(), true); !checked) {
        showProblem(QString::fromStdString(checked.error().what));
        return;
    }
    const bool isDrawn = m_drawnRange == range();
    setRunning(true);
    m_maker.start(m_view, options(), isDrawn ? m_pictures : std::vector<ReportFile>());
}

void ReportDialog::setRunning(bool isRunning)
{
    setRole(m_note, u"secondary"_s);
    m_note->setText(isRunning ? tr("Writing …") : QString());
    m_fields->setEnabled(!isRunning);
    m_create->setEnabled(!isRunning);
    m_progress->setValue(0);
    m_progress->setVisible(isRunning);
    if (isRunning)
        m_progressTimer.start();
    else
        m_progressTimer.stop();
}

void ReportDialog::finish(const ReportSummary &summary)
{
    setRunning(false);
    m_create->hide();
    m_close->setText(tr("Close"));
    m_close->setDefault(true);
    QString text = tr("The report is written: %1, %2.")
                       .arg(QDir::toNativeSeparators(QFileInfo(path()).absoluteFilePath()),
                            sizeText(summary.bytes));
    if (!m_anonymous->isChecked())
        text += u"\n\n"_s
                + tr("It names hosts, tasks and files of the recording. Look into it before you "
                     "give it away; summary.md tells what is in it.");
    m_done->setText(text);
    m_pages->setCurrentIndex(1);
}

void ReportDialog::showProblem(const QString &text)
{
    setRole(m_note, u"bad"_s);
    m_note->setText(text);
}

void ReportDialog::reject()
{
    if (m_maker.isRunning())
        m_maker.cancel();
    else
        QDialog::reject();
}

} // namespace thresher::ui
