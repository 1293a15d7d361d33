// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/statusbar/markertext.h"

#include "widgets/theme.h"
#include "widgets/timeformat.h"

#include <QCoreApplication>
#include <QStringList>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

struct Parts
{
    QString a;
    QString b;
    QString between;
};

/// A thousandth of what is measured need not be seen in the times themselves.
DurationNs resolutionOf(const ViewMarks &marks)
{
    const auto between = marks.between();
    DurationNs resolution = 1;
    while (between && resolution * 10 <= between->duration() / 10'000)
        resolution *= 10;
    return resolution;
}

Parts partsOf(const ViewState &view)
{
    const ViewMarks &marks = view.marks();
    const TimeStyle style = timeStyle(view);
    const DurationNs resolution = resolutionOf(marks);
    const auto text = [&](Marker which, const QString &letter) {
        const auto time = marks.marker(which);
        return time ? letter + u' ' + formatTimeWithUnit(*time, style, resolution) : QString();
    };
    Parts parts{text(Marker::A, u"A"_s), text(Marker::B, u"B"_s), {}};
    if (const auto between = marks.between()) {
        parts.between = u"Δ "_s + formatDuration(between->duration(), style.isNanoseconds);
        const QString rate = style.isNanoseconds ? formatRate(between->duration()) : QString();
        if (!rate.isEmpty())
            parts.between += u" ("_s + rate + u')';
    }
    return parts;
}

QString link(const QString &text, const QString &target, const QColor &colour)
{
    return u"<a href='%1' style='color:%2; text-decoration:none'>%3</a>"_s.arg(
        target, colour.name(), text.toHtmlEscaped());
}

} // namespace

QString markerText(const ViewState &view)
{
    const Parts parts = partsOf(view);
    QStringList words{parts.a, parts.b, parts.between};
    words.removeAll(QString());
    return words.join(u"   "_s);
}

QString markerHtml(const ViewState &view, const Theme &theme)
{
    const Parts parts = partsOf(view);
    QStringList words;
    if (!parts.a.isEmpty())
        words += link(parts.a, u"A"_s, theme.markerA);
    if (!parts.b.isEmpty())
        words += link(parts.b, u"B"_s, theme.markerB);
    if (!parts.between.isEmpty())
        words += parts.between.toHtmlEscaped();
    return words.join(u"&nbsp;&nbsp;&nbsp;"_s);
}

} // namespace thresher::ui
