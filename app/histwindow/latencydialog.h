// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/histwindow/countsform.h"
#include "app/histwindow/eventchoice.h"
#include "capture/eventformat.h"
#include "capture/probes/latencyevent.h"
#include "capture/recordrequest.h"

#include <array>
#include <optional>

class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;

namespace thresher::ui {

class FilterField;

/// A form for a latency event: where it begins and ends, what belongs together, what is carried
/// along; and the lines that the kernel is told. GUI thread.
class LatencyDialog final : public CountsForm
{
    Q_OBJECT

public:
    explicit LatencyDialog(QWidget *parent = nullptr);

    void setMachine(const capture::MachineReport &machine) override;
    void showError(const QString &text) override;
    /// Begins with an event that a latency starts with; may be empty.
    void choose(const QString &event);

    /// Of the begin (0) and the end (1).
    [[nodiscard]] EventChoice *event(std::size_t side) const { return m_sides.at(side).event; }
    [[nodiscard]] QComboBox *key(std::size_t side) const { return m_sides.at(side).key; }
    [[nodiscard]] QListWidget *fields(std::size_t side) const { return m_sides.at(side).fields; }
    [[nodiscard]] QLineEdit *name() const { return m_name; }
    /// As `thresher record --latency` takes it; can be edited.
    [[nodiscard]] QLineEdit *line() const { return m_line; }
    [[nodiscard]] QString linesText() const; ///< What tracefs is told.
    [[nodiscard]] QString said() const;

protected:
    [[nodiscard]] std::optional<capture::InstanceRequest> instance(bool isAlone) const override;

private:
    struct Side
    {
        EventChoice *event = nullptr;
        QComboBox *key = nullptr;
        FilterField *filter = nullptr;
        QListWidget *fields = nullptr;
        std::vector<capture::EventField> filterFields;
    };
    QWidget *makeSide(std::size_t side, const QString &title);
    void makeLines();
    void fillSide(Side &side);
    void guessKey();
    void writeLine();
    void readLine();
    void check();
    [[nodiscard]] capture::LatencyEnd endOf(const Side &side) const;
    [[nodiscard]] capture::LatencyEvent latency() const;
    void setSide(Side &side, const capture::LatencyEnd &end);

    std::optional<capture::MachineReport> m_machine;
    std::array<Side, 2> m_sides;
    QLineEdit *m_name = nullptr;
    QComboBox *m_unit = nullptr;
    QLineEdit *m_line = nullptr;
    QPlainTextEdit *m_lines = nullptr;
    QLabel *m_said = nullptr;
    bool m_isWriting = false;
    bool m_isByHand = false; ///< The line was written last.
};

} // namespace thresher::ui
