// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/textsearch.h"
#include "model/query/rowprinter.h"
#include "tests/model/filter/filterscene.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>

using namespace thresher;
using namespace thresher::test;

namespace {

/// Every row's texts, as the table shows them.
struct ShownRow
{
    std::string event;
    std::string task;
    std::string info;
};

const std::vector<ShownRow> &rowsOf(const std::shared_ptr<const IndexSnapshot> &snapshot)
{
    static std::vector<ShownRow> rows;
    if (!rows.empty())
        return rows;
    RowPrinter printer(snapshot);
    const RowOrder order(snapshot);
    RowCursor all(order, 0);
    while (const auto place = all.next()) {
        const auto row = rowDataOf(*snapshot, *place);
        rows.push_back({std::string(printer.eventName(*row)),
                        std::string(snapshot->tasks->nameAt(row->task, row->time)),
                        std::string(printer.info(*row))});
    }
    return rows;
}

} // namespace

class tst_textsearch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsThatShowTheTextAreFound_data();
    void rowsThatShowTheTextAreFound();
    void blankTextIsNoSearch();
    void aWrongTextIsAnErrorAtItsPlace();
};

void tst_textsearch::rowsThatShowTheTextAreFound_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<bool>("ignoresCase");
    QTest::addColumn<QByteArray>("regex"); // the same for a second opinion
    const auto row = [](const char *text, SearchKind kind, bool ignores, const char *regex) {
        QTest::newRow(text) << QByteArray(text) << int(kind) << ignores << QByteArray(regex);
    };
    row("sched_wak", SearchKind::Text, false, "sched_wak");
    row("SCHED_WAK", SearchKind::Text, true, "sched_wak");
    row("prev_state=", SearchKind::Text, false, "prev_state=");
    row("=>", SearchKind::Text, false, "=>");
    row("[120]", SearchKind::Text, false, "\\[120\\]");
    row("kworker/", SearchKind::Text, false, "kworker/");
    row("a*b", SearchKind::Text, false, "a\\*b");
    row("kworker/[01]:?", SearchKind::Glob, false, "kworker/[01]:.");
    row("KWORKER/[!1]", SearchKind::Glob, true, "kworker/[^1]");
    row("prio=1*[0-9] target", SearchKind::Glob, false, "prio=1.*[0-9] target");
    row("back\\[slash", SearchKind::Glob, false, "back\\[slash");
    row("^sched_(switch|waking)$", SearchKind::Regex, false, "^sched_(switch|waking)$");
}

void tst_textsearch::rowsThatShowTheTextAreFound()
{
    QFETCH(QByteArray, text);
    QFETCH(int, kind);
    QFETCH(bool, ignoresCase);
    QFETCH(QByteArray, regex);
    const auto snapshot = recording("sched-basic.dat");
    QVERIFY(snapshot);
    const auto expr = searchFor(text.toStdString(), SearchKind(kind), ignoresCase);
    QVERIFY(expr);
    const std::int64_t found = countBy(snapshot, expr->text());
    const QRegularExpression twin(QString::fromUtf8(regex),
                                  ignoresCase ? QRegularExpression::CaseInsensitiveOption
                                              : QRegularExpression::NoPatternOption);
    const auto has = [&](const std::string &part) {
        return twin.match(QString::fromStdString(part)).hasMatch();
    };
    const auto &rows = rowsOf(snapshot);
    const auto expected = std::count_if(rows.begin(), rows.end(), [&](const ShownRow &row) {
        return has(row.event) || has(row.task) || has(row.info);
    });
    QCOMPARE(found, static_cast<std::int64_t>(expected));
}

void tst_textsearch::blankTextIsNoSearch()
{
    for (const SearchKind kind :
         {SearchKind::Text, SearchKind::Glob, SearchKind::Regex, SearchKind::Expression}) {
        const auto expr = searchFor("  ", kind, false);
        QVERIFY(expr && expr->isEmpty());
    }
}

void tst_textsearch::aWrongTextIsAnErrorAtItsPlace()
{
    const auto regex = searchFor("ab(c", SearchKind::Regex, false);
    QVERIFY(!regex && regex.error().range.begin <= 4);
    const auto expr = searchFor("cpu ==", SearchKind::Expression, false);
    QVERIFY(!expr && expr.error().range.begin == 6);
    QVERIFY(!searchFor(std::string(FilterExpr::kMaxLength + 1, 'x'), SearchKind::Text, false));
    // Whatever is typed as a glob is one.
    for (const char *glob : {"[", "\\", "[!", "a]", "[]", "**", "?"})
        QVERIFY(searchFor(glob, SearchKind::Glob, true));
}

QTEST_GUILESS_MAIN(tst_textsearch)
#include "tst_textsearch.moc"
