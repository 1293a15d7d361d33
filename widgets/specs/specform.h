// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/speccompletion.h"

#include <QWidget>

#include <array>
#include <functional>
#include <memory>

class QCheckBox;
class QFormLayout;
class QGridLayout;

namespace thresher::ui {

class FilterField;

/// The parts of a pair or counter, a field each: the same as its text, for who does not know the
/// grammar. Each field completes what may stand there. GUI thread.
class SpecForm final : public QWidget
{
    Q_OBJECT

public:
    enum class Part : std::uint8_t {
        Name,
        Begin, ///< Events, and what filters them.
        BeginFilter,
        End,
        EndFilter,
        Keys,
        Lane,
        Event, ///< Of a counter, as all that follow.
        Field,
        Series,
        Unit,
        Count
    };

    /// What may stand at a byte of the text of a pair or counter.
    using Provider = std::function<std::vector<Completion>(SpecKind kind, const std::string &text,
                                                           std::size_t cursor)>;

    explicit SpecForm(Provider provider, QWidget *parent = nullptr);

    /// Shows the parts of a text; those of one that is wrong stay as they are. An empty one empties
    /// all.
    void show(SpecKind kind, const QString &text);
    /// What the fields say, as parsePair() and parseCounter() read it; empty if all are.
    [[nodiscard]] QString text() const;

    [[nodiscard]] FilterField *field(Part part) const
    {
        return m_fields[static_cast<std::size_t>(part)];
    }
    [[nodiscard]] QCheckBox *firstBox() const { return m_first; }
    [[nodiscard]] QCheckBox *signedBox() const { return m_signed; }

Q_SIGNALS:
    void edited(); ///< By the user.
    void applied(); ///< Return was pressed in a field.
    void left(); ///< Escape was.

private:
    [[nodiscard]] FilterField *makeField(Part part, const QString &name, const QString &hint);
    [[nodiscard]] std::vector<Completion> complete(Part part, const std::string &text,
                                                   std::size_t cursor) const;
    [[nodiscard]] std::string value(Part part) const;
    void set(Part part, const std::string &text);
    void showPart();

    Provider m_provider;
    SpecKind m_kind = SpecKind::Pair;
    std::array<FilterField *, static_cast<std::size_t>(Part::Count)> m_fields{};
    QCheckBox *m_first;
    QCheckBox *m_signed;
    QWidget *m_pair;
    QWidget *m_counter;
    bool m_isShowing = false; ///< Its fields change, but not by the user.
};

} // namespace thresher::ui
