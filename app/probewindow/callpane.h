// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/probewindow/placereader.h"

#include <QWidget>

#include <optional>

class QCheckBox;
class QComboBox;
class QFrame;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTreeView;
class QVBoxLayout;

namespace thresher::ui {

class ConditionPane;
class ElidedLabel;
class ValueTreeModel;

/// What to know of a place: values at entry and of the return, when, and what else; what the events
/// are called. GUI thread.
class CallPane final : public QWidget
{
    Q_OBJECT

public:
    explicit CallPane(QWidget *parent = nullptr);

    void setMachine(const PlaceReader::Machine &machine);
    /// draftChanged() is not sent; draft() is what is usual then.
    void setDescription(PlaceDescription description);
    /// Nothing is to be had, and why: "Reading vfs_read…"
    void showNothing(const QString &text);
    [[nodiscard]] const std::optional<PlaceDescription> &description() const
    {
        return m_description;
    }

    [[nodiscard]] capture::ProbeDraft draft() const;
    /// draftChanged() is not sent.
    void setDraft(const capture::ProbeDraft &draft);
    /// The stacks of the program, which is a matter of the whole recording.
    [[nodiscard]] bool hasUserStack() const;
    /// The lines say what no ticks can: these are out of use until they are taken again.
    void setEditedByHand(bool isByHand);
    [[nodiscard]] bool isEditedByHand() const { return m_isByHand; }
    /// Where and by what the description is probed, whatever was chosen since.
    void showPoint();
    /// Why the draft makes no probes; empty: it does.
    void showProblem(const QString &problem);

    [[nodiscard]] QTreeView *tree() const { return m_tree; }
    [[nodiscard]] ValueTreeModel *values() const { return m_values; }
    [[nodiscard]] ConditionPane *condition() const { return m_condition; }
    [[nodiscard]] QLineEdit *nameField() const { return m_name; }
    [[nodiscard]] QComboBox *pointBox() const { return m_point; }
    [[nodiscard]] QPushButton *eventButton() const { return m_event; }
    [[nodiscard]] QCheckBox *kernelStackBox() const { return m_kernelStack; }
    [[nodiscard]] QCheckBox *userStackBox() const { return m_userStack; }
    [[nodiscard]] QCheckBox *countBox() const { return m_count; }
    [[nodiscard]] QString signatureText() const;
    [[nodiscard]] QString nothingText() const;

Q_SIGNALS:
    void draftChanged();
    /// Another line of source, by its address; 0: the function's entry. @param isByFprobe  of a
    /// kernel function, as of PlaceRef.
    void pointChosen(quint64 address, bool isByFprobe);
    /// The tracepoint's own event is to be recorded, with all its fields.
    void eventRequested();
    /// The lines are to be what the ticks say again.
    void ticksRequested();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *makeHead();
    QWidget *makeTree();
    QWidget *makeRest();
    void makeByHand(QVBoxLayout *layout);
    void showMeans();
    void showFields();
    void showPossible();
    void showEventButton(const capture::ProbeDraft &now);
    void onChanged();
    void chooseFormat(const QModelIndex &index);

    std::optional<PlaceDescription> m_description;
    PlaceReader::Machine m_machine;
    ValueTreeModel *m_values;
    bool m_isByHand = false;
    bool m_hasStacks = true; ///< As far as is known.
    QLabel *m_signature = nullptr;
    ElidedLabel *m_source = nullptr;
    QComboBox *m_point = nullptr;
    QPushButton *m_event = nullptr;
    QFrame *m_byHand = nullptr;
    QStackedWidget *m_pages = nullptr;
    QLabel *m_nothing = nullptr;
    QTreeView *m_tree = nullptr;
    ConditionPane *m_condition = nullptr;
    QLabel *m_conditionNote = nullptr;
    QCheckBox *m_kernelStack = nullptr;
    QCheckBox *m_userStack = nullptr;
    QCheckBox *m_count = nullptr;
    QLineEdit *m_name = nullptr;
    QLabel *m_problem = nullptr;
};

} // namespace thresher::ui
