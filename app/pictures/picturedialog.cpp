// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/pictures/picturedialog.h"

#include "app/settings.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSpinBox>
#include <QStyle>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kPreviewAfterMs = 40;
constexpr QSize kLeastPreview{480, 260};
constexpr QSize kLeastPicture{320, 160};
const auto kKey = u"picture/%1"_s;

template<typename Enum>
Enum currentOf(const QComboBox *box)
{
    return static_cast<Enum>(box->currentData().toInt());
}

void choose(QComboBox *box, int value)
{
    box->setCurrentIndex(std::max(0, box->findData(value)));
}

QComboBox *makeBox(const QString &name, const QList<std::pair<QString, int>> &choices,
                   QWidget *parent)
{
    auto *box = new QComboBox(parent);
    box->setObjectName(name);
    for (const auto &[text, value] : choices)
        box->addItem(text, value);
    return box;
}

QSpinBox *makeSide(const QString &name, int least, const QString &what, QWidget *parent)
{
    auto *side = new QSpinBox(parent);
    side->setObjectName(name);
    side->setRange(least, 8192);
    side->setSuffix(u" px"_s);
    side->setButtonSymbols(QAbstractSpinBox::NoButtons);
    side->setAccessibleName(what);
    return side;
}

} // namespace

PictureDialog::PictureDialog(const PictureSubject &subject, Settings &settings, const QString &path,
                             QWidget *parent)
    : QDialog(parent)
    , m_subject(subject)
    , m_settings(settings)
{
    setObjectName(u"pictureDialog"_s);
    setWindowTitle(tr("Save picture"));
    m_previewTimer.setSingleShot(true);
    m_previewTimer.setInterval(kPreviewAfterMs);
    connect(&m_previewTimer, &QTimer::timeout, this, &PictureDialog::updatePreview);
    makeFields();
    makeLayout();
    m_path->setText(QDir::toNativeSeparators(path));
    restore();
    fieldsChanged();
    m_path->setFocus();
    m_path->setSelection(static_cast<int>(m_path->text().lastIndexOf(u'/')) + 1,
                         static_cast<int>(QFileInfo(path).completeBaseName().size()));
    resize(900, 620);
}

void PictureDialog::makeFields()
{
    m_what = makeBox(u"what"_s,
                     {{tr("Timeline"), static_cast<int>(PictureWhat::Timeline)},
                      {tr("Whole window"), static_cast<int>(PictureWhat::Window)}},
                     this);
    m_format = makeBox(u"format"_s,
                       {{tr("PNG: pixels"), static_cast<int>(PictureFormat::Png)},
                        {tr("SVG: shapes and text"), static_cast<int>(PictureFormat::Svg)},
                        {tr("PDF: shapes and text"), static_cast<int>(PictureFormat::Pdf)}},
                       this);
    m_colours = makeBox(u"colours"_s,
                        {{tr("Light"), static_cast<int>(PictureColours::Light)},
                         {tr("Dark"), static_cast<int>(PictureColours::Dark)},
                         {tr("As shown"), static_cast<int>(PictureColours::AsShown)}},
                        this);
    m_sizing = makeBox(u"sizing"_s, {{tr("As on the screen"), 0}, {tr("Chosen:"), 1}}, this);
    m_width = makeSide(u"width"_s, kLeastPicture.width(), tr("Width"), this);
    m_height = makeSide(u"height"_s, kLeastPicture.height(), tr("Height"), this);
    m_width->setValue(1280);
    m_height->setValue(480);
    m_scale = makeBox(u"scale"_s, {{u"1×"_s, 1}, {u"2×"_s, 2}, {u"3×"_s, 3}}, this);
    m_overview = new QCheckBox(tr("&Overview of the whole trace above"), this);
    m_overview->setObjectName(u"overview"_s);
    m_caption = new QCheckBox(tr("Ca&ption below: file, time, filter, losses, …"), this);
    m_caption->setObjectName(u"caption"_s);
    m_preview = new QLabel(this);
    m_preview->setObjectName(u"preview"_s);
    m_preview->setAlignment(Qt::AlignCenter);
    m_preview->setMinimumSize(kLeastPreview);
    m_preview->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
    m_facts = new QLabel(this);
    m_facts->setObjectName(u"facts"_s);
    m_facts->setProperty("role", u"secondary"_s);
    m_path = new QLineEdit(this);
    m_path->setObjectName(u"path"_s);
    m_note = new QLabel(this);
    m_note->setObjectName(u"note"_s);
    m_note->setWordWrap(true);
    connect(m_format, &QComboBox::currentIndexChanged, this, &PictureDialog::formatChosen);
    for (QComboBox *box : {m_what, m_colours, m_sizing, m_scale})
        connect(box, &QComboBox::currentIndexChanged, this, &PictureDialog::fieldsChanged);
    for (QSpinBox *side : {m_width, m_height})
        connect(side, &QSpinBox::valueChanged, this, &PictureDialog::fieldsChanged);
    for (QCheckBox *box : {m_overview, m_caption})
        connect(box, &QCheckBox::toggled, this, &PictureDialog::fieldsChanged);
    connect(m_path, &QLineEdit::textEdited, this, &PictureDialog::pathEdited);
}

void PictureDialog::makeLayout()
{
    auto *size = new QHBoxLayout;
    size->addWidget(m_sizing);
    size->addWidget(m_width);
    size->addWidget(new QLabel(u"×"_s, this));
    size->addWidget(m_height);
    size->addStretch(1);
    auto *left = new QFormLayout;
    left->addRow(tr("Picture of"), m_what);
    left->addRow(tr("Format"), m_format);
    left->addRow(tr("Colours"), m_colours);
    auto *right = new QFormLayout;
    right->addRow(tr("Size"), size);
    right->addRow(tr("Scale"), m_scale);
    auto *boxes = new QHBoxLayout;
    boxes->addWidget(m_caption);
    boxes->addWidget(m_overview);
    boxes->addStretch(1);
    right->addRow(QString(), boxes);
    auto *fields = new QHBoxLayout;
    fields->setSpacing(28);
    fields->addLayout(left);
    fields->addLayout(right, 1);

    auto *browseButton = new QPushButton(tr("&Browse…"), this);
    browseButton->setObjectName(u"browse"_s);
    connect(browseButton, &QPushButton::clicked, this, &PictureDialog::browse);
    auto *file = new QHBoxLayout;
    file->addWidget(new QLabel(tr("File"), this));
    file->addWidget(m_path, 1);
    file->addWidget(browseButton);

    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_save = buttons->addButton(tr("Save"), QDialogButtonBox::AcceptRole);
    m_save->setObjectName(u"save"_s);
    buttons->button(QDialogButtonBox::Cancel)->setIcon({});
    m_save->setDefault(true);
    QPushButton *copyButton = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    copyButton->setObjectName(u"copy"_s);
    connect(copyButton, &QPushButton::clicked, this, &PictureDialog::copy);
    connect(buttons, &QDialogButtonBox::accepted, this, &PictureDialog::save);
    connect(buttons, &QDialogButtonBox::rejected, this, &PictureDialog::reject);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 16, 18, 14);
    layout->setSpacing(10);
    layout->addWidget(m_preview, 1);
    layout->addWidget(m_facts, 0, Qt::AlignHCenter);
    layout->addLayout(fields);
    layout->addLayout(file);
    layout->addWidget(m_note);
    layout->addWidget(buttons);
}

void PictureDialog::restore()
{
    const auto kept = [this](const QString &name, const QVariant &fallback) {
        return m_settings.value(kKey.arg(name), fallback);
    };
    choose(m_colours, kept(u"colours"_s, static_cast<int>(PictureColours::Light)).toInt());
    choose(m_scale, kept(u"scale"_s, 2).toInt());
    choose(m_format, static_cast<int>(pictureFormatOf(path()).value_or(PictureFormat::Png)));
    m_overview->setChecked(kept(u"overview"_s, true).toBool());
    m_caption->setChecked(kept(u"caption"_s, true).toBool());
    m_width->setValue(kept(u"width"_s, m_width->value()).toInt());
    m_height->setValue(kept(u"height"_s, m_height->value()).toInt());
    choose(m_sizing, kept(u"sizing"_s, 0).toInt());
}

void PictureDialog::keep() const
{
    m_settings.setValue(kKey.arg(u"colours"_s), m_colours->currentData());
    m_settings.setValue(kKey.arg(u"scale"_s), m_scale->currentData());
    m_settings.setValue(kKey.arg(u"overview"_s), m_overview->isChecked());
    m_settings.setValue(kKey.arg(u"caption"_s), m_caption->isChecked());
    m_settings.setValue(kKey.arg(u"width"_s), m_width->value());
    m_settings.setValue(kKey.arg(u"height"_s), m_height->value());
    m_settings.setValue(kKey.arg(u"sizing"_s), m_sizing->currentData());
    m_settings.setValue(kKey.arg(u"folder"_s), QFileInfo(path()).absolutePath());
}

PictureOptions PictureDialog::options() const
{
    PictureOptions options;
    options.what = currentOf<PictureWhat>(m_what);
    options.colours = currentOf<PictureColours>(m_colours);
    options.hasOverview = m_overview->isChecked();
    options.hasCaption = m_caption->isChecked();
    options.scale = format() == PictureFormat::Png ? m_scale->currentData().toInt() : 1;
    // The window on the screen shall not be another one for its picture's sake.
    if (m_sizing->currentData().toInt() == 1 && options.what == PictureWhat::Timeline)
        options.size = {m_width->value(), m_height->value()};
    return options;
}

PictureFormat PictureDialog::format() const
{
    return currentOf<PictureFormat>(m_format);
}

QString PictureDialog::path() const
{
    return QDir::fromNativeSeparators(m_path->text());
}

/// Another format is another ending.
void PictureDialog::formatChosen()
{
    QString text = m_path->text();
    if (pictureFormatOf(text))
        text.chop(QFileInfo(text).suffix().size() + 1);
    if (!text.isEmpty())
        m_path->setText(text + u'.' + endingOf(format()));
    fieldsChanged();
}

/// And the other way round.
void PictureDialog::pathEdited()
{
    if (const auto format = pictureFormatOf(path())) {
        const QSignalBlocker blocker(m_format);
        choose(m_format, static_cast<int>(*format));
    }
    fieldsChanged();
}

void PictureDialog::fieldsChanged()
{
    const bool isTimeline = currentOf<PictureWhat>(m_what) == PictureWhat::Timeline;
    const bool isChosen = isTimeline && m_sizing->currentData().toInt() == 1;
    m_sizing->setEnabled(isTimeline);
    m_width->setEnabled(isChosen);
    m_height->setEnabled(isChosen);
    m_overview->setEnabled(isTimeline);
    m_scale->setEnabled(format() == PictureFormat::Png);
    const QFileInfo target(path());
    const bool isThere = !path().isEmpty() && target.exists();
    m_save->setText(isThere && target.isFile() ? tr("Replace") : tr("Save"));
    m_save->setEnabled(!path().isEmpty());
    m_note->setText(isThere && target.isFile() ? tr("There is a file of this name.") : QString());
    m_note->setProperty("role", u"secondary"_s);
    m_note->style()->polish(m_note);
    m_previewTimer.start();
}

void PictureDialog::updatePreview()
{
    PictureOptions once = options();
    once.scale = 1;
    const Picture picture(m_subject, once);
    m_picture = picture.image();
    const QSize size = picture.size() * options().scale;
    m_facts->setText(format() == PictureFormat::Png
                         ? tr("%1 × %2 pixels").arg(size.width()).arg(size.height())
                         : tr("%1 × %2, to any scale").arg(size.width()).arg(size.height()));
    m_preview->setAccessibleName(tr("Preview: %1").arg(picture.description()));
    fitPreview();
}

void PictureDialog::fitPreview()
{
    if (m_picture.isNull())
        return;
    const double dpr = devicePixelRatioF();
    const QSize room = m_preview->contentsRect().size() * dpr;
    QImage shown = m_picture;
    if (shown.width() > room.width() || shown.height() > room.height())
        shown = shown.scaled(room, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    shown.setDevicePixelRatio(dpr);
    m_preview->setPixmap(QPixmap::fromImage(shown));
}

void PictureDialog::resizeEvent(QResizeEvent *event)
{
    QDialog::resizeEvent(event);
    fitPreview();
}

void PictureDialog::browse()
{
    auto *dialog = new QFileDialog(this, tr("Save picture"), path(),
                                   tr("Pictures (*.png *.svg *.pdf)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // it is said here
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &chosen) {
        m_path->setText(QDir::toNativeSeparators(
            pictureFormatOf(chosen) ? chosen : chosen + u'.' + endingOf(format())));
        pathEdited();
    });
    dialog->open();
}

void PictureDialog::showProblem(const QString &text)
{
    m_note->setProperty("role", u"bad"_s);
    m_note->style()->polish(m_note);
    m_note->setText(text);
}

void PictureDialog::save()
{
    if (path().isEmpty())
        return;
    const auto bytes = Picture(m_subject, options()).bytes(format());
    const auto written = bytes ? writePicture(*bytes, path())
                               : Result<void>(tl::unexpected(bytes.error()));
    if (!written) {
        showProblem(QString::fromStdString(written.error().what));
        return;
    }
    keep();
    Q_EMIT saved(QFileInfo(path()).absoluteFilePath());
    accept();
}

void PictureDialog::copy()
{
    if (const auto done = copyPicture(m_subject, options()); !done) {
        showProblem(QString::fromStdString(done.error().what));
        return;
    }
    keep();
    Q_EMIT copied();
    accept();
}

Result<void> copyPicture(const PictureSubject &subject, const PictureOptions &options)
{
    const Picture picture(subject, options);
    THRESHER_TRY_ASSIGN(const QByteArray png, picture.bytes(PictureFormat::Png));
    auto data = std::make_unique<QMimeData>();
    data->setImageData(picture.image());
    data->setData(u"image/png"_s, png);
    if (options.what == PictureWhat::Timeline) {
        THRESHER_TRY_ASSIGN(const QByteArray svg, picture.bytes(PictureFormat::Svg));
        data->setData(u"image/svg+xml"_s, svg);
    }
    QGuiApplication::clipboard()->setMimeData(data.release());
    return {};
}

} // namespace thresher::ui
