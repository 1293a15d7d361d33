// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/placemenu.h"

#include "model/analysis/probeevents.h"
#include "model/analysis/probevalue.h"
#include "model/analysis/syscallvalue.h"

#include <QCoreApplication>
#include <QMenu>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr qsizetype kLongest = 48;

QString tr(const char *text)
{
    return QCoreApplication::translate("PlaceMenu", text);
}

QString menuText(QString text)
{
    if (text.size() > kLongest)
        text = text.left(kLongest - 1) + u'…';
    return text.replace(u'&', u"&&"_s);
}

/// "ext4_read [ext4]", or with an offset, as symbols are written.
ProbeOffer offerOfKernelFunction(const QString &symbol)
{
    static const QRegularExpression kSymbol(
        u"^\\s*([A-Za-z_.][\\w.$]*)(?:\\+0x[0-9a-f]+)?(?:/0x[0-9a-f]+)?(?:\\s+\\[([\\w-]+)\\])?\\s*$"_s);
    ProbeOffer offer;
    const auto match = kSymbol.match(symbol);
    if (!match.hasMatch()) {
        offer.whyNot = tr("the function's name is not known");
        return offer;
    }
    offer.place = {ProbePlace::Kind::KernelFunction, match.captured(1), match.captured(2), {}};
    return offer;
}

std::string nameOf(const std::vector<TrackName> &names, std::uint32_t number)
{
    return number < names.size() ? names[number].name : std::string();
}

ProbeOffer offerOfProbe(const Analysis &analysis, std::uint32_t number)
{
    if (number < analysis.probes.size() && analysis.probes[number].address == 0) {
        ProbeOffer offer;
        offer.place.name = QString::fromStdString(analysis.probes[number].name);
        offer.whyNot = tr("the trace does not say of which program it is");
        return offer;
    }
    return offerOfKernelFunction(QString::fromStdString(nameOf(analysis.probes, number)));
}

QString shownName(const ProbePlace &place)
{
    if (place.kind != ProbePlace::Kind::ProgramFunction)
        return place.name;
    const QString file = place.program.section(u'/', -1);
    return place.name.isEmpty() ? file : tr("%1 of %2").arg(place.name, file);
}

} // namespace

ProbeOffer offerOfSlice(const Analysis &analysis, TrackClass what, std::uint32_t value)
{
    ProbeOffer offer;
    switch (what) {
    case TrackClass::Call:
        return offerOfKernelFunction(QString::fromStdString(nameOf(analysis.functions, value)));
    case TrackClass::Probe:
        return offerOfProbe(analysis, ProbeValue{value}.number());
    case TrackClass::Syscall: {
        const QString name = QString::fromStdString(
            syscallName(analysis, SyscallValue{value}.call()));
        offer.place = {ProbePlace::Kind::Syscall, name, {}, {}};
        if (name.contains(u' '))
            offer.whyNot = tr("the system call's name is not known");
        return offer;
    }
    case TrackClass::TaskState:
    case TrackClass::Pair:
        break;
    }
    offer.whyNot = tr("it is no function");
    return offer;
}

ProbeOffer offerOfEvent(const EventFormat &event)
{
    ProbeOffer offer;
    offer.place = {ProbePlace::Kind::Tracepoint,
                   QString::fromStdString(event.system + ':' + event.name),
                   {},
                   {}};
    if (event.system == "ftrace")
        offer.whyNot = tr("it is written by a tracer, at no tracepoint");
    else if (isProbedEntry(event) || isProbedReturn(event))
        offer.whyNot = tr("it is of a probe already");
    return offer;
}

ProbeOffer offerOfFrame(const QString &frame, bool isUser)
{
    if (!isUser)
        return offerOfKernelFunction(frame);
    static const QRegularExpression kFrame(u"^\\s*(/.*)\\+0x[0-9a-f]+\\s*$"_s);
    ProbeOffer offer;
    const auto match = kFrame.match(frame);
    if (match.hasMatch())
        offer.place = {ProbePlace::Kind::ProgramFunction, {}, {}, match.captured(1)};
    else
        offer.whyNot = tr("its program is not known");
    return offer;
}

void addProbeAction(QMenu &menu, const ProbeOffer &offer, ViewRequests *requests)
{
    if (requests == nullptr || !requests->offersProbes())
        return;
    const QString name = menuText(shownName(offer.place));
    const QString text = name.isEmpty() ? tr("Probe this…") : tr("Probe “%1”…").arg(name);
    QAction *action = menu.addAction(
        offer.whyNot.isEmpty() ? text : tr("%1 — %2").arg(text, offer.whyNot), requests,
        [requests, place = offer.place] { Q_EMIT requests->probeRequested(place); });
    action->setObjectName(u"probe"_s);
    action->setEnabled(offer.whyNot.isEmpty());
}

void addEventRequests(QMenu &menu, const EventFormat &event, ViewRequests *requests)
{
    addProbeAction(menu, offerOfEvent(event), requests);
    const QString name = QString::fromStdString(event.system + ':' + event.name);
    // No triggers can be set on what a tracer writes.
    const bool isOfTracer = event.system == "ftrace";
    const QString why = tr("a tracer's own events cannot be counted by the kernel");
    if (requests != nullptr && requests->offersHistograms()) {
        QMenu *fields = menu.addMenu(isOfTracer ? tr("Count by field — %1").arg(why)
                                                : tr("Count by field"));
        fields->menuAction()->setObjectName(u"countBy"_s);
        for (const EventField &field : event.fields) {
            if (field.isCommon || isProbePlaceField(field.name))
                continue;
            const QString key = QString::fromStdString(field.name);
            fields->addAction(menuText(key) + u'…', requests, [requests, name, key] {
                Q_EMIT requests->histogramRequested(name, key);
            });
        }
        fields->menuAction()->setEnabled(!isOfTracer && !fields->isEmpty());
    }
    if (requests != nullptr && requests->offersLatencyEvents()) {
        QAction *latency = menu.addAction(
            isOfTracer ? tr("Latency to… — %1").arg(why) : tr("Latency to…"), requests,
            [requests, name] { Q_EMIT requests->latencyEventRequested(name); });
        latency->setObjectName(u"latencyTo"_s);
        latency->setEnabled(!isOfTracer);
    }
}

} // namespace thresher::ui
