// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/pictures/picture.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace thresher::ui {

class Settings;

/// Asks what the picture is to be, shows it, and saves or copies it. Choices are kept.
class PictureDialog final : public QDialog
{
    Q_OBJECT

public:
    /// @param subject  what it points to must outlive the dialog.
    /// @param path  that is proposed; its ending tells the format.
    PictureDialog(const PictureSubject &subject, Settings &settings, const QString &path,
                  QWidget *parent);

    [[nodiscard]] PictureOptions options() const;
    [[nodiscard]] PictureFormat format() const;
    [[nodiscard]] QString path() const;

Q_SIGNALS:
    void saved(const QString &path);
    void copied();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeFields();
    void makeLayout();
    void restore();
    void keep() const;
    void formatChosen();
    void pathEdited();
    void fieldsChanged();
    void updatePreview();
    void fitPreview();
    void browse();
    void save();
    void copy();
    void showProblem(const QString &text);

    PictureSubject m_subject;
    Settings &m_settings;
    QTimer m_previewTimer;
    QImage m_picture; ///< As it will be, not scaled.
    QComboBox *m_what = nullptr;
    QComboBox *m_format = nullptr;
    QComboBox *m_colours = nullptr;
    QComboBox *m_sizing = nullptr;
    QSpinBox *m_width = nullptr;
    QSpinBox *m_height = nullptr;
    QComboBox *m_scale = nullptr;
    QCheckBox *m_overview = nullptr;
    QCheckBox *m_caption = nullptr;
    QLabel *m_preview = nullptr;
    QLabel *m_facts = nullptr;
    QLineEdit *m_path = nullptr;
    QLabel *m_note = nullptr;
    QPushButton *m_save = nullptr;
};

/// Puts a picture into the clipboard: as PNG, and of the timeline as SVG as well, for programs that
/// prefer it.
[[nodiscard]] Result<void> copyPicture(const PictureSubject &subject,
                                       const PictureOptions &options);

} // namespace thresher::ui
