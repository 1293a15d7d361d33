// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/specs/specform.h"

#include "model/analysis/counterspec.h"
#include "model/analysis/pairspec.h"
#include "widgets/filterbar/filterfield.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

/// "dev, pid=task", as a pair has it behind `by`.
std::vector<PairSpec::Key> keysOf(const QString &text)
{
    std::vector<PairSpec::Key> keys;
    for (const QString &each : text.split(u',', Qt::SkipEmptyParts)) {
        const QStringList ends = each.split(u'=');
        PairSpec::Key key;
        key.begin = ends.front().trimmed().toStdString();
        key.end = ends.back().trimmed().toStdString();
        keys.push_back(std::move(key));
    }
    return keys;
}

QString textOf(const std::vector<PairSpec::Key> &keys)
{
    QStringList texts;
    for (const PairSpec::Key &key : keys)
        texts += QString::fromStdString(key.begin == key.end ? key.begin
                                                             : key.begin + '=' + key.end);
    return texts.join(u", "_s);
}

} // namespace

SpecForm::SpecForm(Provider provider, QWidget *parent)
    : QWidget(parent)
    , m_provider(std::move(provider))
    , m_first(new QCheckBox(tr("a begin within a slice is &ignored, not a new one"), this))
    , m_signed(new QCheckBox(tr("may be ne&gative"), this))
    , m_pair(new QWidget(this))
    , m_counter(new QWidget(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    // Several grids whose columns are equally wide, whatever is in them.
    const int labelWidth = QFontMetrics(font()).horizontalAdvance(tr("Curve for each"));
    const auto grid = [labelWidth](QWidget *of) {
        auto *made = new QGridLayout(of);
        made->setContentsMargins({});
        made->setColumnMinimumWidth(0, labelWidth);
        made->setColumnMinimumWidth(2, labelWidth);
        made->setColumnStretch(1, 3);
        made->setColumnStretch(3, 2);
        return made;
    };
    const auto put = [this](QGridLayout *in, int row, int column, Part part, const QString &name,
                            const QString &hint) {
        auto *label = new QLabel(name, in->parentWidget());
        FilterField *made = makeField(part, name, hint);
        label->setBuddy(made);
        in->addWidget(label, row, 2 * column);
        in->addWidget(made, row, 2 * column + 1);
    };
    auto *top = grid(new QWidget(this));
    layout->addWidget(top->parentWidget());
    put(top, 0, 0, Part::Name, tr("Na&me"), tr("as it is called in lanes and lists"));
    top->addWidget(m_first, 0, 2, 1, 2);
    top->addWidget(m_signed, 0, 2, 1, 2);
    auto *pair = grid(m_pair);
    put(pair, 0, 0, Part::Begin, tr("From e&vent"), tr("block_rq_issue"));
    put(pair, 0, 1, Part::BeginFilter, tr("if"), tr("any; or a filter: bytes > 4096"));
    put(pair, 1, 0, Part::End, tr("&To event"), tr("block_rq_complete"));
    put(pair, 1, 1, Part::EndFilter, tr("if"), tr("any"));
    put(pair, 2, 0, Part::Keys, tr("&With the same"), tr("dev, sector; cpu; pid=task"));
    put(pair, 2, 1, Part::Lane, tr("&Lane for each"), tr("task, cpu or a key"));
    auto *counter = grid(m_counter);
    put(counter, 0, 0, Part::Event, tr("E&vent"), tr("cpu_frequency"));
    put(counter, 0, 1, Part::Field, tr("&Field"), tr("state"));
    put(counter, 1, 0, Part::Series, tr("Curve for &each"), tr("one; or a field, cpu, task"));
    put(counter, 1, 1, Part::Unit, tr("&Unit"), tr("kHz"));
    layout->addWidget(m_pair);
    layout->addWidget(m_counter);
    setTabOrder(field(Part::Name), m_first);
    setTabOrder(m_first, m_signed);
    setTabOrder(m_signed, field(Part::Begin));
    for (QCheckBox *box : {m_first, m_signed})
        connect(box, &QCheckBox::toggled, this, [this] {
            if (!m_isShowing)
                Q_EMIT edited();
        });
    showPart();
}

FilterField *SpecForm::makeField(Part part, const QString &name, const QString &hint)
{
    auto *made = new FilterField(this);
    m_fields[static_cast<std::size_t>(part)] = made;
    made->setPlaceholderText(hint);
    made->setAccessibleName(QString(name).remove(u'&'));
    made->setProvider([this, part](const std::string &text, std::size_t cursor) {
        return complete(part, text, cursor);
    });
    connect(made, &QLineEdit::textChanged, this, [this] {
        if (!m_isShowing)
            Q_EMIT edited();
    });
    connect(made, &FilterField::applied, this, &SpecForm::applied);
    connect(made, &FilterField::left, this, &SpecForm::left);
    return made;
}

/// As in the whole text up to there.
std::vector<Completion> SpecForm::complete(Part part, const std::string &text,
                                           std::size_t cursor) const
{
    const std::string both = "x: " + value(Part::Begin) + " -> " + value(Part::End);
    const std::string counter = "x: " + value(Part::Event) + ' ';
    std::string before;
    bool isExpression = false;
    switch (part) {
    case Part::Begin:
    case Part::Event:
        before = "x: ";
        break;
    case Part::BeginFilter:
        before = "x: " + value(Part::Begin) + " if (";
        isExpression = true;
        break;
    case Part::End:
        before = "x: " + value(Part::Begin) + " -> ";
        break;
    case Part::EndFilter:
        before = both + " if (";
        isExpression = true;
        break;
    case Part::Keys:
        before = both + " by ";
        break;
    case Part::Lane:
        before = both + (value(Part::Keys).empty() ? " on " : " by " + value(Part::Keys) + " on ");
        isExpression = true;
        break;
    case Part::Field:
        before = counter;
        break;
    case Part::Series:
        before = counter + value(Part::Field) + " by ";
        break;
    case Part::Name:
    case Part::Unit:
    case Part::Count:
        return {};
    }
    std::vector<Completion> found = m_provider(m_kind, before + text, before.size() + cursor);
    // Words of the grammar are not written here.
    std::erase_if(found, [&](const Completion &each) {
        return each.range.begin < before.size()
               || (!isExpression && each.kind == Completion::Kind::Operator);
    });
    for (Completion &each : found)
        each.range = {each.range.begin - before.size(), each.range.end - before.size()};
    return found;
}

std::string SpecForm::value(Part part) const
{
    return field(part)->text().trimmed().toStdString();
}

void SpecForm::set(Part part, const std::string &text)
{
    // Where it says the same already, the cursor stays.
    if (value(part) != text)
        field(part)->setText(QString::fromStdString(text));
}

void SpecForm::show(SpecKind kind, const QString &text)
{
    m_isShowing = true;
    m_kind = kind;
    showPart();
    const std::string whole = text.trimmed().toStdString();
    if (whole.empty()) {
        for (FilterField *each : m_fields)
            each->clear();
        m_first->setChecked(false);
        m_signed->setChecked(false);
    } else if (kind == SpecKind::Pair) {
        if (const auto spec = parsePair(whole)) {
            set(Part::Name, spec->name);
            set(Part::Begin, spec->begin.event);
            set(Part::BeginFilter, spec->begin.filter);
            set(Part::End, spec->end.event);
            set(Part::EndFilter, spec->end.filter);
            if (textOf(keysOf(field(Part::Keys)->text())) != textOf(spec->keys))
                field(Part::Keys)->setText(textOf(spec->keys));
            set(Part::Lane, spec->lane);
            m_first->setChecked(spec->keepsFirst);
        }
    } else if (const auto spec = parseCounter(whole)) {
        set(Part::Name, spec->name);
        set(Part::Event, spec->event);
        set(Part::Field, spec->field);
        set(Part::Series, spec->key);
        set(Part::Unit, spec->unit);
        m_signed->setChecked(spec->isSigned);
    }
    m_isShowing = false;
}

QString SpecForm::text() const
{
    const auto isEmpty = [this](std::initializer_list<Part> parts) {
        return std::ranges::all_of(parts, [this](Part part) { return value(part).empty(); });
    };
    if (m_kind == SpecKind::Pair) {
        if (isEmpty({Part::Name, Part::Begin, Part::BeginFilter, Part::End, Part::EndFilter,
                     Part::Keys, Part::Lane}))
            return {};
        PairSpec spec;
        spec.name = value(Part::Name);
        spec.begin = {value(Part::Begin), value(Part::BeginFilter), {}, {}};
        spec.end = {value(Part::End), value(Part::EndFilter), {}, {}};
        spec.keys = keysOf(field(Part::Keys)->text());
        spec.lane = value(Part::Lane);
        spec.keepsFirst = m_first->isChecked();
        return QString::fromStdString(spec.text());
    }
    if (isEmpty({Part::Name, Part::Event, Part::Field, Part::Series, Part::Unit}))
        return {};
    CounterSpec spec;
    spec.name = value(Part::Name);
    spec.event = value(Part::Event);
    spec.field = value(Part::Field);
    spec.key = value(Part::Series);
    spec.unit = value(Part::Unit);
    spec.isSigned = m_signed->isChecked();
    return QString::fromStdString(spec.text());
}

void SpecForm::showPart()
{
    const bool isPair = m_kind == SpecKind::Pair;
    m_pair->setVisible(isPair);
    m_first->setVisible(isPair);
    m_counter->setVisible(!isPair);
    m_signed->setVisible(!isPair);
}

} // namespace thresher::ui
