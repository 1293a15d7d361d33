// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/filterexpr.h"

#include <QTest>

#include <random>

using namespace thresher;

class tst_filterexpr : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anExpressionIsReadAsItsTreeSays_data();
    void anExpressionIsReadAsItsTreeSays();
    void anExpressionHasOneText_data();
    void anExpressionHasOneText();
    void anErrorMarksTheWrongToken_data();
    void anErrorMarksTheWrongToken();
    void whatIsBeyondMeasureIsAnError();
    void randomTreesSurviveBeingWrittenAndRead();
    void twoExpressionsBecomeOne();
    void aValueIsQuotedIfItMustBe();
};

namespace {

/// "Or(sched_switch: prev_prio < 100, irq)": the tree, without any precedence.
QString tree(const FilterExpr &expr, std::uint32_t id)
{
    const FilterNode &node = expr.nodes[id];
    QStringList inner;
    for (const std::uint32_t child : node.children)
        inner.append(tree(expr, child));
    for (const FilterValue &value : node.values)
        inner.append(QString::fromStdString((value.isCpus     ? "CPUS "
                                             : value.isQuoted ? "'"
                                                              : "")
                                            + value.text));
    static const QStringList kKinds{
        QStringLiteral("And"), QStringLiteral("Or"),    QStringLiteral("Not"),   QString(),
        QStringLiteral("has"), QStringLiteral("event"), QStringLiteral("within")};
    QString text = kKinds[static_cast<int>(node.kind)];
    if (node.kind == FilterNode::Kind::Compare) {
        const auto op = filterOpText(node.op);
        text = QString::fromUtf8(op.data(), static_cast<qsizetype>(op.size()));
    }
    if (!node.name.empty())
        inner.prepend(QString::fromStdString(node.name));
    return text + u'(' + inner.join(QStringLiteral(", ")) + u')';
}

QString tree(const FilterExpr &expr)
{
    return expr.isEmpty() ? QString()
                          : tree(expr, static_cast<std::uint32_t>(expr.nodes.size() - 1));
}

QString treeOf(const char *text)
{
    const auto expr = parseFilter(text);
    return expr ? tree(*expr) : QString::fromStdString(expr.error().text());
}

} // namespace

void tst_filterexpr::anExpressionIsReadAsItsTreeSays_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *text, const char *expected) {
        QTest::newRow(text) << QByteArray(text) << QString::fromLatin1(expected);
    };
    row("", "");
    row(" \n\t ", "");
    row("a == 1", "==(a, 1)");
    row("a==1&&b!=2||c<3", "Or(And(==(a, 1), !=(b, 2)), <(c, 3))");
    row("a == 1 and b <= 2 or not c >= 3", "Or(And(==(a, 1), <=(b, 2)), Not(>=(c, 3)))");
    row("(a > 1 || b & 0xf) && c ~ x*", "And(Or(>(a, 1), &(b, 0xf)), ~(c, x*))");
    row("a !~ \"x y\" && b =~ '^a|b$' && c !=~ d", "And(!~(a, 'x y), =~(b, '^a|b$), !=~(c, d))");
    row("cpu in {0-3,7}", "in(cpu, 0-3, 7)");
    row("cpu not in{ 1 , 'x' }", "not in(cpu, 1, 'x)");
    row("cpus & CPUS{0-3}", "&(cpus, CPUS 0-3)");
    row("comm == <idle> && comm != kworker/0:1H", "And(==(comm, <idle>), !=(comm, kworker/0:1H))");
    row("a == -5 && a in {-5--3}", "And(==(a, -5), in(a, -5--3))");
    row("!a == 1", "Not(==(a, 1))");
    row("!!(a == 1)", "Not(Not(==(a, 1)))");
    row("has(irq) && !has(x)", "And(has(irq), Not(has(x)))");
    row("a == \"q\\\"\\\\\\d\"", "==(a, 'q\"\\\\d)");
    // Events
    row("sched_switch", "event(sched_switch)");
    row("sched:*", "event(sched:*)");
    row("sched_[sw]* || !irq", "Or(event(sched_[sw]*), Not(event(irq)))");
    row("event == sched_* && system in {sched, irq}",
        "And(==(event, sched_*), in(system, sched, irq))");
    // Prefixes
    row("e: a == 1", "within(e, ==(a, 1))");
    row("e:a==1", "within(e, ==(a, 1))");
    row("s:e:a==1", "within(s:e, ==(a, 1))");
    row("s:*: a == 1", "within(s:*, ==(a, 1))");
    row("s:*: e", "within(s:*, event(e))");
    row("e: (a == 1 || f: b == 2)", "within(e, Or(==(a, 1), within(f, ==(b, 2))))");
    row("e: !a == 1", "within(e, Not(==(a, 1)))");
    row("e: not a == 1", "within(e, Not(==(a, 1)))");
    row("e: has(a)", "within(e, has(a))");
    row("e: a == 1 || b == 2 && c == 3", "within(e, Or(==(a, 1), And(==(b, 2), ==(c, 3))))");
    row("e: a == 1 || f: b == 2", "Or(within(e, ==(a, 1)), within(f, ==(b, 2)))");
    row("e: a == 1 && b == 2 || s:f: b == 2 || c == 3",
        "Or(within(e, And(==(a, 1), ==(b, 2))), within(s:f, Or(==(b, 2), ==(c, 3))))");
    row("e: a == 1 || f", "Or(within(e, ==(a, 1)), event(f))");
    row("e: a == 1 || f || b == 2", "Or(within(e, ==(a, 1)), event(f), ==(b, 2))");
    row("x == 0 || y == 1 && e: a == 1 || b == 2",
        "Or(==(x, 0), And(==(y, 1), within(e, Or(==(a, 1), ==(b, 2)))))");
    row("(e: a == 1) || b == 2", "Or(within(e, ==(a, 1)), ==(b, 2))");
    // Words that are names where an operator follows
    row("in == 5 || or in {1} || not == 2", "Or(==(in, 5), in(or, 1), ==(not, 2))");
}

void tst_filterexpr::anExpressionIsReadAsItsTreeSays()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, expected);
    QCOMPARE(treeOf(text.constData()), expected);
}

void tst_filterexpr::anExpressionHasOneText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *text, const char *expected) {
        QTest::newRow(text) << QByteArray(text) << QByteArray(expected);
    };
    row(" ", "");
    row("a==1&&(b!=2||((c<3)))", "a == 1 && (b != 2 || c < 3)");
    row("(a==1 && b==2) || c==3", "a == 1 && b == 2 || c == 3");
    row("not (a in{1,2-3})", "!(a in {1, 2-3})");
    row("a == 'it is'", "a == \"it is\"");
    row("a == 'a\"b\\\\'", "a == \"a\\\"b\\\\\"");
    row("e:a==1||f:b==2||g", "e: a == 1 || f: b == 2 || g");
    row("(e:a==1)||b==2", "(e: a == 1) || b == 2");
    row("c==1&&e:a==1", "c == 1 && e: a == 1");
    row("(c==1&&e:a==1)||d==2", "c == 1 && (e: a == 1) || d == 2");
    row("e:(f:a==1)", "e: (f: a == 1)");
    row("e:(f)", "e: (f)");
    row("x & CPUS{ 1 }", "x & CPUS{ 1 }");
}

void tst_filterexpr::anExpressionHasOneText()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, expected);
    const auto expr = parseFilter(text.toStdString());
    QVERIFY(expr);
    QCOMPARE(expr->text(), expected.toStdString());
    QCOMPARE(treeOf(expected.constData()), tree(*expr));
}

void tst_filterexpr::anErrorMarksTheWrongToken_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("begin");
    QTest::addColumn<int>("end");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *text, int begin, int end, const char *message) {
        QTest::newRow(text) << QByteArray(text) << begin << end << QByteArray(message);
    };
    row("a ==", 4, 4, "the expression ends, expected a value");
    row("a = 5", 2, 3, "'=', expected an operator, && or ||; did you mean '=='?");
    row("a == 1 b", 7, 8, "'b', expected an operator, && or ||");
    row("a == 1 &&", 9, 9, "the expression ends, expected a field, an event or (");
    row("a == 1 && || b", 10, 12, "'||', expected a field, an event or (");
    row("(a == 1", 7, 7, "the expression ends, expected &&, || or )");
    row("a == 1)", 6, 7, "')', expected no ) without a (");
    row("a == \"x", 5, 7, "text without a closing quote");
    row("a & CPUS{1", 4, 10, "a list without }");
    row("a in 5", 5, 6, "'5', expected a set as {1, 3-5}");
    row("a in {,}", 6, 7, "',', expected a value");
    row("a in {1 2}", 8, 9, "'2', expected a comma or }");
    row("a in {1,", 8, 8, "the expression ends, expected a value");
    row("!e: a == 1", 1, 2, "a prefix behind '!', expected parentheses around what is negated");
    row("a:b:c: x == 1", 4, 5, "'c', expected an event as SYSTEM:EVENT");
    row("and", 0, 3, "'and', expected a field, an event or (");
    row("has(", 4, 4, "the expression ends, expected a field");
    row("has(a", 5, 5, "the expression ends, expected )");
    row("a == 1 \xc3\xa4", 7, 9, "'\xc3\xa4', expected an operator, && or ||");
    row("e:", 2, 2, "the expression ends, expected a field, an event or (");
    row("$x", 0, 1, "'$', expected a field, an event or (");
}

void tst_filterexpr::anErrorMarksTheWrongToken()
{
    QFETCH(QByteArray, text);
    QFETCH(int, begin);
    QFETCH(int, end);
    QFETCH(QByteArray, message);
    const auto expr = parseFilter(text.toStdString());
    QVERIFY(!expr);
    QCOMPARE(expr.error().text(), message.toStdString());
    QCOMPARE(static_cast<int>(expr.error().range.begin), begin);
    QCOMPARE(static_cast<int>(expr.error().range.end), end);
}

void tst_filterexpr::whatIsBeyondMeasureIsAnError()
{
    const auto fails = [](const std::string &text) { return !parseFilter(text).has_value(); };
    QVERIFY(!fails(std::string(60, '(') + "a == 1" + std::string(60, ')')));
    QVERIFY(fails(std::string(30000, '(')));
    QVERIFY(fails(std::string(30000, '!') + "a"));
    QVERIFY(fails("a == \"" + std::string(FilterExpr::kMaxLength, 'x') + '"'));
    std::string chain = "a";
    for (std::size_t i = 0; i < FilterExpr::kMaxNodes; ++i)
        chain += "||a";
    QVERIFY(fails(chain));
    std::string set = "a in {1";
    for (std::size_t i = 0; i < FilterExpr::kMaxValues; ++i)
        set += ",1";
    QVERIFY(fails(set + "}"));
}

namespace {

/// A random tree, bottom up.
class RandomTree
{
public:
    explicit RandomTree(std::mt19937 &random)
        : m_random(random)
    {}
    FilterExpr make()
    {
        node(0, {});
        return std::move(m_expr);
    }

private:
    using Kind = FilterNode::Kind;

    std::uint32_t below(std::uint32_t limit)
    {
        return static_cast<std::uint32_t>(m_random()) % limit;
    }

    std::uint32_t add(FilterNode node)
    {
        m_expr.nodes.push_back(std::move(node));
        return static_cast<std::uint32_t>(m_expr.nodes.size() - 1);
    }

    std::uint32_t node(int depth, std::optional<Kind> parent)
    {
        FilterNode made;
        const std::uint32_t dice = depth > 6 ? 4 + below(4) : below(8);
        if (dice < 2) {
            made.kind = dice == 0 ? Kind::And : Kind::Or;
            const std::uint32_t count = 2 + below(3);
            for (std::uint32_t i = 0; i < count; ++i)
                made.children.push_back(node(depth + 1, made.kind));
        } else if (dice == 2) {
            made.kind = Kind::Not;
            made.children.push_back(node(depth + 1, made.kind));
        } else if (dice == 3 && parent != Kind::Not) {
            made.kind = Kind::Within;
            made.name = below(2) == 0 ? "s:e*" : "ev";
            made.children.push_back(node(depth + 1, made.kind));
        } else if (dice == 4) {
            made.kind = Kind::Event;
            made.name = below(2) == 0 ? "sched:*" : "irq_?";
        } else if (dice == 5) {
            made.kind = Kind::Has;
            made.name = "has";
        } else {
            made = condition();
        }
        return add(std::move(made));
    }

    FilterNode condition()
    {
        FilterNode made;
        made.op = static_cast<FilterOp>(below(13));
        made.name = below(9) == 0 ? "not" : "field";
        const bool isSet = made.op == FilterOp::In || made.op == FilterOp::NotIn;
        for (std::uint32_t i = isSet ? 1 + below(3) : 1; i > 0; --i) {
            FilterValue value;
            value.isQuoted = below(2) == 0;
            value.text = value.isQuoted ? "a \"b\\" : "0x5-7:<x>";
            if (value.isQuoted && below(2) == 0)
                value.text = "";
            made.values.push_back(value);
        }
        return made;
    }

    std::mt19937 &m_random;
    FilterExpr m_expr;
};

} // namespace

void tst_filterexpr::randomTreesSurviveBeingWrittenAndRead()
{
    const std::uint32_t seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (int i = 0; i < 3000; ++i) {
        const FilterExpr made = RandomTree(random).make();
        const std::string text = made.text();
        const auto read = parseFilter(text);
        QVERIFY2(read, (text + "\n" + (read ? "" : read.error().text())).c_str());
        QVERIFY2(tree(*read) == tree(made), text.c_str());
        QCOMPARE(read->text(), text);
    }
}

void tst_filterexpr::twoExpressionsBecomeOne()
{
    const auto both = [](const char *a, const char *b) {
        return bothOf(*parseFilter(a), *parseFilter(b)).text();
    };
    QCOMPARE(both("", "a == 1"), std::string("a == 1"));
    QCOMPARE(both("a == 1", ""), std::string("a == 1"));
    QCOMPARE(both("a == 1 || b == 2", "cpu == 3"), std::string("(a == 1 || b == 2) && cpu == 3"));
    QCOMPARE(both("a == 1 && b == 2", "e: c == 3"), std::string("a == 1 && b == 2 && e: c == 3"));
}

void tst_filterexpr::aValueIsQuotedIfItMustBe()
{
    QCOMPARE(filterValueText("kworker/0:1"), std::string("kworker/0:1"));
    QCOMPARE(filterValueText("<idle>"), std::string("<idle>"));
    QCOMPARE(filterValueText(""), std::string("\"\""));
    QCOMPARE(filterValueText("a b"), std::string("\"a b\""));
    QCOMPARE(filterValueText("a\"b"), std::string("\"a\\\"b\""));
    QCOMPARE(filterValueText("x:"), std::string("\"x:\""));
    QCOMPARE(filterValueText("CPUS{1}"), std::string("\"CPUS{1}\""));
}

QTEST_GUILESS_MAIN(tst_filterexpr)
#include "tst_filterexpr.moc"
