// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recordingfolder.h"

#include "capture/protocol.h"
#include "model/base/bytes.h"
#include "model/base/writeall.h"
#include "model/format/bytewriter.h"
#include "model/format/formattext.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

namespace thresher::capture {

namespace {

using namespace std::string_view_literals;
namespace fs = std::filesystem;

constexpr auto kJournal = "journal"sv;
constexpr auto kSettings = "settings"sv;
constexpr auto kMagic = "thresher recording 1\n"sv;
constexpr std::uint32_t kEntryMark = 0x5254454aU;
constexpr std::size_t kEntryHead = 32; // mark, sizes of name and data, instance, CPU, checksum
constexpr std::uint64_t kMaxName = 4096;
constexpr int kMaxWrong = 1000; // checksums: each costs as much as there is behind it

std::uint64_t checksum(std::span<const std::byte> head, std::string_view name,
                       std::span<const std::byte> data)
{
    const auto of = [](const void *bytes, std::size_t size, std::uint64_t seed) {
        return XXH3_64bits_withSeed(bytes, size, seed);
    };
    return of(data.data(), data.size(),
              of(name.data(), name.size(), of(head.data(), head.size(), 0)));
}

template<typename T>
std::optional<T> numberOf(std::string_view text)
{
    T value{};
    const auto end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    if (result.ec != std::errc() || result.ptr != end)
        return std::nullopt;
    return value;
}

// Names of instances and files may hold anything: one line each, with '\n' and '\\' escaped.
std::string escaped(std::string_view text)
{
    std::string result;
    for (const char c : text) {
        if (c == '\n')
            result += "\\n"sv;
        else if (c == '\\')
            result += "\\\\"sv;
        else
            result += c;
    }
    return result;
}

std::string unescaped(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size())
            result += text[++i] == 'n' ? '\n' : text[i];
        else
            result += text[i];
    }
    return result;
}

std::string textOf(const RecordingSettings &settings)
{
    std::string text = "output " + escaped(settings.output.string()) + "\nreplace "
                       + std::to_string(settings.mayReplace ? 1 : 0) + "\nversion "
                       + std::to_string(settings.version) + "\nzstd "
                       + std::to_string(settings.compression == Compression::Zstd ? 1 : 0)
                       + "\ncpus " + std::to_string(settings.cpuCount) + "\nid "
                       + std::to_string(settings.traceId) + '\n';
    for (const RecordedInstance &instance : settings.instances)
        text += "instance " + std::to_string(instance.pageSize) + ' ' + escaped(instance.clock)
                + ' ' + escaped(instance.name) + '\n';
    return text;
}

std::string_view takeWord(std::string_view &text)
{
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    return word;
}

RecordingSettings settingsOf(std::string_view text)
{
    RecordingSettings settings;
    while (!text.empty()) {
        auto line = formattext::takeLine(text);
        const auto key = takeWord(line);
        if (key == "output"sv)
            settings.output = unescaped(line);
        else if (key == "replace"sv)
            settings.mayReplace = line == "1"sv;
        else if (key == "version"sv)
            settings.version = line == "6"sv ? 6 : 7;
        else if (key == "zstd"sv)
            settings.compression = line == "1"sv ? Compression::Zstd : Compression::None;
        else if (key == "cpus"sv)
            settings.cpuCount = numberOf<std::uint32_t>(line).value_or(0);
        else if (key == "id"sv)
            settings.traceId = numberOf<std::uint64_t>(line).value_or(0);
        else if (key == "instance"sv) {
            RecordedInstance instance;
            instance.pageSize = numberOf<std::uint32_t>(takeWord(line)).value_or(4096);
            instance.clock = unescaped(takeWord(line));
            instance.name = unescaped(line);
            settings.instances.push_back(std::move(instance));
        }
    }
    return settings;
}

// The kernel's lists of tasks are short and forget: what an earlier one knew stays true for the
// tasks of its time. A reader may take the first line of a task or the last one, so there is one.
void joinTasks(std::string &known, std::string_view later)
{
    std::map<std::string, std::string, std::less<>> tasks;
    std::string all = known;
    if (!all.empty() && all.back() != '\n')
        all += '\n';
    all += later;
    std::string_view rest = all;
    while (!rest.empty()) {
        const auto line = formattext::takeLine(rest);
        const auto pid = formattext::trimmed(line.substr(0, line.find(' ')));
        if (!pid.empty())
            tasks.insert_or_assign(std::string(pid), std::string(line));
    }
    known.clear();
    for (const auto &[pid, line] : tasks)
        known += line + '\n';
}

std::optional<PagesFile> pagesFileOf(const fs::path &path)
{
    const auto name = path.filename().string();
    if (!name.starts_with(kPagesPrefix))
        return std::nullopt;
    const auto numbers = std::string_view(name).substr(kPagesPrefix.size());
    const auto dot = numbers.find('.');
    const auto instance = numberOf<std::uint16_t>(numbers.substr(0, dot));
    const auto cpu = dot == std::string_view::npos ? std::nullopt
                                                   : numberOf<CpuId>(numbers.substr(dot + 1));
    if (!instance || !cpu)
        return std::nullopt;
    return PagesFile{*instance, *cpu, path, 0};
}

// An entry whose checksum is wrong is left out, and the next one looked for: each begins with a
// mark.
void readJournal(std::span<const std::byte> bytes, RecordingContents &contents)
{
    std::size_t at = kMagic.size();
    int wrong = 0;
    while (at + kEntryHead <= bytes.size() && wrong < kMaxWrong) {
        ByteReader reader(bytes.subspan(at), false);
        const auto mark = reader.u32();
        const auto nameSize = reader.u32();
        const auto dataSize = reader.u64();
        const auto instance = static_cast<std::uint16_t>(reader.u32());
        const auto cpu = reader.u32();
        const auto sum = reader.u64();
        const bool isEntry = mark == kEntryMark && nameSize <= kMaxName;
        const auto name = asText(isEntry ? reader.take(nameSize) : std::span<const std::byte>());
        const auto data = isEntry ? reader.take(dataSize) : std::span<const std::byte>();
        const bool isWhole = isEntry && reader.isOk();
        if (!isWhole || checksum(bytes.subspan(at, kEntryHead - 8), name, data) != sum) {
            contents.isJournalDamaged = true;
            wrong += isWhole ? 1 : 0;
            ++at;
            continue;
        }
        at += kEntryHead + nameSize + dataSize;
        if (name == kSettings) {
            contents.settings = settingsOf(asText(data));
            continue;
        }
        auto &blob = contents.blobs[BlobKey(std::string(name), instance, cpu)];
        if (name == blob::kSavedCmdlines || name == blob::kSavedTgids)
            joinTasks(blob, asText(data));
        else
            blob = asText(data);
    }
    contents.isJournalDamaged = contents.isJournalDamaged || at != bytes.size();
}

} // namespace

fs::path recordingFolderOf(const fs::path &output)
{
    auto folder = output;
    folder += ".recording";
    return folder;
}

RecordingFolder::RecordingFolder(fs::path path, UniqueFd journal)
    : m_path(std::move(path))
    , m_journal(std::move(journal))
{}

tl::unexpected<Error> RecordingFolder::failed(int error, std::string_view doing) const
{
    return failErrno(error, doing, m_path.string());
}

Result<RecordingFolder> RecordingFolder::create(const fs::path &output)
{
    const auto path = recordingFolderOf(output);
    if (::mkdir(path.c_str(), 0777) != 0) {
        if (errno == EEXIST)
            return fail(ErrorKind::InvalidArgument,
                        "A recording was left here, or is being made: make a trace of it by "
                        "thresher recover, remove the folder, or choose another name.",
                        path.string());
        return failErrno(errno, "making the recording's folder", path.string());
    }
    const auto journal = path / kJournal;
    UniqueFd fd(::open(journal.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_APPEND | O_CLOEXEC, 0666));
    if (!fd.isValid() || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0
        || ::write(fd.get(), kMagic.data(), kMagic.size()) != static_cast<ssize_t>(kMagic.size())) {
        const int error = errno;
        ::unlink(journal.c_str());
        ::rmdir(path.c_str());
        return failErrno(error, "making the recording's journal", journal.string());
    }
    return RecordingFolder(path, std::move(fd));
}

Result<void> RecordingFolder::keepBlob(std::string_view name, std::span<const std::byte> bytes,
                                       std::uint16_t instance, CpuId cpu)
{
    ByteWriter head(false);
    head.u32(kEntryMark);
    head.u32(static_cast<std::uint32_t>(name.size()));
    head.u64(bytes.size());
    head.u32(instance);
    head.u32(cpu);
    head.u64(checksum(head.bytes(), name, bytes));
    head.text(name);
    const std::array<std::span<const std::byte>, 2> parts{head.bytes(), bytes};
    for (const auto part : parts) {
        if (writeAll(m_journal.get(), part) < part.size())
            return failed(errno, "writing the recording's journal");
    }
    return {};
}

Result<void> RecordingFolder::keepSettings(const RecordingSettings &settings)
{
    return keepBlob(kSettings, asBytes(textOf(settings)));
}

Result<void> RecordingFolder::sync()
{
    if (::fdatasync(m_journal.get()) != 0)
        return failed(errno, "writing the recording's journal");
    return {};
}

Result<UniqueFd> RecordingFolder::createPages(std::uint16_t instance, CpuId cpu)
{
    const auto path = m_path
                      / (std::string(kPagesPrefix) + std::to_string(instance) + '.'
                         + std::to_string(cpu));
    UniqueFd fd(::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666));
    if (!fd.isValid())
        return failErrno(errno, "making a file of the recording", path.string());
    return fd;
}

std::string_view RecordingContents::blob(std::string_view name, std::uint16_t instance,
                                         CpuId cpu) const
{
    const auto at = blobs.find(BlobKey(std::string(name), instance, cpu));
    return at == blobs.end() ? std::string_view() : std::string_view(at->second);
}

namespace {

Result<RecordingContents> read(const fs::path &folder, bool locks)
{
    RecordingContents contents;
    contents.folder = folder;
    std::error_code error;
    fs::directory_iterator entries(folder, error);
    if (error)
        return failErrno(error.value(), "reading the recording", folder.string());
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
        auto file = pagesFileOf(entries->path());
        std::error_code ignored;
        if (!file || !entries->is_regular_file(ignored) || entries->is_symlink(ignored))
            continue;
        file->size = entries->file_size(ignored);
        contents.pages.push_back(std::move(*file));
    }
    std::sort(contents.pages.begin(), contents.pages.end(),
              [](const PagesFile &a, const PagesFile &b) {
                  return std::pair(a.instance, a.cpu) < std::pair(b.instance, b.cpu);
              });
    const auto journal = folder / kJournal;
    contents.lock = UniqueFd(::open(journal.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!contents.lock.isValid()) {
        if (errno != ENOENT)
            return failErrno(errno, "reading the recording's journal", journal.string());
        if (contents.pages.empty())
            return fail(ErrorKind::NotATrace, "There is no recording in this folder.",
                        folder.string());
        contents.isJournalDamaged = true;
        return contents;
    }
    if (locks && ::flock(contents.lock.get(), LOCK_EX | LOCK_NB) != 0)
        return fail(ErrorKind::InvalidArgument,
                    "This is being recorded: stop that first (Ctrl+C, or the window's Stop).",
                    folder.string());
    THRESHER_TRY_ASSIGN(const auto map, MappedFile::open(journal));
    const auto bytes = map->bytes();
    if (asText(bytes.first(std::min(kMagic.size(), bytes.size()))) == kMagic)
        readJournal(bytes, contents);
    else if (contents.pages.empty())
        return fail(ErrorKind::NotATrace, "This is no recording of Thresher's.", journal.string());
    else
        contents.isJournalDamaged = true;
    return contents;
}

} // namespace

Result<RecordingContents> readRecording(const fs::path &folder)
{
    return read(folder, true);
}

Result<RecordingContents> peekRecording(const fs::path &folder)
{
    return read(folder, false);
}

void removeRecording(const RecordingContents &contents)
{
    for (const PagesFile &file : contents.pages)
        ::unlink(file.path.c_str());
    ::unlink((contents.folder / kJournal).c_str());
    ::rmdir(contents.folder.c_str());
}

} // namespace thresher::capture
