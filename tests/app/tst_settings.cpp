// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/settings.h"
#include "app/startoptions.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

class tst_Settings : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    QString writeFile(const QString &name, const QByteArray &content)
    {
        QFile file(m_folder.filePath(name));
        if (file.open(QFile::WriteOnly))
            file.write(content);
        return file.fileName();
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_CONFIG_HOME", m_folder.filePath(u"config"_s).toLocal8Bit());
        qputenv("XDG_STATE_HOME", m_folder.filePath(u"state"_s).toLocal8Bit());
    }

    void recentFilesAreBoundedAndTheLatestIsFirst()
    {
        Settings settings;
        for (int i = 0; i < 30; ++i)
            settings.addRecentFile(u"/traces/%1.dat"_s.arg(i));
        settings.addRecentFile(u"/traces/25.dat"_s);
        const QStringList files = Settings().recentFiles();
        QCOMPARE(files.size(), Settings::kMostRecent);
        QCOMPARE(files.mid(0, 3),
                 (QStringList{u"/traces/25.dat"_s, u"/traces/29.dat"_s, u"/traces/28.dat"_s}));
        settings.removeRecentFile(u"/traces/29.dat"_s);
        QVERIFY(!settings.recentFiles().contains(u"/traces/29.dat"_s));
    }

    void aViewBelongsToAFileAsItIs()
    {
        const QString path = writeFile(u"a.dat"_s, "123");
        Settings().setViewOf(path, {{u"x"_s, 42}});
        QCOMPARE(Settings().viewOf(path).value(u"x"_s).toInt(), 42);
        // Another way to the same file.
        QCOMPARE(Settings().viewOf(m_folder.path() + u"/./a.dat"_s).value(u"x"_s).toInt(), 42);
        writeFile(u"a.dat"_s, "1234");
        QVERIFY(Settings().viewOf(path).isEmpty());
        QVERIFY(Settings().viewOf(u"/no/such/file"_s).isEmpty());
        Settings().setViewOf(u"/no/such/file"_s, {{u"x"_s, 1}});
    }

    void aDamagedViewIsNoView()
    {
        const QString path = writeFile(u"b.dat"_s, "123");
        Settings().setViewOf(path, {{u"x"_s, 42}});
        QDir views(m_folder.filePath(u"state/thresher/views"_s));
        for (const QString &name : views.entryList(QDir::Files)) {
            QFile file(views.filePath(name));
            QVERIFY(file.open(QFile::WriteOnly));
            file.write("{\"x\": 4");
        }
        QVERIFY(Settings().viewOf(path).isEmpty());
    }

    void nowhereForgets()
    {
        {
            Settings settings(Settings::Store::Nowhere);
            settings.setValue(u"theme"_s, u"dark"_s);
            QCOMPARE(settings.value(u"theme"_s).toString(), u"dark"_s);
            const QString path = writeFile(u"c.dat"_s, "1");
            settings.setViewOf(path, {{u"x"_s, 1}});
            QVERIFY(settings.viewOf(path).isEmpty());
        }
        QVERIFY(!Settings(Settings::Store::Nowhere).value(u"theme"_s).isValid());
        QVERIFY(!Settings().value(u"theme"_s).isValid());
    }

    void theWindowsOptions()
    {
        const std::vector<std::string> args{"--theme", "dark", "--no-cache", "a.dat", "b.dat"};
        const auto start = parseStart(args);
        QVERIFY(start);
        QCOMPARE(start->files, (QStringList{u"a.dat"_s, u"b.dat"_s}));
        QCOMPARE(start->theme, u"dark"_s);
        QVERIFY(!start->keepsIndex);
        for (const char *wrong : {"--nonsense", "--theme=pink"}) {
            const std::vector<std::string> bad{wrong};
            QVERIFY(!parseStart(bad));
        }
        QVERIFY(parseStart({})->files.isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_Settings)
#include "tst_settings.moc"
