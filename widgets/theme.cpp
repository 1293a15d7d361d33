// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/theme.h"

#include "widgets/checkboxstyle.h"
#include "widgets/oklch.h"
#include "widgets/stylesheet.h"

#include <QApplication>
#include <QFontDatabase>
#include <QWidget>

namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr double kTaskChroma = 0.095;

std::uint64_t fnv1a(std::uint64_t hash, std::uint8_t byte)
{
    return (hash ^ byte) * 0x100000001b3ULL;
}

/// Spreads the bits, so that names that differ in one letter do not get neighbouring hues.
std::uint64_t scrambled(std::uint64_t x)
{
    x ^= x >> 33U;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33U;
    x *= 0xc4ceb9fe1a85ec53ULL;
    return x ^ (x >> 33U);
}

std::uint64_t hashOfKin(std::string_view comm)
{
    // A seed for which the commonest names (bash, cat, sh, kworker, ksoftirqd, rcu_preempt,
    // migration, gcc) are at least 30 degrees apart.
    std::uint64_t hash = 0xcbf29ce484a14355ULL;
    for (const char c : comm) {
        if (c == '/' || c == ':')
            break;
        if (c < '0' || c > '9')
            hash = fnv1a(hash, static_cast<std::uint8_t>(c));
    }
    return scrambled(hash);
}

Theme makeLight()
{
    Theme t;
    t.background = 0xffffff;
    t.panel = 0xf4f5f7;
    t.oddLane = 0xfafbfc;
    t.oddRow = 0xfafbfc;
    t.line = 0xdcdfe4;
    t.grid = 0xeef0f3;
    t.text = 0x1c2026;
    t.secondary = 0x626a76;
    t.faint = 0xa3a9b3;
    t.accent = 0x2563d9;
    t.accentText = 0xffffff;
    t.selected = 0xdde8fd;
    t.hovered = 0xeaedf1;
    t.control = 0xffffff;
    t.card = 0xfdfdfe;
    t.cardLine = 0xc3c8d0;
    t.warning = 0xb26a00;
    t.bad = 0xc8322b;
    t.good = 0x1a9c5b;
    t.found = 0xe8710a;
    t.markerA = 0x1a9c5b;
    t.markerB = 0x8d55d8;
    t.irq = QColor::fromRgb(toSrgb({0.60, 0.20, 345}));
    t.softirq = QColor::fromRgb(toSrgb({0.62, 0.11, 200}));
    t.events = QColor::fromRgb(toSrgb({0.58, 0.06, 285}));
    t.density = QColor::fromRgb(toSrgb({0.74, 0.095, 262}));
    t.unknown = 0xb4bac4;
    t.pending = 0xe6e9ee;
    t.counter = QColor::fromRgb(toSrgb({0.58, 0.12, 235}));
    t.writtenText = QColor::fromRgb(toSrgb({0.60, 0.13, 165}));
    t.sliceText = 0x1c2026;
    t.waiting = QColor::fromRgb(toSrgb({0.78, 0.14, 78}));
    t.preempted = QColor::fromRgb(toSrgb({0.68, 0.17, 48}));
    t.blocked = QColor::fromRgb(toSrgb({0.62, 0.17, 22}));
    t.sleeping = 0xb9c0ca;
    t.stopped = QColor::fromRgb(toSrgb({0.62, 0.13, 300}));
    t.fresh = QColor::fromRgb(toSrgb({0.62, 0.12, 150}));
    return t;
}

Theme makeDark()
{
    Theme t;
    t.isDark = true;
    t.background = 0x16181d;
    t.panel = 0x1d2026;
    t.oddLane = 0x1a1d22;
    t.oddRow = 0x1a1d22;
    t.line = 0x2e323a;
    t.grid = 0x21242b;
    t.text = 0xe2e5ea;
    t.secondary = 0x8b929e;
    t.faint = 0x5c636f;
    t.accent = 0x6ea0ff;
    t.accentText = 0x10131a;
    t.selected = 0x26334d;
    t.hovered = 0x282c34;
    t.control = 0x16181d;
    t.card = 0x23262d;
    t.cardLine = 0x434955;
    t.warning = 0xe3a64b;
    t.bad = 0xf0706a;
    t.good = 0x35b877;
    t.found = 0xffb020;
    t.markerA = 0x1a9c5b;
    t.markerB = 0x8d55d8;
    t.irq = QColor::fromRgb(toSrgb({0.68, 0.19, 345}));
    t.softirq = QColor::fromRgb(toSrgb({0.70, 0.10, 200}));
    t.events = QColor::fromRgb(toSrgb({0.62, 0.06, 285}));
    t.density = QColor::fromRgb(toSrgb({0.52, 0.095, 262}));
    t.unknown = 0x59606c;
    t.pending = 0x262a31;
    t.counter = QColor::fromRgb(toSrgb({0.72, 0.11, 235}));
    t.writtenText = QColor::fromRgb(toSrgb({0.74, 0.13, 165}));
    t.sliceText = 0xf3f5f8;
    t.waiting = QColor::fromRgb(toSrgb({0.74, 0.13, 78}));
    t.preempted = QColor::fromRgb(toSrgb({0.66, 0.16, 48}));
    t.blocked = QColor::fromRgb(toSrgb({0.63, 0.17, 22}));
    t.sleeping = 0x4d5460;
    t.stopped = QColor::fromRgb(toSrgb({0.64, 0.13, 300}));
    t.fresh = QColor::fromRgb(toSrgb({0.66, 0.12, 150}));
    return t;
}

QFont sized(QFont font, int pixels, QFont::Weight weight = QFont::Normal)
{
    font.setPixelSize(pixels);
    font.setWeight(weight);
    return font;
}

Fonts makeFonts()
{
    QFont ui = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    if (QFontDatabase::hasFamily(u"Inter"_s))
        ui = QFont(u"Inter"_s);
    QFont mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (QFontDatabase::hasFamily(u"JetBrains Mono"_s))
        mono = QFont(u"JetBrains Mono"_s);
    // Ligatures such as "==" → "═" would change what an event says.
    mono.setStyleHint(QFont::Monospace);
    return {sized(ui, 13),
            sized(ui, 13, QFont::DemiBold),
            sized(ui, 11, QFont::DemiBold),
            sized(ui, 11),
            sized(mono, 12),
            sized(mono, 11)};
}

} // namespace

QRgb Theme::taskColour(std::string_view comm, Pid pid) const
{
    if (pid == 0)
        return faint.rgb();
    const std::uint64_t name = hashOfKin(comm);
    const std::uint64_t kin = scrambled(name ^ static_cast<std::uint32_t>(pid));
    const double hue = static_cast<double>(name % 3600) / 10;
    const double aside = static_cast<double>(kin % 73) - 36; // degrees
    const double lighter = (static_cast<double>((kin >> 32U) % 7) - 3) / 100;
    return toSrgb({(isDark ? 0.56 : 0.80) + lighter, kTaskChroma, hue + aside});
}

QPalette Theme::palette() const
{
    QPalette p(panel);
    p.setColor(QPalette::Window, panel);
    p.setColor(QPalette::WindowText, text);
    p.setColor(QPalette::Base, background);
    p.setColor(QPalette::AlternateBase, oddRow);
    p.setColor(QPalette::Text, text);
    p.setColor(QPalette::PlaceholderText, faint);
    p.setColor(QPalette::Button, control);
    p.setColor(QPalette::ButtonText, text);
    p.setColor(QPalette::BrightText, bad);
    p.setColor(QPalette::Highlight, selected);
    p.setColor(QPalette::HighlightedText, text);
    p.setColor(QPalette::Link, accent);
    p.setColor(QPalette::LinkVisited, accent);
    p.setColor(QPalette::ToolTipBase, card);
    p.setColor(QPalette::ToolTipText, text);
    p.setColor(QPalette::Light, control);
    p.setColor(QPalette::Midlight, hovered);
    p.setColor(QPalette::Mid, line);
    p.setColor(QPalette::Dark, cardLine);
    p.setColor(QPalette::Shadow, isDark ? QColor(0x0c0d10) : faint);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
                            QPalette::HighlightedText, QPalette::Link})
        p.setColor(QPalette::Disabled, role, faint);
    return p;
}

const Theme &Theme::light()
{
    static const Theme kTheme = makeLight();
    return kTheme;
}

const Theme &Theme::dark()
{
    static const Theme kTheme = makeDark();
    return kTheme;
}

const Theme &Theme::of(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness()
                   < palette.color(QPalette::WindowText).lightness()
               ? dark()
               : light();
}

const Theme &Theme::of(const QWidget *widget)
{
    return of(widget->palette());
}

bool systemIsDark()
{
    // Ours may be set; an empty palette brings the desktop's back.
    const QPalette ours = QApplication::palette();
    QApplication::setPalette(QPalette());
    const bool isDark = Theme::of(QApplication::palette()).isDark;
    QApplication::setPalette(ours);
    return isDark;
}

void applyTheme(ThemeChoice choice)
{
    const bool isDark = choice == ThemeChoice::System ? systemIsDark()
                                                      : choice == ThemeChoice::Dark;
    const Theme &theme = isDark ? Theme::dark() : Theme::light();
    QApplication::setStyle(new CheckBoxStyle); // which becomes its owner
    QApplication::setPalette(theme.palette());
    QApplication::setFont(fonts().ui);
    qApp->setStyleSheet(styleSheet(theme));
}

const Fonts &fonts()
{
    static const Fonts kAll = makeFonts();
    return kAll;
}

} // namespace thresher::ui
