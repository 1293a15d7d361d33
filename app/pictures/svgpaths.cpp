// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/pictures/svgpaths.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace thresher::ui {

namespace {

// Decimals, so that a difference is exact.
constexpr int kDigits = 6;
constexpr std::int64_t kOne = 1'000'000;
constexpr std::int64_t kMost = kOne * 1'000'000;

struct Point
{
    std::int64_t x = 0;
    std::int64_t y = 0;
};

bool takeChar(std::string_view &text, char c)
{
    if (!text.starts_with(c))
        return false;
    text.remove_prefix(1);
    return true;
}

std::int64_t takeDigits(std::string_view &text, std::size_t most)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(),
                                              text.data() + std::min(text.size(), most), number);
    const bool isNumber = error == std::errc() && text.front() != '-';
    if (!isNumber)
        return -1;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

// "-12.5", as millionths. None where it is not written so, or is not exact so.
std::optional<std::int64_t> takeNumber(std::string_view &text)
{
    const bool isNegative = takeChar(text, '-');
    const std::int64_t whole = takeDigits(text, 7);
    if (whole < 0 || whole * kOne > kMost)
        return std::nullopt;
    std::int64_t number = whole * kOne;
    if (takeChar(text, '.')) {
        const std::size_t before = text.size();
        std::int64_t part = takeDigits(text, kDigits);
        if (part < 0)
            return std::nullopt;
        for (std::size_t digits = before - text.size(); digits < kDigits; ++digits)
            part *= 10;
        number += part;
    }
    return isNegative ? -number : number;
}

std::optional<Point> takePoint(std::string_view &text)
{
    const auto x = takeNumber(text);
    if (!x || !takeChar(text, ','))
        return std::nullopt;
    const auto y = takeNumber(text);
    if (!y)
        return std::nullopt;
    return Point{*x, *y};
}

void addNumber(std::string &to, std::int64_t number)
{
    if (number < 0)
        to += '-';
    const auto size = static_cast<std::uint64_t>(number < 0 ? -number : number);
    if (size >= kOne || size == 0)
        to += std::to_string(size / kOne);
    auto part = size % kOne;
    if (part == 0)
        return;
    std::array<char, kDigits> digits{};
    for (auto at = digits.rbegin(); at != digits.rend(); ++at, part /= 10)
        *at = static_cast<char>('0' + part % 10);
    std::string_view text(digits.data(), digits.size());
    text = text.substr(0, text.find_last_not_of('0') + 1);
    to += '.';
    to += text;
}

void addPoint(std::string &to, char command, Point point)
{
    to += command;
    addNumber(to, point.x);
    if (point.y >= 0)
        to += ' ';
    addNumber(to, point.y);
}

// Distances only from a point that stands there: sums of many would be rounded by who reads them.
void addLine(std::string &to, Point from, Point point, bool isFirst)
{
    if (point.y != from.y && point.x != from.x) {
        addPoint(to, 'L', point);
        return;
    }
    const bool isLevel = point.y == from.y;
    std::string absolute(1, isLevel ? 'H' : 'V');
    addNumber(absolute, isLevel ? point.x : point.y);
    std::string relative(1, isLevel ? 'h' : 'v');
    addNumber(relative, isLevel ? point.x - from.x : point.y - from.y);
    to += isFirst && relative.size() < absolute.size() ? relative : absolute;
}

std::optional<std::string> shortened(std::string_view path)
{
    std::string result;
    result.reserve(path.size());
    Point at;
    bool isFirst = false; // after a move
    while (!path.empty()) {
        if (takeChar(path, ' '))
            continue;
        const char command = path.front();
        path.remove_prefix(1);
        const auto point = takePoint(path);
        if ((command != 'M' && command != 'L') || !point)
            return std::nullopt;
        if (command == 'M')
            addPoint(result, 'M', *point);
        else
            addLine(result, at, *point, isFirst);
        isFirst = command == 'M';
        at = *point;
    }
    return result;
}

} // namespace

QByteArray withShortPaths(const QByteArray &svg)
{
    constexpr std::string_view kBegin = " d=\"";
    const std::string_view text(svg.constData(), static_cast<std::size_t>(svg.size()));
    QByteArray result;
    result.reserve(svg.size());
    const auto add = [&](std::string_view piece) {
        result.append(piece.data(), static_cast<qsizetype>(piece.size()));
    };
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t tag = text.find("<path", at);
        const std::size_t begin = tag == std::string_view::npos ? tag : text.find(kBegin, tag);
        const std::size_t end = begin == std::string_view::npos
                                    ? begin
                                    : text.find('"', begin + kBegin.size());
        if (end == std::string_view::npos)
            break;
        const std::size_t data = begin + kBegin.size();
        add(text.substr(at, data - at));
        const std::string_view path = text.substr(data, end - data);
        add(shortened(path).value_or(std::string(path)));
        at = end;
    }
    add(text.substr(at));
    return result;
}

} // namespace thresher::ui
