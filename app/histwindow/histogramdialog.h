// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/histwindow/countsform.h"
#include "app/histwindow/eventchoice.h"
#include "capture/eventformat.h"
#include "capture/probes/histtrigger.h"
#include "capture/recordrequest.h"

#include <array>
#include <optional>

class QCheckBox;
class QLabel;

namespace thresher::ui {

class FilterField;

/// A form for a histogram that the kernel counts: event, keys, values, order, size and condition;
/// and its line, which can be edited as well. What the form cannot say stays as it is written. GUI
/// thread.
class HistogramDialog final : public CountsForm
{
    Q_OBJECT

public:
    explicit HistogramDialog(QWidget *parent = nullptr);

    void setMachine(const capture::MachineReport &machine) override;
    void showError(const QString &text) override;
    /// Begins with an event and a field of it as its key; both may be empty.
    void choose(const QString &event, const QString &field);

    [[nodiscard]] EventChoice *event() const { return m_event; }
    [[nodiscard]] QComboBox *key(std::size_t i) const { return m_keys.at(i).field; }
    [[nodiscard]] QComboBox *keyModifier(std::size_t i) const { return m_keys.at(i).modifier; }
    [[nodiscard]] QComboBox *value(std::size_t i) const { return m_values.at(i); }
    [[nodiscard]] QLineEdit *line() const { return m_line; }
    [[nodiscard]] QString said() const;
    /// What is asked for; nothing while it makes no sense.
    [[nodiscard]] std::optional<capture::HistogramRequest> request() const;

protected:
    [[nodiscard]] std::optional<capture::InstanceRequest> instance(bool isAlone) const override;

private:
    struct Key
    {
        QComboBox *field = nullptr;
        QComboBox *modifier = nullptr;
    };
    void makeForm();
    void makeLine();
    void fillFields();
    void fillSort();
    void writeLine();
    void readLine();
    void say(const QString &text, const QString &role);
    void check();
    [[nodiscard]] capture::HistTrigger trigger() const;
    void setTrigger(const capture::HistTrigger &trigger);

    std::optional<capture::MachineReport> m_machine;
    std::vector<capture::EventField> m_filterFields;
    EventChoice *m_event = nullptr;
    std::array<Key, capture::kMaxHistKeys> m_keys;
    std::array<QComboBox *, 2> m_values{};
    QComboBox *m_sort = nullptr;
    QCheckBox *m_descending = nullptr;
    QComboBox *m_size = nullptr;
    FilterField *m_filter = nullptr;
    QLineEdit *m_line = nullptr;
    QLabel *m_said = nullptr;
    bool m_isByHand = false; ///< The line says more than the form can.
    bool m_isWriting = false;
};

} // namespace thresher::ui
