// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/recentplaces.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <array>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

struct KindName
{
    PlaceRef::Kind kind;
    const char *name;
};
constexpr std::array kKinds{
    KindName{PlaceRef::Kind::KernelFunction, "kernel"},
    KindName{PlaceRef::Kind::Syscall, "syscall"},
    KindName{PlaceRef::Kind::Tracepoint, "tracepoint"},
    KindName{PlaceRef::Kind::ProgramFunction, "program"},
    KindName{PlaceRef::Kind::PreparedProbe, "prepared"},
};

} // namespace

std::vector<RecentPlace> readRecentPlaces(const QStringList &texts)
{
    std::vector<RecentPlace> places;
    for (const QString &text : texts) {
        const QJsonObject json = QJsonDocument::fromJson(text.toUtf8()).object();
        for (const KindName &kind : kKinds) {
            if (json[u"kind"_s].toString() != QLatin1StringView(kind.name)
                || json[u"name"_s].toString().isEmpty())
                continue;
            RecentPlace recent;
            recent.place.kind = kind.kind;
            recent.place.name = json[u"name"_s].toString().toStdString();
            recent.place.module = json[u"module"_s].toString().toStdString();
            recent.place.program = json[u"program"_s].toString().toStdString();
            recent.place.isByFprobe = json[u"fprobe"_s].toBool();
            const QJsonArray values = json[u"values"_s].toArray();
            for (const QJsonValue &value : values)
                recent.values << value.toString();
            places.push_back(std::move(recent));
        }
    }
    return places;
}

QStringList writtenRecentPlaces(const std::vector<RecentPlace> &places)
{
    QStringList texts;
    for (const RecentPlace &recent : places) {
        QJsonObject json;
        for (const KindName &kind : kKinds) {
            if (kind.kind == recent.place.kind)
                json[u"kind"_s] = QLatin1StringView(kind.name);
        }
        json[u"name"_s] = QString::fromStdString(recent.place.name);
        json[u"module"_s] = QString::fromStdString(recent.place.module);
        json[u"program"_s] = QString::fromStdString(recent.place.program);
        if (recent.place.isByFprobe)
            json[u"fprobe"_s] = true;
        json[u"values"_s] = QJsonArray::fromStringList(recent.values);
        // A container's files have other paths when it runs anew, a program other addresses when
        // it was built anew: neither is kept.
        texts << QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
    }
    return texts;
}

} // namespace thresher::ui
