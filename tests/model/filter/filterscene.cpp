// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/filter/filterscene.h"

#include <QDebug>

#include <map>

namespace thresher::test {

std::shared_ptr<const IndexSnapshot> indexOf(const std::shared_ptr<const TraceFile> &trace)
{
    Progress progress;
    const auto built = openIndex(trace, {}, {}, progress, {});
    return built ? built->snapshot : nullptr;
}

std::shared_ptr<const IndexSnapshot> recording(const std::string &name)
{
    static std::map<std::string, std::shared_ptr<const IndexSnapshot>> known;
    auto &snapshot = known[name];
    if (!snapshot) {
        const auto trace = TraceFile::open(std::string(THRESHER_TEST_DATA "/") + name);
        snapshot = trace ? indexOf(*trace) : nullptr;
    }
    return snapshot;
}

std::shared_ptr<const Selection> selectBy(const std::shared_ptr<const IndexSnapshot> &snapshot,
                                          const std::string &expression, const ShowFilter &shown,
                                          std::shared_ptr<const Selection> previous)
{
    const auto filter = Filter::compile(expression, snapshot->trace);
    if (!filter) {
        qInfo() << expression.c_str() << filter.error().text().c_str();
        return nullptr;
    }
    Progress progress;
    auto selected = selectFiltered(snapshot, **filter, shown, std::move(previous), {}, {},
                                   progress);
    return selected ? *selected : nullptr;
}

std::int64_t countBy(const std::shared_ptr<const IndexSnapshot> &snapshot,
                     const std::string &expression)
{
    const auto selection = selectBy(snapshot, expression);
    return selection ? static_cast<std::int64_t>(selection->count) : -1;
}

} // namespace thresher::test
