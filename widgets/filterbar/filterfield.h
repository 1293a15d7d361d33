// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/filter/completion.h"

#include <QLineEdit>

#include <functional>
#include <optional>
#include <vector>

class QListView;
class QStandardItemModel;

namespace thresher::ui {

/// A field for a filter expression, with what may stand at the cursor in a list below it. Tab or
/// Return take the chosen entry, Escape closes the list; without a list Return applies. While it is
/// not edited, long sets are shown cut to what fits (see shownText()); the tool tip has all.
class FilterField final : public QLineEdit
{
    Q_OBJECT

public:
    explicit FilterField(QWidget *parent = nullptr);

    /// What may stand at the byte `cursor` of the text in UTF-8.
    using Provider
        = std::function<std::vector<Completion>(const std::string &text, std::size_t cursor)>;
    void setProvider(Provider provider);

    /// Underlines a part of the text; until it is edited. @param range  bytes in UTF-8; an empty
    /// one marks the character before it.
    void markWrong(TextRange range);
    void clearMark();
    [[nodiscard]] bool isMarked() const { return m_wrong.has_value(); }
    /// Where the marked part begins; this widget's coordinates.
    [[nodiscard]] int markX() const;

    [[nodiscard]] QListView *list() const { return m_list; }
    /// What is to be read in the field: text(), or without the focus what fits of it.
    [[nodiscard]] QString shownText() const;

Q_SIGNALS:
    void applied(const QString &text);
    void left(); ///< By Escape.
    void menuRequested(); ///< By Alt+Down.
    void markCleared();

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    struct Part
    {
        int begin = 0; ///< QChars.
        int end = 0;
    };
    void complete();
    void showList();
    void hideList();
    void choose(int step);
    void take(int row);
    [[nodiscard]] Part partOf(TextRange range) const;
    [[nodiscard]] int xOf(int position) const;
    [[nodiscard]] QRect textRoom() const;
    void paintShown(const QString &shown);

    Provider m_provider;
    std::vector<Completion> m_completions;
    QStandardItemModel *m_model;
    QListView *m_list;
    std::optional<Part> m_wrong;
};

} // namespace thresher::ui
