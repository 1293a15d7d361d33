// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/filterbar/shownexpression.h"

#include "model/filter/filterexpr.h"

#include <QCoreApplication>

#include <algorithm>

namespace thresher::ui {

namespace {

QString withSetsOf(FilterExpr expr, std::size_t most)
{
    for (FilterNode &node : expr.nodes) {
        if (node.values.size() <= most + 1) // "… 1 more" says less than the one
            continue;
        FilterValue rest;
        rest.text = QCoreApplication::translate("FilterField", "… %1 more")
                        .arg(node.values.size() - most)
                        .toStdString();
        node.values.resize(most);
        node.values.push_back(std::move(rest));
    }
    return QString::fromStdString(expr.text());
}

} // namespace

QString shownExpression(const QString &expression, const std::function<bool(const QString &)> &fits)
{
    if (fits(expression))
        return expression;
    const auto expr = parseFilter(expression.toStdString());
    if (!expr || expr->isEmpty())
        return expression;
    std::size_t longest = 0;
    for (const FilterNode &node : expr->nodes)
        longest = std::max(longest, node.values.size());
    // More values never make it shorter: the greatest number that fits, but one at least.
    std::size_t least = 1;
    for (std::size_t most = longest; least < most;) {
        const std::size_t middle = least + (most - least + 1) / 2;
        if (fits(withSetsOf(*expr, middle)))
            least = middle;
        else
            most = middle - 1;
    }
    return longest > 1 ? withSetsOf(*expr, least) : expression;
}

} // namespace thresher::ui
