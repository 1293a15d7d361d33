// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/eventformat.h"

#include <QWidget>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QToolButton;
class QVBoxLayout;

namespace thresher::ui {

class FilterField;

/// One comparison of a condition: "count >= 65536".
struct Comparison
{
    std::string field;
    std::string op; ///< "==", "!=", "<", "<=", ">", ">=", "&", "~"
    std::string value; ///< Without quotes.
    bool isText = false; ///< In quotes.
    friend bool operator==(const Comparison &, const Comparison &) = default;
};
/// A filter that is nothing but comparisons joined by &&; nullopt: it is more than that. O(text).
[[nodiscard]] std::optional<std::vector<Comparison>> comparisonsOf(std::string_view filter);
/// Those without a value are left out.
[[nodiscard]] std::string filterOf(const std::vector<Comparison> &comparisons);

/// When an event is recorded: comparisons that are chosen from lists, or the kernel's language as a
/// text. GUI thread.
class ConditionPane final : public QWidget
{
    Q_OBJECT

public:
    explicit ConditionPane(QWidget *parent = nullptr);

    /// What can be compared. Fields that are no longer there stay in the condition, and are marked.
    void setFields(std::vector<capture::EventField> fields);
    /// changed() is not sent. As comparisons, where it can be.
    void setFilter(const std::string &filter);
    [[nodiscard]] std::string filter() const;
    /// What the kernel would refuse; empty: nothing that is known.
    [[nodiscard]] QString problem() const;

    [[nodiscard]] QComboBox *fieldBox(int row) const { return rowAt(row).field; }
    [[nodiscard]] QComboBox *opBox(int row) const { return rowAt(row).op; }
    [[nodiscard]] QLineEdit *valueField(int row) const { return rowAt(row).value; }
    [[nodiscard]] int rowCount() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] QToolButton *andButton() const { return m_and; }
    [[nodiscard]] QToolButton *asTextButton() const { return m_asText; }
    [[nodiscard]] FilterField *textField() const { return m_text; }

Q_SIGNALS:
    void changed();

private:
    struct Row
    {
        QWidget *widget = nullptr;
        QComboBox *field = nullptr;
        QComboBox *op = nullptr;
        QLineEdit *value = nullptr;
    };
    [[nodiscard]] const Row &rowAt(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    [[nodiscard]] std::vector<Comparison> comparisons() const;
    [[nodiscard]] const capture::EventField *fieldOf(const std::string &name) const;
    void addRow(const Comparison &comparison);
    void removeRow(const QWidget *widget);
    void fillFields(const Row &row, const std::string &chosen);
    void fillOps(const Row &row, const std::string &chosen);
    void showFilter(const std::string &filter);
    void showAsText(bool isText);
    void tell();
    void check();
    void clearRows();

    std::vector<capture::EventField> m_fields;
    std::vector<Row> m_rows;
    QVBoxLayout *m_list = nullptr;
    QWidget *m_builder = nullptr;
    QToolButton *m_and = nullptr;
    QToolButton *m_asText = nullptr;
    FilterField *m_text = nullptr;
    QLabel *m_problem = nullptr;
};

} // namespace thresher::ui
