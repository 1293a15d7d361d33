// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/pictures/picture.h"

#include "app/pictures/caption.h"
#include "app/pictures/svgpaths.h"
#include "model/base/version.h"
#include "widgets/overview/overviewwidget.h"

#include <QBuffer>
#include <QFileInfo>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QScrollBar>
#include <QSvgGenerator>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr QSize kUsualSize{1280, 480};
constexpr int kDotsPerInch = 96; ///< A pixel of the screen is a 96th of an inch.
constexpr double kPointsPerPixel = 72.0 / kDotsPerInch;

/// The caption below a picture.
class CaptionWidget final : public QWidget
{
public:
    CaptionWidget(std::vector<CaptionFact> facts, QWidget *parent)
        : QWidget(parent)
        , m_facts(std::move(facts))
    {}

protected:
    void paintEvent(QPaintEvent * /*event*/) override
    {
        QPainter painter(this);
        paintCaption(painter, m_facts, rect(), Theme::of(this));
    }

private:
    std::vector<CaptionFact> m_facts;
};

QString programName()
{
    const std::string_view number = version();
    return u"Thresher "_s
           + QString::fromLatin1(number.data(), static_cast<qsizetype>(number.size()));
}

/// Overview and timeline, which are drawn as on the screen by being the same widgets.
QWidget *makeTimeline(const PictureSubject &subject, const PictureOptions &options, QWidget *parent)
{
    auto *sheet = new QWidget(parent);
    auto *layout = new QVBoxLayout(sheet);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    if (options.hasOverview)
        layout->addWidget(new OverviewWidget(subject.view, sheet));
    auto *timeline = new TimelineWidget(subject.view, sheet);
    timeline->setObjectName(u"timeline"_s);
    timeline->setMinimumSize(1, 1);
    timeline->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // Nobody can press it in a picture.
    for (QToolButton *button : timeline->findChildren<QToolButton *>())
        button->hide();
    if (subject.timeline)
        timeline->setLaneSize(subject.timeline->laneSize());
    layout->addWidget(timeline, 1);
    return sheet;
}

} // namespace

struct Picture::Private
{
    PictureSubject subject;
    PictureOptions options;
    std::vector<CaptionFact> facts;
    std::unique_ptr<QWidget> sheet; ///< All of it, or null:
    QWidget *window = nullptr; ///< the program's own window, with
    QSize windowSize;
    std::unique_ptr<CaptionWidget> caption; ///< the caption beside it.
    const Theme *theme = nullptr;
    QSize size;
    bool hasChangedColours = false;

    void makeSheet();
    void borrowWindow();
    [[nodiscard]] const Theme &wantedTheme(const QWidget &like) const
    {
        const bool isDark = options.colours == PictureColours::AsShown
                                ? Theme::of(&like).isDark
                                : options.colours == PictureColours::Dark;
        return isDark ? Theme::dark() : Theme::light();
    }
};

void Picture::Private::makeSheet()
{
    sheet = std::make_unique<QWidget>();
    sheet->setAttribute(Qt::WA_DontShowOnScreen);
    sheet->setAttribute(Qt::WA_ShowWithoutActivating);
    theme = &wantedTheme(subject.timeline ? *subject.timeline : *sheet);
    sheet->setPalette(theme->palette());
    auto *layout = new QVBoxLayout(sheet.get());
    layout->setContentsMargins({});
    layout->setSpacing(0);
    QWidget *top = makeTimeline(subject, options, sheet.get());
    layout->addWidget(top, 1);
    QSize shown = kUsualSize;
    if (subject.timeline) {
        shown = subject.timeline->viewport()->size();
        if (options.hasOverview)
            shown.rheight() += OverviewWidget(subject.view).sizeHint().height();
    }
    size = options.size.isEmpty() ? shown : options.size;
    if (options.hasCaption) {
        auto *below = new CaptionWidget(facts, sheet.get());
        int height = captionHeight(facts, size.width());
        if (options.size.isEmpty())
            size.rheight() += height;
        else
            height = std::min(height, size.height() / 2);
        below->setFixedHeight(std::max(1, height));
        layout->addWidget(below);
    }
    // Each by itself: where there is a style sheet, it is not taken from the parent.
    for (QWidget *widget : sheet->findChildren<QWidget *>())
        widget->setPalette(theme->palette());
    sheet->setMinimumSize(1, 1);
    sheet->resize(size);
    sheet->show();
    sheet->resize(size); // whatever a window may be
    auto *timeline = sheet->findChild<TimelineWidget *>(u"timeline"_s);
    if (!subject.timeline && timeline->verticalScrollBar()->maximum() > 0)
        timeline->setLaneSize(LaneSize::FitAll); // nobody can scroll a picture
    if (subject.timeline && options.size.isEmpty())
        timeline->verticalScrollBar()->setValue(subject.timeline->verticalScrollBar()->value());
}

/// The window itself is drawn. Colours are of the whole program, so it gets others for a moment,
/// without a turn of the event loop between, in which a screen could show them.
void Picture::Private::borrowWindow()
{
    window = subject.window;
    theme = &wantedTheme(*window);
    if (theme->isDark != Theme::of(window).isDark) {
        applyTheme(theme->isDark ? ThemeChoice::Dark : ThemeChoice::Light);
        hasChangedColours = true;
    }
    windowSize = options.size.isEmpty() ? window->size() : options.size;
    size = windowSize;
    if (options.hasCaption) {
        const int height = std::min(captionHeight(facts, size.width()), size.height() / 2);
        if (options.size.isEmpty())
            size.rheight() += height;
        else
            windowSize.rheight() -= height;
        caption = std::make_unique<CaptionWidget>(facts, nullptr);
        caption->setPalette(theme->palette());
        caption->resize(size.width(), height);
    }
    if (window->size() != windowSize)
        window->resize(windowSize);
}

Picture::Picture(const PictureSubject &subject, const PictureOptions &options)
    : d(new Private{subject, options, captionFacts(subject.view), {}, {}, {}, {}, {}, {}, {}})
{
    if (options.what == PictureWhat::Window && subject.window)
        d->borrowWindow();
    else
        d->makeSheet();
}

Picture::~Picture()
{
    if (d->hasChangedColours)
        applyTheme(d->theme->isDark ? ThemeChoice::Light : ThemeChoice::Dark);
}

QSize Picture::size() const
{
    return d->size;
}

QString Picture::description() const
{
    return captionText(d->facts);
}

void Picture::render(QPainter &painter) const
{
    painter.fillRect(QRect(QPoint(0, 0), d->size), d->theme->panel);
    if (d->sheet) {
        d->sheet->render(&painter);
        return;
    }
    d->window->render(&painter);
    if (d->caption)
        d->caption->render(&painter, QPoint(0, d->windowSize.height()));
}

QImage Picture::image() const
{
    const int scale = std::clamp(d->options.scale, 1, kLargestScale);
    QImage image(d->size * scale, QImage::Format_RGB32);
    if (image.isNull())
        return image;
    image.setDevicePixelRatio(scale);
    QPainter painter(&image);
    render(painter);
    painter.end();
    image.setText(u"Description"_s, description());
    image.setText(u"Software"_s, programName());
    const int perMeter = static_cast<int>(scale * kDotsPerInch / 0.0254);
    image.setDotsPerMeterX(perMeter);
    image.setDotsPerMeterY(perMeter);
    return image;
}

QByteArray Picture::png() const
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    const QImage drawn = image();
    return !drawn.isNull() && drawn.save(&buffer, "PNG") ? bytes : QByteArray();
}

QByteArray Picture::svg() const
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(kDotsPerInch);
    generator.setSize(d->size);
    generator.setViewBox(QRect(QPoint(0, 0), d->size));
    generator.setTitle(d->facts.empty() ? programName() : d->facts.front().value);
    generator.setDescription(description());
    QPainter painter(&generator);
    render(painter);
    painter.end();
    // Bars that touch shall not let a hair of the background through where they are scaled, and a
    // reader without our fonts shall take some of the same kind.
    bytes.replace("<svg ", "<svg shape-rendering=\"crispEdges\" ");
    for (const QFont &font : {fonts().ui, fonts().mono}) {
        const QString family = u"font-family=\"%1"_s.arg(font.family().toHtmlEscaped());
        const QString kind = font == fonts().mono ? u", monospace\""_s : u", sans-serif\""_s;
        bytes.replace((family + u'"').toUtf8(), (family + kind).toUtf8());
    }
    return withShortPaths(bytes);
}

QByteArray Picture::pdf() const
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(kDotsPerInch);
    writer.setPageSize(
        QPageSize(QSizeF(d->size) * kPointsPerPixel, QPageSize::Point, {}, QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF());
    writer.setTitle(d->facts.empty() ? programName() : d->facts.front().value);
    writer.setCreator(programName());
    QPainter painter(&writer);
    render(painter);
    painter.end();
    return bytes;
}

Result<QByteArray> Picture::bytes(PictureFormat format) const
{
    const int scale = format == PictureFormat::Png ? d->options.scale : 1;
    const QSize pixels = d->size * scale;
    if (pixels.width() > kLargestPictureSide || pixels.height() > kLargestPictureSide
        || qint64{pixels.width()} * pixels.height() > kMostPicturePixels)
        return fail(ErrorKind::InvalidArgument,
                    "A picture of " + std::to_string(pixels.width()) + " × "
                        + std::to_string(pixels.height())
                        + " pixels is too large: at most 16384 a side and 128 million in all. "
                          "Choose a smaller size or scale.");
    const QByteArray bytes = format == PictureFormat::Png   ? png()
                             : format == PictureFormat::Svg ? svg()
                                                            : pdf();
    if (bytes.isEmpty())
        return fail(ErrorKind::Io, "There is not enough memory for the picture.");
    return bytes;
}

std::unique_ptr<ViewState> copyOf(const ViewState &view)
{
    auto copy = std::make_unique<ViewState>();
    copy->setSnapshot(view.snapshot());
    copy->restore(view.save());
    copy->setAnalysis(view.analysis());
    if (view.listed())
        copy->setSelection(view.listed(), view.rows().snapshot());
    if (view.matches())
        copy->setMatches(view.matches(), view.rows().snapshot());
    return copy;
}

} // namespace thresher::ui
