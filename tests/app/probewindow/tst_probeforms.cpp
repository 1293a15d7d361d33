// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/histwindow/histogramspane.h"
#include "app/probewindow/callpane.h"
#include "app/probewindow/conditionpane.h"
#include "app/probewindow/placesmodel.h"
#include "app/probewindow/placespane.h"
#include "app/probewindow/probeactions.h"
#include "app/probewindow/probedialog.h"
#include "app/probewindow/probelinespane.h"
#include "app/probewindow/probetext.h"
#include "app/probewindow/valuetreemodel.h"
#include "app/recording/recordingrunner.h"
#include "tests/app/appscene.h"
#include "tests/app/probewindow/probeslices.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/tables/datatableview.h"

#include <fcntl.h>
#include <unistd.h>

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QFileInfo>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QToolButton>
#include <QTreeView>

#include <array>
#include <cerrno>
#include <future>
#include <memory>
#include <semaphore>
#include <thread>
#include <typeinfo>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;
using Kind = PlaceFolder::Kind;

namespace {

/// An emulated kernel is slow.
constexpr int kPatienceMs = 60'000;

/// What the kernel's README tells of itself.
bool documents(const QString &words)
{
    QFile readme(u"/sys/kernel/tracing/README"_s);
    return readme.open(QIODevice::ReadOnly) && QString::fromUtf8(readme.readAll()).contains(words);
}

bool has(const QString &feature)
{
    const QString tracing = u"/sys/kernel/tracing/"_s;
    if (feature == u"fprobes"_s)
        return documents(u"f[:"_s);
    if (feature != u"eprobes"_s)
        return QFile::exists(tracing + feature.chopped(2) + u"e_events"_s);
    // Its README tells of them though it was built without.
    const auto write = [&](const char *line) {
        QFile file(tracing + u"dynamic_events"_s);
        return file.open(QIODevice::Append | QIODevice::Unbuffered) && file.write(line) > 0;
    };
    return write("e:thresher_has/it sched.sched_switch n=$next_pid:s32")
           && write("-:thresher_has/it");
}

/// What is ticked beside values.
enum Extra { Nothing, KernelStack, CountOnly, AtLine, ByFprobe };

const QString kCxxLibrary = u"/usr/lib/x86_64-linux-gnu/libstdc++.so.6"_s;

/// A thread that does nothing in the kernel but read, once it is told to.
class Reader
{
public:
    struct Call
    {
        const char *file;
        std::size_t count;
    };
    explicit Reader(const std::vector<Call> &calls)
    {
        for (const Call &call : calls)
            m_files.push_back(::open(call.file, O_RDONLY | O_CLOEXEC));
        std::promise<pid_t> id;
        auto known = id.get_future();
        m_thread = std::thread([this, calls, id = std::move(id)]() mutable {
            std::array<char, 16'384> buffer{};
            id.set_value(::gettid());
            m_go.acquire();
            for (std::size_t i = 0; i < calls.size(); ++i)
                static_cast<void>(::read(m_files[i], buffer.data(), calls[i].count));
        });
        m_id = known.get();
    }
    ~Reader()
    {
        finish();
        for (const int file : m_files)
            ::close(file);
    }
    Reader(const Reader &) = delete; // a thread
    Reader &operator=(const Reader &) = delete;

    [[nodiscard]] pid_t id() const { return m_id; }
    void finish()
    {
        if (!m_thread.joinable())
            return;
        m_go.release();
        m_thread.join();
    }

private:
    std::vector<int> m_files;
    std::binary_semaphore m_go{0};
    std::thread m_thread;
    pid_t m_id = 0;
};

/// The window without a trace, with its probe editor.
struct Editor
{
    test::AppScene scene;
    ProbeDialog *dialog = nullptr;

    Editor()
    {
        scene.settings.setValue(u"record/folder"_s, scene.home.folder.path());
        scene.window.action(u"probe"_s)->trigger();
        dialog = scene.window.findChild<ProbeDialog *>();
    }
    [[nodiscard]] PlacesPane *places() const { return dialog->places(); }
    [[nodiscard]] CallPane *call() const { return dialog->call(); }

    [[nodiscard]] bool search(const QString &text) const
    {
        // Tracepoints are the recorder's to tell.
        const auto isRead = [this] {
            return !places()->isReading() && places()->model()->nameCount() > 0;
        };
        if (!QTest::qWaitFor(isRead, kPatienceMs))
            return false;
        places()->searchField()->clear();
        QTest::keyClicks(places()->searchField(), text);
        QTest::keyClick(places()->searchField(), Qt::Key_Return);
        return true;
    }
    /// @param way  from the list of a kind to the place.
    [[nodiscard]] bool choose(Kind kind, const QStringList &way) const
    {
        QTest::mouseClick(places()->kindButton(kind), Qt::LeftButton);
        for (const QString &step : way) {
            if (!search(step))
                return false;
        }
        return QTest::qWaitFor([this] { return call()->description().has_value(); }, kPatienceMs);
    }
    /// By the other means, or at the next line.
    [[nodiscard]] bool chooseNextPoint() const
    {
        QComboBox *point = call()->pointBox();
        point->setFocus();
        QTest::keyClick(point, Qt::Key_Down);
        return QTest::qWaitFor(
            [this] { return !dialog->isReading() && call()->description().has_value(); },
            kPatienceMs);
    }
    [[nodiscard]] bool tick(const QStringList &values) const
    {
        QTreeView *tree = call()->tree();
        tree->setFocus();
        for (const QString &value : values) {
            const QModelIndex at = call()->values()->reveal(value.toStdString());
            if (!at.isValid())
                return false;
            tree->setCurrentIndex(at);
            if (at.data(Qt::CheckStateRole) != Qt::Checked)
                QTest::keyClick(tree, Qt::Key_Space);
        }
        return true;
    }
    void require(const QString &condition) const
    {
        ConditionPane *pane = call()->condition();
        if (!pane->asTextButton()->isChecked())
            QTest::mouseClick(pane->asTextButton(), Qt::LeftButton);
        pane->textField()->setFocus();
        QTest::keyClicks(pane->textField(), condition);
    }
    [[nodiscard]] QString linesText() const
    {
        QStringList lines;
        for (const capture::ProbeRequest &probe : dialog->lines()->probes())
            lines += QString::fromStdString(probe.line);
        return lines.join(u'\n');
    }
    /// Presses Check, and waits for the kernel's word.
    [[nodiscard]] bool isAccepted() const
    {
        QPushButton *check = dialog->actions()->checkButton();
        if (!QTest::qWaitFor([&] { return check->isEnabled(); }, kPatienceMs))
            return false;
        QTest::mouseClick(check, Qt::LeftButton);
        return QTest::qWaitFor(
                   [this] {
                       return dialog->lines()->isAccepted()
                              || !dialog->lines()->errorText().isEmpty();
                   },
                   kPatienceMs)
               && dialog->lines()->isAccepted();
    }
    /// Arms and records while `work` runs. @returns events.
    template<typename Work>
    [[nodiscard]] std::optional<std::uint64_t> record(const Work &work)
    {
        MainWindow &window = scene.window;
        QPushButton *button = dialog->actions()->recordButton();
        if (!QTest::qWaitFor([&] { return button->isEnabled(); }, kPatienceMs))
            return {};
        QTest::mouseClick(button, Qt::LeftButton);
        const auto isRecording = [&] {
            return window.recording()->phase() == RecordingRunner::Phase::Recording;
        };
        if (!QTest::qWaitFor(isRecording, kPatienceMs))
            return {};
        work();
        window.action(u"stopRecording"_s)->trigger();
        if (!QTest::qWaitFor([&] { return !window.isRecording(); }, kPatienceMs)
            || !QTest::qWaitFor([&] { return window.session().view().snapshot() != nullptr; },
                                kPatienceMs))
            return {};
        scene.settle();
        const auto events = window.session().view().snapshot()->eventCount;
        // What the formats say is read beside the window.
        const auto canBeRead = [&] {
            return events == 0 || !scene.table()->rowText(events - 1).isEmpty();
        };
        if (!QTest::qWaitFor(canBeRead, kPatienceMs))
            return {};
        return events;
    }
};

QByteArray dynamicEvents()
{
    QFile file(u"/sys/kernel/tracing/dynamic_events"_s);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// Each kind of place and each tick of the editor, against the kernel that runs this: it takes what
/// it has, and what it has not is refused with the reason. As root, with tracefs; tests/lab/editor
/// runs it under kernels that have all.
class tst_probeforms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup() { QCOMPARE(dynamicEvents(), m_before); }
    void theKernelTakesWhatItHas_data();
    void theKernelTakesWhatItHas();
    void callsOfTheKernelAreArmedRecordedAndBrowsed();
    void callsAndTheirResultsAreSlices_data();
    void callsAndTheirResultsAreSlices();
    void callsAreOnlyCounted();
    void eventsOfATracepointAreThoseOfItsCondition();
    void preparedProbesTellTheirArguments();
    void aProcessIsProbedWithItsStacks();
    void whatIsTypedIsHeldAgainstTheKernel_data();
    void whatIsTypedIsHeldAgainstTheKernel();
    void cleanupTestCase() { m_typing.reset(); }

private:
    QByteArray m_before;
    std::unique_ptr<Editor> m_typing; ///< For all lines: it takes seconds in an emulated kernel.
};

void tst_probeforms::initTestCase()
{
    if (::geteuid() != 0)
        QSKIP("Probes need root.");
    if (!QFile::exists(u"/sys/kernel/tracing/dynamic_events"_s))
        QSKIP("This kernel has no dynamic events, or no tracefs.");
    qputenv("THRESHER_RECORDER", THRESHER_RECORDER_PROGRAM);
    m_before = dynamicEvents();
}

void tst_probeforms::theKernelTakesWhatItHas_data()
{
    QTest::addColumn<QString>("feature");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<QStringList>("way");
    QTest::addColumn<QStringList>("values");
    QTest::addColumn<int>("extra");
    QTest::addColumn<QString>("condition");
    const auto kernel = [](const char *name, const QString &function, const QStringList &values,
                           Extra extra = Nothing, const QString &condition = {}) {
        QTest::addRow("%s", name) << u"kprobes"_s << Kind::Kernel << QStringList(function) << values
                                  << static_cast<int>(extra) << condition;
    };
    kernel("function", u"vfs_read"_s, {});
    kernel("parameter", u"vfs_read"_s, {u"count"_s});
    kernel("member", u"vfs_read"_s, {u"file->f_flags"_s});
    kernel("members of members", u"vfs_read"_s, {u"file->f_path.dentry->d_name.name"_s});
    kernel("string of a program", u"do_sys_openat2"_s, {u"filename"_s, u"dfd"_s});
    kernel("result", u"vfs_read"_s, {u"count"_s, u"ret"_s});
    kernel("stack", u"vfs_read"_s, {u"count"_s}, KernelStack);
    kernel("counting", u"vfs_read"_s, {}, CountOnly);
    kernel("condition", u"vfs_read"_s, {u"count"_s}, Nothing, u"count >= 4096"_s);
    QTest::addRow("fprobe") << u"fprobes"_s << Kind::Kernel << QStringList(u"vfs_read"_s)
                            << QStringList({u"count"_s, u"file->f_flags"_s, u"ret"_s})
                            << static_cast<int>(ByFprobe) << u"count >= 4096"_s;
    QTest::addRow("fprobe, text") << u"fprobes"_s << Kind::Kernel << QStringList(u"vfs_read"_s)
                                  << QStringList(u"file->f_path.dentry->d_name.name"_s)
                                  << static_cast<int>(ByFprobe) << QString();
    QTest::addRow("system call") << u"kprobes"_s << Kind::Syscall << QStringList(u"close"_s)
                                 << QStringList() << 0 << QString();
    QTest::addRow("tracepoint") << u"eprobes"_s << Kind::Tracepoint
                                << QStringList(u"sched:sched_switch"_s)
                                << QStringList({u"next_pid"_s, u"prev_comm"_s}) << 0 << QString();
    QTest::addRow("tracepoint, condition")
        << u"eprobes"_s << Kind::Tracepoint << QStringList(u"sched:sched_switch"_s)
        << QStringList(u"next_pid"_s) << 0 << u"next_pid > 1"_s;
    const QString program = QStringLiteral(THRESHER_PROBED_PROGRAM);
    const auto user = [&](const char *name, const QStringList &way, const QStringList &values,
                          Extra extra = Nothing) {
        QTest::addRow("%s", name) << u"uprobes"_s << Kind::Program << way << values
                                  << static_cast<int>(extra) << QString();
    };
    user("program's function", {program, u"probed_sum"_s}, {u"a"_s, u"b"_s});
    user("program's string", {program, u"probed_sum"_s}, {u"text"_s});
    user("program's result", {program, u"probed_sum"_s}, {u"a"_s, u"ret"_s});
    user("program's counting", {program, u"probed_sum"_s}, {}, CountOnly);
    user("program's line", {program, u"probed_sum"_s}, {u"a"_s}, AtLine);
    user("C++", {program, u"shape::Box::area"_s}, {u"height"_s, u"this->width"_s});
    user("library", {u"/lib/x86_64-linux-gnu/libc.so.6"_s, u"malloc"_s}, {});
    if (QFileInfo::exists(kCxxLibrary))
        user("prepared", {kCxxLibrary, u"libstdcxx:throw"_s}, {u"arg1"_s, u"arg2"_s});
    QTest::addRow("process") << u"uprobes"_s << Kind::Process
                             << QStringList({QString::number(QCoreApplication::applicationPid()),
                                             u"libc.so.6"_s, u"malloc"_s})
                             << QStringList() << 0 << QString();
}

void tst_probeforms::theKernelTakesWhatItHas()
{
    QFETCH(QString, feature);
    QFETCH(Kind, kind);
    QFETCH(QStringList, way);
    QFETCH(QStringList, values);
    QFETCH(int, extra);
    QFETCH(QString, condition);
    Editor editor;
    QVERIFY(editor.dialog != nullptr);
    QVERIFY2(editor.choose(kind, way), qPrintable(editor.call()->nothingText()));
    if (extra == AtLine) {
        QVERIFY(editor.call()->pointBox()->count() > 1);
        QVERIFY(editor.chooseNextPoint());
        QVERIFY(editor.call()->description()->place.line != 0);
    }
    QVERIFY(editor.tick(values));
    if (extra == ByFprobe && !has(u"fprobes"_s)) {
        const QModelIndex means = editor.call()->pointBox()->model()->index(1, 0);
        QVERIFY(!means.flags().testFlag(Qt::ItemIsEnabled));
        QVERIFY2(means.data(Qt::ToolTipRole).toString().contains(u"CONFIG_FPROBE_EVENTS"_s),
                 qPrintable(means.data(Qt::ToolTipRole).toString()));
        return;
    }
    if (extra == ByFprobe) {
        // What was ticked stays.
        QVERIFY(editor.chooseNextPoint());
        QVERIFY2(editor.linesText().startsWith(u"f:"_s), qPrintable(editor.linesText()));
        QCOMPARE(editor.call()->draft().values.size(), static_cast<std::size_t>(values.size()));
    }
    if (kind == Kind::Kernel && documents(u"<argname>[->field"_s)) {
        for (const QString &value : values)
            QVERIFY2(value == u"ret"_s || editor.linesText().contains(value),
                     qPrintable(editor.linesText()));
    }
    if (extra == KernelStack)
        QTest::mouseClick(editor.call()->kernelStackBox(), Qt::LeftButton, {}, QPoint(8, 8));
    if (extra == CountOnly)
        QTest::mouseClick(editor.call()->countBox(), Qt::LeftButton, {}, QPoint(8, 8));
    if (!condition.isEmpty())
        editor.require(condition);
    QVERIFY(!editor.dialog->lines()->probes().empty());
    const bool isAccepted = editor.isAccepted();
    const QString said = editor.linesText() + u'\n' + editor.dialog->lines()->errorText()
                         + editor.dialog->lines()->problem() + editor.places()->noteText();
    if (has(feature)) {
        QVERIFY2(isAccepted, qPrintable(said));
        QVERIFY(editor.dialog->actions()->recordButton()->isEnabled());
    } else {
        QVERIFY2(!isAccepted, qPrintable(said));
        const QString option = u"CONFIG_%1_EVENTS"_s.arg(feature.chopped(1).toUpper());
        QVERIFY2(said.contains(option), qPrintable(said));
        QVERIFY(!editor.dialog->actions()->recordButton()->isEnabled());
    }
}

void tst_probeforms::callsOfTheKernelAreArmedRecordedAndBrowsed()
{
    if (!has(u"kprobes"_s))
        QSKIP("This kernel has no kprobes.");
    Editor editor;
    QVERIFY(editor.choose(Kind::Kernel, {u"vfs_read"_s}));
    QVERIFY(editor.tick({u"count"_s}));
    editor.require(u"count == 12345"_s);
    QVERIFY2(editor.isAccepted(), qPrintable(editor.dialog->lines()->errorText()));
    const auto events = editor.record([] {
        const int zero = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
        std::array<char, 12'346> buffer{};
        for (const std::size_t size : {12'345U, 12'346U, 12'345U, 12'344U, 12'345U})
            static_cast<void>(::read(zero, buffer.data(), size));
        ::close(zero);
    });
    QVERIFY(events.has_value());
    QStringList calls;
    for (Row row = 0; row < *events; ++row) {
        const QString text = editor.scene.table()->rowText(row);
        // Ends of calls are recorded of all where they do not know what was given.
        if (text.contains(u"count="_s))
            calls += text;
    }
    const bool knowsEntryAtReturn = documents(u"return probes support: $retval, $arg"_s);
    QCOMPARE(calls.size(), knowsEntryAtReturn ? 6 : 3);
    QVERIFY(!knowsEntryAtReturn || *events == 6);
    for (const QString &call : calls)
        QVERIFY2(call.contains(u"count=12345"_s), qPrintable(call));
}

void tst_probeforms::callsAndTheirResultsAreSlices_data()
{
    QTest::addColumn<QString>("feature");
    QTest::newRow("kprobes") << u"kprobes"_s;
    QTest::newRow("fprobes") << u"fprobes"_s;
}

/// Of one thread: each call with what it was given and what came of it, in their order.
void tst_probeforms::callsAndTheirResultsAreSlices()
{
    QFETCH(const QString, feature);
    if (!has(feature))
        QSKIP("This kernel has none.");
    QTemporaryDir folder;
    const QByteArray text = folder.filePath(u"text"_s).toUtf8();
    QFile file(QString::fromUtf8(text));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("what is read\n") == 13);
    file.close();
    const QByteArray path = folder.path().toUtf8();
    Reader reader({{"/dev/zero", 12'345}, {text.constData(), 777}, {path.constData(), 5}});
    const std::array<std::pair<int, int>, 3> calls{{{12'345, 12'345}, {777, 13}, {5, -EISDIR}}};
    Editor editor;
    QVERIFY(editor.choose(Kind::Kernel, {u"vfs_read"_s}));
    QVERIFY(feature == u"kprobes"_s || editor.chooseNextPoint());
    QVERIFY(editor.tick({u"count"_s, u"ret"_s}));
    editor.require(u"common_pid == %1"_s.arg(reader.id()));
    QVERIFY2(editor.isAccepted(), qPrintable(editor.dialog->lines()->errorText()));
    const auto events = editor.record([&] { reader.finish(); });
    QVERIFY(events.has_value());
    QCOMPARE(*events, 2 * calls.size());
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const QString entry = editor.scene.table()->rowText(2 * i);
        const QString end = editor.scene.table()->rowText(2 * i + 1);
        QVERIFY2(entry.endsWith(u"count=%1"_s.arg(calls.at(i).first)), qPrintable(entry));
        QVERIFY2(end.endsWith(u"ret=%1"_s.arg(calls.at(i).second)), qPrintable(end));
    }
    QTRY_COMPARE_WITH_TIMEOUT(test::probeSlices(editor.scene.view()), calls.size(), kPatienceMs);
}

/// By a histogram of the kernel: shown while it grows, kept with a trace that has no events.
void tst_probeforms::callsAreOnlyCounted()
{
    if (!has(u"kprobes"_s) || !documents(u"hist trigger"_s))
        QSKIP("This kernel has no kprobes, or no histograms.");
    Reader reader({{"/dev/zero", 10}, {"/dev/zero", 20}, {"/dev/zero", 30}});
    Editor editor;
    QVERIFY(editor.choose(Kind::Kernel, {u"vfs_read"_s}));
    QTest::mouseClick(editor.call()->countBox(), Qt::LeftButton, {}, QPoint(8, 8));
    editor.require(u"common_pid == %1"_s.arg(reader.id()));
    QVERIFY2(editor.isAccepted(), qPrintable(editor.dialog->lines()->errorText()));
    const HistogramsPane *live = editor.scene.window.countsPage();
    QString liveTotals;
    const auto events = editor.record([&] {
        reader.finish();
        static_cast<void>(
            QTest::qWaitFor([&] { return live->totals().contains(u'3'); }, kPatienceMs));
        liveTotals = live->totals();
    });
    QVERIFY(events.has_value());
    QCOMPARE(*events, 0U);
    const HistogramsPane *counts = editor.scene.window.workspace()->histograms();
    QTRY_VERIFY_WITH_TIMEOUT(!counts->isEmpty() && !counts->isBusy(), kPatienceMs);
    for (const QString &totals : {liveTotals, counts->totals()})
        QVERIFY2(totals.contains(u'3'), qPrintable(totals));
    QCOMPARE(counts->table()->model()->rowCount(), 1);
    const QString row = counts->table()->model()->index(0, 0).data().toString();
    QVERIFY2(row.contains(QString::number(reader.id())), qPrintable(row));
}

void tst_probeforms::eventsOfATracepointAreThoseOfItsCondition()
{
    if (!has(u"eprobes"_s))
        QSKIP("This kernel has no event probes.");
    Editor editor;
    QVERIFY(editor.choose(Kind::Tracepoint, {u"sched:sched_process_exec"_s}));
    QVERIFY(editor.tick({u"filename"_s, u"pid"_s}));
    editor.require(u"filename ~ \"*/true\""_s);
    QVERIFY2(editor.isAccepted(), qPrintable(editor.dialog->lines()->errorText()));
    std::vector<qint64> pids;
    const auto events = editor.record([&] {
        for (const char *program : {"/bin/true", "/bin/false", "/bin/true"}) {
            QProcess process;
            process.start(QString::fromLatin1(program), QStringList());
            static_cast<void>(process.waitForStarted(kPatienceMs));
            if (QByteArray(program).endsWith("true"))
                pids.push_back(process.processId());
            static_cast<void>(process.waitForFinished(kPatienceMs));
        }
    });
    QVERIFY(events.has_value());
    QCOMPARE(*events, 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        const QString row = editor.scene.table()->rowText(i);
        QVERIFY2(row.contains(u"/bin/true"_s) && row.contains(QString::number(pids[i])),
                 qPrintable(row));
    }
}

/// Those of the C++ library, when something is thrown.
void tst_probeforms::preparedProbesTellTheirArguments()
{
    if (!has(u"uprobes"_s) || !QFileInfo::exists(kCxxLibrary))
        QSKIP("There are no uprobes, or no C++ library where it is looked for.");
    struct Thrown
    {};
    Editor editor;
    QVERIFY2(editor.choose(Kind::Program, {kCxxLibrary, u"libstdcxx:throw"_s}),
             qPrintable(editor.call()->nothingText()));
    QVERIFY(editor.tick({u"arg2"_s}));
    editor.require(u"common_pid == %1"_s.arg(::getpid()));
    QVERIFY2(editor.isAccepted(), qPrintable(editor.dialog->lines()->errorText()));
    const auto events = editor.record([] {
        for (int i = 0; i < 3; ++i) {
            try {
                throw Thrown();
            } catch (const Thrown &) { // Only that it was thrown is of interest.
            }
        }
    });
    QVERIFY(events.has_value());
    QCOMPARE(*events, 3U);
    // What was thrown is told by the address of its type.
    const auto type = reinterpret_cast<quintptr>(&typeid(Thrown));
    for (Row row = 0; row < *events; ++row) {
        const QString text = editor.scene.table()->rowText(row);
        QVERIFY2(text.endsWith(u"arg2=%1"_s.arg(type)), qPrintable(text));
    }
}

/// One that runs: this one, in its C library, with the stacks of its own functions.
void tst_probeforms::aProcessIsProbedWithItsStacks()
{
    if (!has(u"uprobes"_s))
        QSKIP("There are no uprobes.");
    Editor editor;
    QVERIFY2(
        editor.choose(Kind::Process, {QString::number(::getpid()), u"libc.so.6"_s, u"getppid"_s}),
        qPrintable(editor.call()->nothingText()));
    QTest::mouseClick(editor.call()->userStackBox(), Qt::LeftButton, {}, QPoint(8, 8));
    QVERIFY(editor.call()->userStackBox()->isChecked());
    editor.require(u"common_pid == %1"_s.arg(::getpid()));
    QVERIFY2(editor.isAccepted(), qPrintable(editor.dialog->lines()->errorText()));
    const auto events = editor.record([] {
        for (int i = 0; i < 4; ++i)
            static_cast<void>(::getppid());
    });
    QVERIFY(events.has_value());
    // Four calls, each with its begin and end, and a stack behind each of these.
    QCOMPARE(*events, 16U);
    for (Row row = 0; row < *events; ++row) {
        const QString text = editor.scene.table()->rowText(row);
        const QString wanted = row % 2 == 1   ? u"Event user_stack, Info 0x"_s
                               : row % 4 == 0 ? u"Event getppid__entry"_s
                                              : u"Event getppid__return"_s;
        QVERIFY2(text.contains(wanted) && !text.contains(u"← 0x0"_s), qPrintable(text));
    }
    QTRY_COMPARE_WITH_TIMEOUT(test::probeSlices(editor.scene.view()), 4U, kPatienceMs);
}

void tst_probeforms::whatIsTypedIsHeldAgainstTheKernel_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("readme"); // Kernels that say so there take it; empty: none does.
    QTest::addColumn<QString>("token"); // That is underlined where it is refused …
    QTest::addColumn<QString>("words"); // … and what is told then.
    const auto row = [](const char *name, const QString &line, const QString &readme,
                        const QString &token, const QString &words) {
        QTest::addRow("%s", name) << line << readme << token << words;
    };
    row("register", u"p:mine vfs_read n=%dx:u64"_s, u"p["_s, {}, {});
    row("return", u"r:mine vfs_read $retval"_s, u"p["_s, {}, {});
    row("names", u"p:mine vfs_read count file->f_flags"_s, u"<argname>"_s, u"count"_s,
        u"This kernel does not know parameters by name (BTF)."_s);
    row("fprobe", u"f:mine vfs_read"_s, u"f[:"_s, u"f"_s,
        u"This kernel makes no fprobes (CONFIG_FPROBE_EVENTS)."_s);
    row("tracepoint", u"t:mine sched_switch"_s, u"t[:"_s, u"t"_s,
        u"This kernel makes no tracepoint probes."_s);
    row("char", u"p:mine vfs_read c=%si:char"_s, u"char,"_s, u"char"_s,
        u"This kernel does not know the type char."_s);
    row("no function", u"p:mine no_such_function_at_all"_s, {}, u"no_such_function_at_all"_s,
        u"There is no function no_such_function_at_all."_s);
    row("result at entry", u"p:mine vfs_read $retval"_s, {}, u"$retval"_s,
        u"$retval is of return probes only"_s);
    row("return within", u"r:mine vfs_read+4"_s, {}, u"vfs_read+4"_s,
        u"A return probe stands at the function's begin."_s);
    row("behind its end", u"p:mine vfs_read+0x100000"_s, {}, u"vfs_read+0x100000"_s,
        u"bytes only."_s);
    row("blacklisted", u"p:mine do_int3"_s, {}, u"do_int3"_s,
        u"The kernel allows no probe in do_int3"_s);
    row("array", u"p:mine vfs_read n=%di:u8[4]"_s, {}, u"u8[4]"_s,
        u"An array is read from memory only."_s);
    row("no field", u"e:mine sched.sched_switch n=$no_such_field"_s, {}, u"$no_such_field"_s,
        u"has no field no_such_field"_s);
    row("no event", u"e:mine sched.no_such_event"_s, {}, u"sched.no_such_event"_s,
        u"There is no event sched.no_such_event."_s);
}

/// By the kernel's own README, while one types, and by its word.
void tst_probeforms::whatIsTypedIsHeldAgainstTheKernel()
{
    if (!has(u"kprobes"_s))
        QSKIP("This kernel has no kprobes.");
    QFETCH(const QString, line);
    QFETCH(const QString, readme);
    QFETCH(const QString, token);
    QFETCH(const QString, words);
    if (!m_typing) {
        m_typing = std::make_unique<Editor>();
        QVERIFY(m_typing->choose(Kind::Kernel, {u"vfs_read"_s}));
    }
    ProbeLinesPane *lines = m_typing->dialog->lines();
    const QPushButton *recordButton = m_typing->dialog->actions()->recordButton();
    lines->text()->setFocus();
    QTest::keyClick(lines->text(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(lines->text(), line);
    QCOMPARE(m_typing->linesText(), line);
    if (!readme.isEmpty() && documents(readme)) {
        QVERIFY2(m_typing->isAccepted(), qPrintable(lines->errorText()));
        QVERIFY(recordButton->isEnabled());
        return;
    }
    QVERIFY2(!words.isEmpty(), "The kernel's README is another.");
    QTRY_VERIFY2_WITH_TIMEOUT(lines->errorText().contains(words), qPrintable(lines->errorText()),
                              kPatienceMs);
    QCOMPARE(lines->text()->markedTexts(), QStringList(token));
    QVERIFY(!lines->isAccepted());
    QVERIFY(!recordButton->isEnabled());
}

QTEST_MAIN(tst_probeforms)
#include "tst_probeforms.moc"
