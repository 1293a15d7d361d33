// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/cut/cut.h"
#include "model/filter/filter.h"
#include "model/index/traceindex.h"
#include "tests/support/tracedatwriter.h"

#include <QString>
#include <QTemporaryDir>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace thresher::test {

/// An event as it is to be found in a part again.
struct CutEvent
{
    TimeNs time = 0;
    std::uint64_t rawTime = 0;
    std::string stream; ///< "CPU 3 of irqs"
    std::string name; ///< "sched:sched_switch"
    std::vector<std::byte> payload;
    std::string line; ///< As it is printed; of some events only, since that takes long.
    bool isAfterLoss = false;
    std::int64_t lost = 0; ///< -1: not known.

    friend bool operator==(const CutEvent &, const CutEvent &) = default;
};

/// A trace with its index, and parts of it in a folder of their own.
class CutScene
{
public:
    explicit CutScene(const QString &path);
    explicit CutScene(const TraceDatWriter &writer);

    [[nodiscard]] bool isOpen() const { return snapshot != nullptr; }
    [[nodiscard]] std::filesystem::path output(const char *name = "part.dat") const;
    /// A request for everything, written to output().
    [[nodiscard]] CutRequest everything() const;
    [[nodiscard]] std::shared_ptr<const Selection> select(const char *filter) const;
    /// What the part is to hold, found the slow way.
    [[nodiscard]] std::vector<CutEvent> expected(const CutRequest &request) const;
    /// Empty if the part holds just that, else what is different.
    [[nodiscard]] QString differenceOf(const CutRequest &request, bool comparesPayloads = true);

    std::vector<std::byte> bytes;
    std::shared_ptr<const IndexSnapshot> snapshot;
    CutSummary summary; ///< Of the last differenceOf().
    std::shared_ptr<const IndexSnapshot> part; ///< The same.
    QTemporaryDir folder;
};

[[nodiscard]] std::shared_ptr<const IndexSnapshot> indexOf(const std::filesystem::path &path);
[[nodiscard]] std::vector<CutEvent> eventsOf(const IndexSnapshot &snapshot,
                                             const CutRequest &request);
/// What was lost behind the last event that is asked for, before the first one behind the range; by
/// stream, of those that have any such event. -1: not known.
[[nodiscard]] std::map<std::string, std::int64_t> lostBehind(const IndexSnapshot &snapshot,
                                                             const CutRequest &request);

} // namespace thresher::test
