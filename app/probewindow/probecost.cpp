// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/probecost.h"

#include "model/qt/numbertext.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

// A breakpoint into the kernel and a single step cost a program's probe more than a call of a
// function does, which is how the kernel's own mostly are reached.
constexpr double kKernelHitNs = 300;
constexpr double kUserHitNs = 1500;
constexpr double kRecordNs = 250;
constexpr double kStackNs = 2500;

QString tr(const char *text)
{
    return QCoreApplication::translate("ProbeCost", text);
}

/// Two digits are as many as a moment's measurement is worth, but small numbers are counted.
QString number(double value)
{
    if (value < 100)
        return QString::number(std::lround(value));
    const double step = std::pow(10, std::floor(std::log10(value)) - 1);
    return groupedNumber(static_cast<std::uint64_t>(std::round(value / step) * step));
}

QString percent(double share)
{
    const double value = share * 100;
    if (value < 0.05)
        return tr("less than 0.1 %");
    return tr("about %1 %").arg(QString::number(value, 'f', value < 9.95 ? 1 : 0));
}

bool hasStack(const capture::ProbeRequest &probe)
{
    return std::any_of(probe.triggers.begin(), probe.triggers.end(),
                       [](const std::string &each) { return each.starts_with("stacktrace"); });
}

bool hasCondition(const capture::ProbeRequest &probe)
{
    return !probe.filter.empty() || probe.line.find(" if ") != std::string::npos;
}

QString oneRate(const capture::ProbeRequest &probe, const capture::ProbeRate &rate)
{
    if (!rate.calls)
        return tr("not known");
    QString text = tr("%1 calls/s").arg(number(*rate.calls));
    if (hasCondition(probe))
        text += rate.recorded ? tr(", %1 after the condition").arg(number(*rate.recorded))
                              : tr(", after the condition not measured");
    return text;
}

} // namespace

std::optional<double> hottest(const capture::MeasuredProbes &measured)
{
    std::optional<double> most;
    for (const capture::ProbeRate &rate : measured.probes)
        if (rate.calls)
            most = std::max(most.value_or(0), *rate.calls);
    return most;
}

bool isHot(double callsPerSecond)
{
    return callsPerSecond >= capture::RecordRequest().probeRateLimit;
}

double estimatedCost(const capture::ProbeRequest &probe, const capture::ProbeRate &rate)
{
    const auto spec = capture::parseProbe(probe.line);
    const double hit = spec && spec->isUser() ? kUserHitNs : kKernelHitNs;
    const double calls = rate.calls.value_or(0);
    const double recorded = rate.recorded.value_or(calls);
    return (calls * hit + recorded * (kRecordNs + (hasStack(probe) ? kStackNs : 0))) / 1e9;
}

RateText rateText(const ProbeRateAnswer &answer, const QStringList &names)
{
    RateText text;
    const auto &rates = answer.measured.probes;
    std::size_t hottestIndex = 0;
    double cost = 0;
    bool hasStacks = false;
    double stacks = 0;
    for (std::size_t i = 0; i < rates.size(); ++i) {
        if (rates[i].calls.value_or(-1) > rates[hottestIndex].calls.value_or(-1))
            hottestIndex = i;
        cost += estimatedCost(answer.probes[i], rates[i]);
        if (hasStack(answer.probes[i])) {
            hasStacks = true;
            stacks += rates[i].recorded.value_or(rates[i].calls.value_or(0));
        }
    }
    const auto most = hottest(answer.measured);
    if (!most) {
        text.title = tr("How often it is hit cannot be known here.");
        return text;
    }
    text.isHot = isHot(*most);
    text.title = (text.isHot ? u"⚠ "_s : QString())
                 + tr("About %1").arg(oneRate(answer.probes[hottestIndex], rates[hottestIndex]));
    QStringList details;
    if (rates.size() > 1)
        for (std::size_t i = 0; i < rates.size() && i < 6; ++i)
            details += names.value(static_cast<qsizetype>(i)) + u": "_s
                       + oneRate(answer.probes[i], rates[i]);
    if (rates.size() > 6)
        details += u"…"_s;
    if (hasStacks)
        details += tr("the stack of %1 events/s costs %2 of one CPU")
                       .arg(number(stacks), percent(stacks * kStackNs / 1e9));
    details += tr("estimated cost: %1 of one CPU").arg(percent(cost));
    text.details = details.join(u'\n');
    return text;
}

QString kindText(capture::ProbeKind kind)
{
    using capture::ProbeKind;
    switch (kind) {
    case ProbeKind::Kprobe:
        return u"kprobes"_s;
    case ProbeKind::Kretprobe:
        return u"kretprobes"_s;
    case ProbeKind::FprobeEntry:
    case ProbeKind::FprobeExit:
        return u"fprobes"_s;
    case ProbeKind::Tracepoint:
        return tr("tracepoint probes");
    case ProbeKind::Uprobe:
    case ProbeKind::Uretprobe:
        return u"uprobes"_s;
    case ProbeKind::Eprobe:
        return tr("event probes");
    case ProbeKind::Synthetic:
        return tr("synthetic events");
    case ProbeKind::Delete:
        break;
    }
    return {};
}

QString agoText(std::chrono::nanoseconds passed)
{
    const double seconds = std::chrono::duration<double>(passed).count();
    if (seconds < 10)
        return tr("%1 s").arg(QString::number(seconds, 'f', 1));
    if (seconds < 120)
        return tr("%1 s").arg(QString::number(seconds, 'f', 0));
    return tr("%1 min").arg(QString::number(std::floor(seconds / 60), 'f', 0));
}

QString setText(DurationNs time)
{
    const double ms = static_cast<double>(time) / 1e6;
    return tr("%1 ms").arg(QString::number(ms, 'f', ms < 10 ? 1 : 0));
}

} // namespace thresher::ui
