// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/calltext.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr std::size_t kMostKnown = 8192;
constexpr std::size_t kMostLines = 12; ///< Of arguments and results in a card, each.
constexpr qsizetype kLongest = 120;

QString tr(const char *text)
{
    return QCoreApplication::translate("Timeline", text);
}

void addLines(QStringList &lines, const std::vector<ProbedValue> &values, const QString &before)
{
    for (std::size_t i = 0; i < std::min(values.size(), kMostLines); ++i) {
        QString line = before + QString::fromStdString(values[i].name) + u" = "_s
                       + QString::fromStdString(values[i].text);
        if (line.size() > kLongest)
            line = line.left(kLongest - 1) + u'…';
        lines += line;
    }
    if (values.size() > kMostLines)
        lines += tr("and %1 more").arg(values.size() - kMostLines);
}

} // namespace

HoverText callHoverText(const ProbedCall &call, const Slice &slice, const TimeStyle &style)
{
    HoverText text;
    text.title = QString::fromStdString(call.function);
    const QString length = formatDuration(TimeRange{slice.begin, slice.end}.duration(),
                                          style.isNanoseconds);
    text.main = call.isUnfinished ? tr("at most %1: its return is not recorded").arg(length)
                                  : length;
    addLines(text.details, call.arguments, {});
    addLines(text.details, call.results, u"→ "_s);
    text.details.append(formatTime(slice.begin, style) + u" – "_s
                        + formatTimeWithUnit(slice.end, style));
    return text;
}

void CallTexts::setProvider(CallProvider provider)
{
    m_provider = std::move(provider);
    m_known.clear();
}

const QString &CallTexts::text(const Analysis &analysis, TaskId task, const PlacedSlice &slice)
{
    if (analysis.id != m_analysis || m_known.size() >= kMostKnown) {
        m_known.clear();
        m_analysis = analysis.id;
    }
    const auto [at, isNew] = m_known.try_emplace({task, slice.slice.begin});
    if (isNew) {
        const auto call = m_provider ? m_provider(analysis, task, slice) : std::nullopt;
        if (call)
            at->second = QString::fromStdString(call->text());
    }
    return at->second;
}

} // namespace thresher::ui
