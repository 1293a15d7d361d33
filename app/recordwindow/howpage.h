// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/recordwindow/recordmodel.h"

#include <QWidget>

#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace thresher::ui {

/// How it is recorded: of which tasks and CPUs, buffers, clock, stacks, for how long, into which
/// file. GUI thread.
class HowPage final : public QWidget
{
    Q_OBJECT

public:
    /// @param record  outlives it.
    explicit HowPage(RecordModel &record, QWidget *parent = nullptr);

    [[nodiscard]] QLineEdit *commandField() const { return m_command; }
    [[nodiscard]] QLineEdit *fileField() const { return m_file; }
    [[nodiscard]] QComboBox *tasksBox() const { return m_tasks; }

Q_SIGNALS:
    void recordRequested();

private:
    enum class Tasks : std::uint8_t { All, Command, Pids };
    enum class Keep : std::uint8_t { All, Seconds, Buffers };

    void makeTasks(QFormLayout *form);
    void makeBuffers(QFormLayout *form);
    void makeLength(QFormLayout *form);
    void makeFile(QFormLayout *form);
    QLabel *addHeading(QFormLayout *form, const QString &text);
    QLineEdit *makeField(const QString &name, const QString &placeholder);
    void refresh();
    void refreshTasks();
    void refreshBuffers();
    void refreshHeadings();
    void refreshClocks();
    void takeTasks();
    void takeBuffers();
    void takeFile();
    void chooseFile();
    void chooseDirectory();
    [[nodiscard]] Tasks tasks() const;

    RecordModel &m_record;
    QFormLayout *m_form = nullptr;
    QComboBox *m_tasks = nullptr;
    QLineEdit *m_command = nullptr;
    QLineEdit *m_directory = nullptr;
    QLineEdit *m_environment = nullptr;
    QLineEdit *m_user = nullptr;
    QCheckBox *m_commandOnly = nullptr;
    QLineEdit *m_pids = nullptr;
    QCheckBox *m_children = nullptr;
    QLineEdit *m_cpus = nullptr;
    QComboBox *m_clock = nullptr;
    QSpinBox *m_buffer = nullptr;
    QSpinBox *m_subBuffer = nullptr;
    QComboBox *m_keep = nullptr;
    QSpinBox *m_seconds = nullptr;
    QCheckBox *m_kernelStacks = nullptr;
    QCheckBox *m_userStacks = nullptr;
    QDoubleSpinBox *m_duration = nullptr;
    QCheckBox *m_stopOnTrigger = nullptr;
    QLineEdit *m_name = nullptr;
    QLabel *m_clockNote = nullptr; ///< Buffers with different clocks.
    /// What the rows below are of; seen if there are several buffers.
    std::vector<QLabel *> m_headings;
    QLabel *m_bufferHeading = nullptr; ///< One of them.
    QLineEdit *m_file = nullptr;
    QCheckBox *m_replace = nullptr;
    QComboBox *m_format = nullptr;
    bool m_isTaking = false;
};

} // namespace thresher::ui
