// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/numbertext.h"

#include "model/base/grouped.h"

#include <array>

using namespace Qt::StringLiterals;

namespace thresher {

QString groupedNumber(std::uint64_t number)
{
    return QString::fromStdString(grouped(number));
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
