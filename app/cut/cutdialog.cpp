// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cut/cutdialog.h"

#include "app/settings.h"
#include "model/qt/numbertext.h"
#include "widgets/timeformat.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kProgressEveryMs = 80;
constexpr int kProgressSteps = 1000;
constexpr int kWidth = 620;
const auto kKey = u"cut/%1"_s;

struct Format
{
    int version;
    Compression compression;
    const char *text;
};
constexpr std::array kFormats{
    Format{7, Compression::Zstd, QT_TRANSLATE_NOOP("CutDialog", "Version 7, zstd: the smallest")},
    Format{7, Compression::Zlib, QT_TRANSLATE_NOOP("CutDialog", "Version 7, zlib")},
    Format{7, Compression::None, QT_TRANSLATE_NOOP("CutDialog", "Version 7, not compressed")},
    Format{6, Compression::None,
           QT_TRANSLATE_NOOP("CutDialog", "Version 6, not compressed: for older tools")},
};

enum class Events : std::uint8_t { All, Shown };

} // namespace

CutDialog::CutDialog(ViewState &view, Settings &settings, const QString &path, QWidget *parent)
    : QDialog(parent)
    , m_view(view)
    , m_settings(settings)
{
    setObjectName(u"cutDialog"_s);
    setWindowTitle(tr("Cut to trace.dat"));
    m_progressTimer.setInterval(kProgressEveryMs);
    connect(&m_progressTimer, &QTimer::timeout, this,
            [this] { m_progress->setValue(static_cast<int>(m_job.fraction() * kProgressSteps)); });
    makeFields();
    makeLayout();
    m_path->setText(QDir::toNativeSeparators(path));
    restore();
    connect(&view, &ViewState::changed, this, [this] {
        if (!isWriting())
            refresh();
    });
    refresh();
    m_path->setFocus();
    m_path->setSelection(static_cast<int>(m_path->text().lastIndexOf(u'/')) + 1,
                         static_cast<int>(QFileInfo(path).completeBaseName().size()));
    resize(kWidth, sizeHint().height());
}

// The choice that is meant most likely comes first.
void CutDialog::makeRanges()
{
    const auto style = timeStyle(m_view);
    const auto add = [&](const QString &what, TimeRange range) {
        m_range->addItem(what.arg(formatTime(range.begin, style),
                                  formatTimeWithUnit(range.end, style),
                                  formatDuration(range.duration(), style.isNanoseconds)),
                         QVariantList{qlonglong{range.begin}, qlonglong{range.end}});
    };
    if (const auto selected = m_view.selectedRange(); selected && !selected->isEmpty())
        add(tr("Selected: %1 to %2 (%3)"), *selected);
    const auto whole = m_view.traceRange();
    const auto visible = m_view.visibleRange();
    if (!visible.isEmpty() && (visible.begin > whole.begin || visible.end < whole.end))
        add(tr("Visible: %1 to %2 (%3)"), visible);
    m_range->addItem(
        tr("Whole trace (%1)").arg(formatDuration(whole.duration(), style.isNanoseconds)),
        QVariantList{qlonglong{kTimeMin}, qlonglong{kTimeMax}});
}

void CutDialog::makeFields()
{
    m_fields = new QWidget(this);
    const auto makeBox = [this](const QString &name) {
        auto *box = new QComboBox(m_fields);
        box->setObjectName(name);
        connect(box, &QComboBox::currentIndexChanged, this, &CutDialog::refresh);
        return box;
    };
    m_range = makeBox(u"range"_s);
    makeRanges();
    m_events = makeBox(u"events"_s);
    m_events->addItem(tr("All, of all CPUs"), static_cast<int>(Events::All));
    if (!m_view.expression().isEmpty()) {
        m_events->addItem(tr("Only those that the table shows"), static_cast<int>(Events::Shown));
        m_events->setCurrentIndex(1);
    }
    m_events->setEnabled(m_events->count() > 1);
    m_events->setToolTip(m_events->count() > 1
                             ? QString()
                             : tr("Hide CPUs, tasks or events, or filter, to choose some"));
    m_format = makeBox(u"format"_s);
    for (std::size_t i = 0; i < kFormats.size(); ++i)
        m_format->addItem(tr(kFormats[i].text), static_cast<int>(i));
    m_names = new QCheckBox(tr("Replace tasks’ &names by task-1, task-2, …"), m_fields);
    m_names->setObjectName(u"names"_s);
    m_names->setToolTip(tr("Idle tasks and the kernel’s own threads keep their names"));
    m_strings = new QCheckBox(tr("Make other &texts unreadable: paths, messages, the host"),
                              m_fields);
    m_strings->setObjectName(u"strings"_s);
    m_strings->setToolTip(
        tr("As many letters, the same for the same text. Numbers, times and names "
           "of functions and events stay."));
    m_path = new QLineEdit(m_fields);
    m_path->setObjectName(u"path"_s);
    m_estimate = new QLabel(this);
    m_estimate->setObjectName(u"estimate"_s);
    m_progress = new QProgressBar(this);
    m_progress->setObjectName(u"progress"_s);
    m_progress->setRange(0, kProgressSteps);
    m_progress->setTextVisible(false);
    auto policy = m_progress->sizePolicy();
    policy.setRetainSizeWhenHidden(true); // the dialog is not to jump
    m_progress->setSizePolicy(policy);
    m_progress->hide();
    m_note = new QLabel(this);
    m_note->setObjectName(u"note"_s);
    m_note->setWordWrap(true);
    m_note->setMinimumHeight(2 * m_note->fontMetrics().lineSpacing());
    m_note->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    connect(m_path, &QLineEdit::textChanged, this, &CutDialog::refresh);
}

void CutDialog::makeLayout()
{
    auto *browseButton = new QPushButton(tr("&Browse…"), m_fields);
    browseButton->setObjectName(u"browse"_s);
    browseButton->setAutoDefault(false);
    connect(browseButton, &QPushButton::clicked, this, &CutDialog::browse);
    auto *file = new QHBoxLayout;
    file->addWidget(m_path, 1);
    file->addWidget(browseButton);
    auto *form = new QFormLayout(m_fields);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(9);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Range"), m_range);
    form->addRow(tr("Events"), m_events);
    form->addRow(tr("Format"), m_format);
    form->addRow(tr("Anonymise"), m_names);
    form->addRow(QString(), m_strings);
    form->addRow(tr("File"), file);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_save = buttons->addButton(tr("Cut"), QDialogButtonBox::AcceptRole);
    m_save->setObjectName(u"save"_s);
    m_save->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &CutDialog::save);
    connect(buttons, &QDialogButtonBox::rejected, this, &CutDialog::reject);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(12);
    layout->addWidget(m_fields);
    layout->addWidget(m_estimate);
    layout->addWidget(m_progress);
    layout->addWidget(m_note);
    layout->addStretch(1);
    layout->addWidget(buttons);
}

void CutDialog::restore()
{
    const auto kept = [this](const QString &name) { return m_settings.value(kKey.arg(name)); };
    m_format->setCurrentIndex(std::max(0, m_format->findData(kept(u"format"_s).toInt())));
    m_names->setChecked(kept(u"names"_s).toBool());
    m_strings->setChecked(kept(u"strings"_s).toBool());
}

void CutDialog::keep() const
{
    m_settings.setValue(kKey.arg(u"format"_s), m_format->currentData());
    m_settings.setValue(kKey.arg(u"names"_s), m_names->isChecked());
    m_settings.setValue(kKey.arg(u"strings"_s), m_strings->isChecked());
    m_settings.setValue(kKey.arg(u"folder"_s), QFileInfo(path()).absolutePath());
}

QString CutDialog::path() const
{
    return QDir::fromNativeSeparators(m_path->text().trimmed());
}

/// A filter's result is of the snapshot that it was made of.
std::shared_ptr<const IndexSnapshot> CutDialog::snapshot() const
{
    const bool isShown = m_events->currentData().toInt() == static_cast<int>(Events::Shown);
    return isShown ? m_view.rows().snapshot() : m_view.snapshot();
}

CutRequest CutDialog::request() const
{
    CutRequest request;
    const auto range = m_range->currentData().toList();
    if (range.size() == 2)
        request.range = {range[0].toLongLong(), range[1].toLongLong()};
    if (m_events->currentData().toInt() == static_cast<int>(Events::Shown))
        request.selection = m_view.rows().selection();
    const auto &format = kFormats[static_cast<std::size_t>(
        std::clamp(m_format->currentIndex(), 0, static_cast<int>(kFormats.size()) - 1))];
    request.version = format.version;
    request.compression = format.compression;
    request.anonymise = {m_names->isChecked(), m_strings->isChecked()};
    request.path = QFile::encodeName(path()).toStdString();
    request.mayReplace = true; // what the button says
    return request;
}

void CutDialog::tell(const QString &text, bool isProblem)
{
    m_note->setProperty("role", isProblem ? u"bad"_s : u"secondary"_s);
    m_note->style()->polish(m_note);
    m_note->setText(text);
}

void CutDialog::refresh()
{
    if (m_save == nullptr || isWriting())
        return; // while it is made
    const auto from = snapshot();
    if (from == nullptr) {
        m_save->setEnabled(false);
        return;
    }
    const auto estimate = estimateCut(*from, request());
    m_estimate->setText(estimate.events == 1
                            ? tr("1 event, about %1").arg(sizeText(estimate.bytes))
                            : tr("%1 events, about %2")
                                  .arg(groupedNumber(estimate.events), sizeText(estimate.bytes)));
    const QFileInfo target(path());
    const bool isThere = !path().isEmpty() && target.isFile();
    m_save->setText(isThere ? tr("Replace") : tr("Cut"));
    m_save->setEnabled(estimate.isReady && !path().isEmpty());
    if (!estimate.isReady)
        tell(tr("The trace is still being read, or filtered, within this range. It can be cut once "
                "that is done."),
             false);
    else if (isThere)
        tell(tr("There is a file of this name."), false);
    else
        tell({}, false);
}

void CutDialog::browse()
{
    auto *dialog = new QFileDialog(this, tr("Cut to trace.dat"), path(),
                                   tr("Recordings of trace-cmd (*.dat)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"dat"_s);
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // it is said here
    connect(dialog, &QFileDialog::fileSelected, m_path,
            [this](const QString &chosen) { m_path->setText(QDir::toNativeSeparators(chosen)); });
    dialog->open();
}

void CutDialog::save()
{
    const auto from = snapshot();
    if (from == nullptr || isWriting() || !m_save->isEnabled())
        return;
    m_fields->setEnabled(false);
    m_save->setEnabled(false);
    m_progress->setValue(0);
    m_progress->show();
    tell({}, false);
    m_progressTimer.start();
    m_job.start(
        [from, request = request()](const std::stop_token &stop, Progress &progress) {
            return cutTrace(from, request, stop, progress);
        },
        [this](const Result<CutSummary> &result) { finish(result); });
}

void CutDialog::finish(const Result<CutSummary> &result)
{
    m_progressTimer.stop();
    m_progress->hide();
    m_fields->setEnabled(true);
    if (result) {
        keep();
        Q_EMIT saved(QFileInfo(path()).absoluteFilePath(), result->events, result->bytes);
        accept();
        return;
    }
    refresh();
    if (result.error().kind == ErrorKind::Cancelled)
        tell(tr("Cancelled: no file was left behind."), false);
    else
        tell(QString::fromStdString(result.error().what), true);
}

void CutDialog::reject()
{
    if (isWriting())
        m_job.cancel();
    else
        QDialog::reject();
}

} // namespace thresher::ui
