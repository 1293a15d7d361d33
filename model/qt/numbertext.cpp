// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/numbertext.h"

#include "model/base/grouped.h"

#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace thresher {

QString groupedNumber(std::uint64_t number)
{
    return QString::fromStdString(grouped(number));
}

QString shortNumber(std::int64_t number)
{
    const QString sign = number < 0 ? u"−"_s : QString();
    double value = std::abs(static_cast<double>(number));
    if (value < 1000)
        return sign + QString::number(value, 'f', 0);
    constexpr std::array<QChar, 6> kUnits{u'k', u'M', u'G', u'T', u'P', u'E'};
    std::size_t unit = 0;
    for (value /= 1000; value >= 999.5 && unit + 1 < kUnits.size(); ++unit)
        value /= 1000;
    const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return sign + QString::number(value, 'f', decimals) + kUnits[unit];
}

QString sizeText(std::uint64_t bytes)
{
    if (bytes < 1024)
        return QString::number(bytes) + u" bytes"_s;
    constexpr std::array<QChar, 5> kUnits{u'K', u'M', u'G', u'T', u'P'};
    double value = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < kUnits.size()) {
        value /= 1024;
        ++unit;
    }
    return QString::number(value, 'f', value < 9.95 ? 1 : 0) + u' ' + kUnits[unit] + u"iB";
}

} // namespace thresher
