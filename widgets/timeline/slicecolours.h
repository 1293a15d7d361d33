// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/laneset.h"
#include "widgets/theme.h"

#include <QRgb>

#include <array>
#include <string>
#include <unordered_map>

namespace thresher::ui {

/// Colours of slices that are no task's states, by what they say: each is worked out once, since
/// that takes a microsecond and a frame has a hundred thousand slices. Not thread-safe.
class SliceColours
{
public:
    /// Forgets those of another theme.
    void reset(const Theme &theme);

    /// Those of a lane; valid until the next reset().
    class OfLane
    {
    public:
        /// @param value  of a slice.
        [[nodiscard]] QRgb operator()(std::uint32_t value);

    private:
        friend class SliceColours;
        struct Known
        {
            std::uint32_t number = 0;
            QRgb colour = 0; ///< 0: none (colours are opaque).
        };
        [[nodiscard]] QRgb work(std::uint32_t number) const;

        const Theme *m_theme = nullptr;
        std::string m_name; ///< Of the pair; empty: not of a pair.
        TrackClass m_what{};
        /// By the number, as far as there is room; a newer one takes the place of an older one.
        std::array<Known, 1024> m_known{};
    };
    /// @param lane  Nested, Pair or Marks.
    [[nodiscard]] OfLane &of(const Lane &lane);

private:
    const Theme *m_theme = nullptr;
    std::unordered_map<std::string, OfLane> m_lanes; ///< By what decides about the colours.
};

} // namespace thresher::ui
