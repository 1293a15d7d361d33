// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/eventformat.h"
#include "capture/recordrequest.h"
#include "model/filter/completion.h"

#include <QWidget>

#include <optional>
#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;

namespace thresher::ui {

class FilterField;

/// Of one probe of several: what its event is called, which of its events are kept, and what they
/// set off. GUI thread.
class ProbeActionsForm final : public QWidget
{
    Q_OBJECT

public:
    explicit ProbeActionsForm(QWidget *parent = nullptr);

    /// @param names  of all probes; with more than one they can be chosen from.
    void setChoice(const QStringList &names, int current);
    /// @param name  none: the line is no probe, or its event cannot be named.
    void showProbe(const capture::ProbeRequest &probe, const std::optional<QString> &name,
                   const QString &suggestedName, std::vector<capture::EventField> fields);
    struct Wrong
    {
        std::optional<TextRange> filter;
        QString filterText; ///< A sentence; empty: the filter is right, as far as is known.
        QString triggerText;
    };
    void showWrong(const Wrong &wrong);

    [[nodiscard]] QComboBox *choice() const { return m_choice; }
    [[nodiscard]] QLineEdit *nameField() const { return m_name; }
    [[nodiscard]] FilterField *filterField() const { return m_filter; }
    [[nodiscard]] QLineEdit *triggerField() const { return m_triggers; }
    [[nodiscard]] QCheckBox *triggersOnly() const { return m_triggersOnly; }
    [[nodiscard]] QString wrongText() const;

Q_SIGNALS:
    void chosen(int index);
    void nameEdited(const QString &name);
    /// The line is left alone.
    void actionsEdited(const thresher::capture::ProbeRequest &probe);
    void removeRequested();

private:
    void tell();

    capture::ProbeRequest m_probe;
    std::vector<capture::EventField> m_fields;
    QComboBox *m_choice;
    QLineEdit *m_name;
    FilterField *m_filter;
    QLineEdit *m_triggers;
    QCheckBox *m_triggersOnly;
    QLabel *m_wrong;
};

} // namespace thresher::ui
