// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/eventslices.h"
#include "model/qt/viewstate.h"
#include "widgets/details/detailshtml.h"
#include "widgets/filterbar/filtermenu.h"
#include "widgets/placemenu.h"
#include "widgets/timeline/calltext.h"

#include <QTextBrowser>

#include <functional>
#include <optional>
#include <set>

namespace thresher::ui {

/// All of the current event: what it is a part of, fields, stack, raw bytes, format. One text, so
/// that any part of it can be selected and copied; captions fold what is under them. GUI thread.
class DetailsPane final : public QTextBrowser
{
    Q_OBJECT

public:
    using Provider = DetailsProvider;

    /// @param view  outlives the pane.
    explicit DetailsPane(ViewState &view, QWidget *parent = nullptr);
    void setProvider(Provider provider);
    /// Gets what the menu asks for; outlives the pane.
    void setRequests(ViewRequests *requests) { m_requests = requests; }
    /// How calls of probed functions are read that the event is a part of.
    void setCallProvider(CallProvider provider) { m_calls = std::move(provider); }

    [[nodiscard]] const std::optional<EventDetails> &details() const { return m_details; }
    /// Sections the user has folded, by name; for the settings.
    [[nodiscard]] QStringList foldedSections() const;
    void setFoldedSections(const QStringList &sections);

Q_SIGNALS:
    void foldedChanged();

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void update();
    void render();
    void follow(const QUrl &link);
    [[nodiscard]] std::vector<DetailsSlice> slices() const;
    [[nodiscard]] QString nameOf(const EventSlice &slice) const;
    [[nodiscard]] int textWidth() const;
    /// The frame of the stack that is written there; empty: none.
    [[nodiscard]] QString frameAt(const QPoint &position) const;

    ViewState &m_view;
    Provider m_provider;
    CallProvider m_calls;
    ViewRequests *m_requests = nullptr;
    std::optional<EventDetails> m_details;
    std::vector<DetailsSlice> m_slices; ///< What it is a part of, as far as that is known.
    std::optional<Row> m_row; ///< Of the table, if the event is shown.
    std::set<QString> m_folded;
    int m_textWidth = 0; ///< For which the text was written.
};

} // namespace thresher::ui
