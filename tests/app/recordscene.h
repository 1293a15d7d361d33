// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/recordwindow/eventspage.h"
#include "app/recordwindow/recorddialog.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

#include <memory>
#include <string>
#include <vector>

/// A Record window over what the recorder of a real machine has said.
namespace thresher::test {

using namespace thresher::ui; // a window of it is what all here is about

inline QByteArray contentsOf(const QString &name)
{
    QFile file(QStringLiteral(THRESHER_TEST_DATA "/record/") + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// What a recorder of a real machine has said.
inline capture::MachineReport reportOf(const QString &name)
{
    const QByteArray text = contentsOf(name);
    const auto message = capture::parseMessage(
        {text.data(), static_cast<std::size_t>(text.size())});
    capture::MachineReport report;
    if (message && std::holds_alternative<capture::Capabilities>(*message))
        report.capabilities = std::get<capture::Capabilities>(*message);
    const auto formats
        = QJsonDocument::fromJson(contentsOf(QStringLiteral("formats.json"))).object();
    for (auto at = formats.begin(); at != formats.end(); ++at)
        report.formats[at.key().toStdString()] = at.value().toString().toStdString();
    return report;
}

/// A kernel that has what the recorded one has not.
inline capture::MachineReport richReport()
{
    auto report = reportOf(QStringLiteral("capabilities.json"));
    report.capabilities.functions = true;
    report.capabilities.tracers.emplace_back("function_graph", true);
    for (auto &feature : report.capabilities.features)
        feature.available = true;
    return report;
}

struct RecordScene
{
    QTemporaryDir folder;
    std::unique_ptr<RecordDialog> dialog;

    explicit RecordScene(const QString &capabilities = QStringLiteral("capabilities.json"))
    {
        dialog = std::make_unique<RecordDialog>(folder.filePath(QStringLiteral("setups")),
                                                folder.filePath(QStringLiteral("out.dat")));
        dialog->setMachine(reportOf(capabilities));
        dialog->resize(1240, 680);
        dialog->show();
        QVERIFY(QTest::qWaitForWindowActive(dialog.get()));
    }
    [[nodiscard]] const capture::InstanceRequest &request() const
    {
        return dialog->record().instance();
    }
    [[nodiscard]] std::vector<std::string> globs() const
    {
        std::vector<std::string> globs;
        for (const auto &rule : request().events)
            globs.push_back(rule.match);
        for (const auto &glob : request().exclude)
            globs.push_back('!' + glob);
        return globs;
    }
    void clear()
    {
        dialog->record().editInstance([](auto &request) {
            request.events.clear();
            request.exclude.clear();
        });
    }
    /// As a user does it.
    void type(QWidget *field, const QString &text) const
    {
        QTest::mouseClick(field, Qt::LeftButton);
        QTest::keyClicks(field, text);
    }
    void clickCheckBox(const std::string &system, const std::string &event) const
    {
        QTreeView *tree = dialog->events()->tree();
        const auto *proxy = qobject_cast<QSortFilterProxyModel *>(tree->model());
        const auto index = proxy->mapFromSource(dialog->events()->model()->indexOf(system, event));
        QVERIFY(index.isValid());
        tree->scrollTo(index);
        const QRect row = tree->visualRect(index);
        QTest::mouseClick(tree->viewport(), Qt::LeftButton, {},
                          {row.left() + 11, row.center().y()});
    }
};

} // namespace thresher::test
