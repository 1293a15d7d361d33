// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/saveset.h"

#include "capture/probes/probeset.h"
#include "widgets/theme.h"

#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QRegularExpressionValidator>
#include <QSaveFile>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kWidth = 460;
constexpr int kHelpHeight = 70;

} // namespace

QString SaveSetDialog::usualFolder()
{
    return QString::fromStdString(capture::probeSetFolders().front().string());
}

SaveSetDialog::SaveSetDialog(std::vector<capture::ProbeRequest> probes, QString folder,
                             QWidget *parent)
    : QDialog(parent)
    , m_probes(std::move(probes))
    , m_folder(std::move(folder))
    , m_name(new QLineEdit(this))
    , m_title(new QLineEdit(this))
    , m_help(new QPlainTextEdit(this))
    , m_problem(new QLabel(this))
    , m_save(new QPushButton(tr("&Save"), this))
{
    setObjectName(u"saveSetDialog"_s);
    setWindowTitle(tr("Save as a set of probes"));
    m_name->setObjectName(u"setName"_s);
    m_name->setFont(fonts().mono);
    m_name->setValidator(new QRegularExpressionValidator(
        QRegularExpression(u"[A-Za-z0-9][A-Za-z0-9_-]{0,62}"_s), m_name));
    m_name->setPlaceholderText(tr("slow-reads"));
    m_title->setObjectName(u"setTitle"_s);
    m_title->setPlaceholderText(tr("Reads that take long"));
    m_help->setFixedHeight(kHelpHeight);
    m_help->setTabChangesFocus(true);
    m_help->setPlaceholderText(tr("What it tells, and what it costs"));
    m_problem->setWordWrap(true);
    m_problem->setProperty("role", u"warning"_s);
    m_save->setObjectName(u"saveSetNow"_s);
    m_save->setDefault(true);
    auto *cancel = new QPushButton(tr("Cancel"), this);
    auto *form = new QFormLayout;
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("&Title"), m_title);
    form->addRow(tr("&Help"), m_help);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_problem, 1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_save);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addLayout(buttons);
    setMinimumWidth(kWidth);
    connect(m_name, &QLineEdit::textChanged, this, &SaveSetDialog::refresh);
    connect(m_save, &QPushButton::clicked, this, &SaveSetDialog::save);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    refresh();
}

QString SaveSetDialog::problemText() const
{
    return m_problem->text();
}

QString SaveSetDialog::file() const
{
    return m_folder + u'/' + m_name->text() + u".json"_s;
}

void SaveSetDialog::refresh()
{
    const bool canKeep = !m_folder.isEmpty();
    m_save->setEnabled(canKeep && m_name->hasAcceptableInput());
    const bool exists = m_name->hasAcceptableInput() && QFileInfo::exists(file());
    m_save->setText(exists ? tr("&Replace") : tr("&Save"));
    m_problem->setText(!canKeep ? tr("Nothing is kept in this run.")
                       : exists ? tr("There is a set of that name already.")
                                : QString());
    m_save->setToolTip(canKeep ? tr("Into %1").arg(m_folder) : QString());
}

void SaveSetDialog::save()
{
    capture::ProbeSet named = capture::setOfProbes(m_name->text().toStdString(), m_probes);
    named.title = m_title->text().trimmed().toStdString();
    named.help = m_help->toPlainText().trimmed().toStdString();
    if (named.title.empty())
        named.title = named.name;
    // What is written can be read again, or it is not written.
    const std::string text = capture::printProbeSet(named);
    const auto readable = capture::parseProbeSet(text, named.name);
    if (!readable) {
        m_problem->setText(QString::fromStdString(readable.error().text()));
        return;
    }
    QDir().mkpath(m_folder);
    QSaveFile target(file());
    if (!target.open(QIODevice::WriteOnly)
        || target.write(text.data(), static_cast<qint64>(text.size())) < 0 || !target.commit()) {
        m_problem->setText(tr("%1: %2").arg(file(), target.errorString()));
        return;
    }
    Q_EMIT saved(file());
    accept();
}

} // namespace thresher::ui
