// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/privileges.h"
#include "model/base/mappedfile.h"
#include "tests/capture/recorder/faketracefs.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QtTest/QTest>

#include <cstdlib>
#include <optional>
#include <string>
#include <thread>

using namespace thresher;
using namespace thresher::capture;

namespace {

constexpr uid_t kNobody = 65534;

/// A line of the calling thread's status: "Uid:\t0\t0\t0\t0".
std::string statusLine(const std::string &key)
{
    const std::string status = readFile("/proc/thread-self/status");
    const auto begin = status.find("\n" + key + ":");
    return begin == std::string::npos
               ? std::string()
               : status.substr(begin + 1, status.find('\n', begin + 1) - begin - 1);
}

} // namespace

class tst_Privileges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theCallerOfRootIsRead_data();
    void theCallerOfRootIsRead();
    void aStrangerIsNotServed();
    void oneThreadBecomesTheClient();
    void powersAreGivenUp();
};

void tst_Privileges::theCallerOfRootIsRead_data()
{
    QTest::addColumn<QByteArray>("pkexec");
    QTest::addColumn<QByteArray>("sudo");
    QTest::addColumn<int>("uid"); // -1: none
    QTest::newRow("none") << QByteArray() << QByteArray() << -1;
    QTest::newRow("sudo") << QByteArray() << QByteArray("1000") << 1000;
    QTest::newRow("pkexec") << QByteArray("1001") << QByteArray("1000") << 1001;
    QTest::newRow("word") << QByteArray("root") << QByteArray() << -1;
    QTest::newRow("negative") << QByteArray("-1") << QByteArray() << -1;
    QTest::newRow("too large") << QByteArray("99999999999") << QByteArray() << -1;
    QTest::newRow("more behind it") << QByteArray("0x") << QByteArray() << -1;
}

void tst_Privileges::theCallerOfRootIsRead()
{
    QFETCH(const QByteArray, pkexec);
    QFETCH(const QByteArray, sudo);
    const auto set = [](const char *name, const QByteArray &value) {
        if (value.isNull())
            ::unsetenv(name);
        else
            ::setenv(name, value.constData(), 1);
    };
    set("PKEXEC_UID", pkexec);
    set("SUDO_UID", sudo);
    const auto caller = callerOfRoot();
    QTEST(caller ? static_cast<int>(*caller) : -1, "uid");
    ::unsetenv("PKEXEC_UID");
    ::unsetenv("SUDO_UID");
}

void tst_Privileges::aStrangerIsNotServed()
{
    // The peer of a pair is the one who made it.
    const uid_t self = ::geteuid();
    const uid_t peer = self == 0 ? kNobody : self;
    int ends[2] = {-1, -1};
    QCOMPARE(::seteuid(peer), 0);
    const int made = ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
    QCOMPARE(::seteuid(self), 0);
    QCOMPARE(made, 0);
    const UniqueFd one(ends[0]);
    const UniqueFd other(ends[1]);
    QVERIFY(!checkPeer(one.get(), peer + 1, std::nullopt).has_value());
    QVERIFY(!checkPeer(one.get(), peer + 1, peer + 2).has_value());
    QCOMPARE(checkPeer(one.get(), peer + 1, peer)->uid, peer); // who called sudo
    QCOMPARE(checkPeer(one.get(), peer, std::nullopt)->uid, peer); // the same user
    QVERIFY(!checkPeer(-1, peer, peer).has_value());
}

void tst_Privileges::oneThreadBecomesTheClient()
{
    if (::geteuid() != 0)
        QSKIP("needs root");
    const std::string before = statusLine("Uid");
    std::string inThread;
    std::string powers;
    std::thread([&] {
        if (becomeClient({kNobody, kNobody})) {
            inThread = statusLine("Uid");
            powers = statusLine("CapEff");
        }
    }).join();
    QCOMPARE(inThread, std::string("Uid:\t65534\t65534\t65534\t65534"));
    QCOMPARE(powers, std::string("CapEff:\t0000000000000000"));
    QCOMPARE(statusLine("Uid"), before);
}

void tst_Privileges::powersAreGivenUp()
{
    const pid_t child = ::fork();
    if (child == 0) {
        bool isFine = restrictSelf().has_value();
        isFine = isFine && statusLine("NoNewPrivs") == "NoNewPrivs:\t1";
        isFine = isFine && statusLine("Seccomp") == "Seccomp:\t2";
        // Of root's, at most SETGID, SETUID, SYS_NICE, SYSLOG.
        const auto powers = std::stoull(statusLine("CapPrm").substr(8), nullptr, 16);
        isFine = isFine && (powers & ~0x4008000c0ULL) == 0;
        isFine = isFine && ::execl("/bin/true", "true", nullptr) != 0 && errno == EPERM;
        isFine = isFine && ::socket(AF_UNIX, SOCK_STREAM, 0) < 0;
        ::_exit(isFine ? 0 : 1);
    }
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
}

QTEST_GUILESS_MAIN(tst_Privileges)
#include "tst_privileges.moc"
