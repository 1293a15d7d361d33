// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recordsetup.h"

#include "capture/eventchoice.h"
#include "capture/recorder/request.h"
#include "capture/recorder/strictjson.h"

#include <initializer_list>

namespace thresher::capture {

namespace {

constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kMaxWords = 4096;
constexpr std::size_t kMaxText = 64U << 10U;

RecordSetup setup(std::string name, std::string description,
                  std::initializer_list<const char *> globs)
{
    RecordSetup setup{std::move(name), std::move(description), {}};
    auto &instance = setup.plan.request.instances.emplace_back();
    instance.children = false;
    for (const char *const glob : globs)
        instance.events.push_back({glob, {}, {}, false});
    return setup;
}

std::vector<RecordSetup> makeBuiltIn()
{
    std::vector<RecordSetup> all;
    all.push_back(setup("Scheduling", "Who runs where, who woke whom, and who waited",
                        {"sched:sched_switch", "sched:sched_wak*", "sched:sched_migrate_task",
                         "sched:sched_process_*", "task:*"}));
    all.push_back(setup("Interrupts and timers",
                        "Interrupt handlers, softirqs and timers, and whom they interrupt",
                        {"irq:*", "irq_vectors:*", "timer:*", "sched:sched_switch"}));
    all.push_back(setup(
        "System calls of a command", "What a command asks of the kernel, and how long that takes",
        {"raw_syscalls:*", "sched:sched_switch", "sched:sched_wak*", "sched:sched_process_*"}));
    auto &syscalls = all.back().plan;
    syscalls.command = CommandPlan{};
    syscalls.request.instances.front().command = true;
    syscalls.request.instances.front().children = true;
    all.push_back(
        setup("Block I/O", "Requests to disks, from queue to completion",
              {"block:block_rq_*", "block:block_bio_*", "sched:sched_switch", "sched:sched_wak*"}));
    all.push_back(setup("Function graph of…",
                        "What a kernel function calls, and how long each call takes", {}));
    auto &graph = all.back().plan.request.instances.front();
    graph.tracer = "function_graph";
    graph.graphDepth = 5;
    return all;
}

Json jsonOf(const CommandPlan &command)
{
    Json environment = Json::array();
    for (const auto &[name, value] : command.environment)
        environment.push_back(name + '=' + value);
    return {{"words", command.words},
            {"directory", command.directory.string()},
            {"environment", environment},
            {"user", command.user}};
}

Checked<CommandPlan> parseCommand(const Json &json)
{
    StrictObject object(json, "/command");
    CommandPlan command;
    std::string directory;
    std::vector<std::string> environment;
    object.take("words", command.words, kMaxWords, kMaxText);
    object.take("directory", directory, kMaxText);
    object.take("environment", environment, kMaxWords, kMaxText);
    object.take("user", command.user, kMaxText);
    command.directory = directory;
    for (std::size_t i = 0; i < environment.size(); ++i) {
        const auto equals = environment[i].find('=');
        if (equals == std::string::npos || equals == 0) {
            object.reject("environment/" + std::to_string(i), "NAME=VALUE was expected.");
            break;
        }
        command.environment.emplace_back(environment[i].substr(0, equals),
                                         environment[i].substr(equals + 1));
    }
    THRESHER_CHECK(object.finish());
    return command;
}

Checked<RecordSetup> parse(std::string_view text)
{
    const auto json = parseObject(text);
    if (!json)
        return tl::unexpected<Refusal>(json.error());
    StrictObject object(*json, "");
    RecordSetup setup;
    std::uint32_t version = 0;
    object.take("thresher_recording", version, 0, UINT32_MAX);
    if (version != kVersion)
        object.reject("thresher_recording", version == 0 ? "This is no recording's settings."
                                                         : "It was written by a newer Thresher.");
    std::string output;
    std::uint32_t format = 7;
    std::string compression = "none";
    object.take("name", setup.name, kMaxText);
    object.take("description", setup.description, kMaxText);
    object.take("output", output, kMaxText);
    object.take("host", setup.plan.launch.host, kMaxText);
    object.take("format", format, 6, 7);
    object.take("compression", compression, 32);
    if (compression != "none" && (compression != "zstd" || format == 6))
        object.reject("compression", "\"none\", or \"zstd\" for format 7, was expected.");
    const Json *const request = object.object("request");
    const Json *const command = object.any("command") != nullptr ? object.object("command")
                                                                 : nullptr;
    if (request == nullptr)
        object.reject("request", "What is to be recorded is missing.");
    THRESHER_CHECK(object.finish());
    setup.plan.output = output;
    setup.plan.version = static_cast<int>(format);
    setup.plan.compression = compression == "zstd" ? Compression::Zstd : Compression::None;
    auto read = parseRequest(*request, "/request");
    if (!read)
        return tl::unexpected<Refusal>(std::move(read).error());
    setup.plan.request = std::move(*read);
    if (command != nullptr) {
        auto plan = parseCommand(*command);
        if (!plan)
            return tl::unexpected<Refusal>(std::move(plan).error());
        setup.plan.command = std::move(*plan);
    }
    return setup;
}

} // namespace

std::string setupText(const RecordSetup &setup)
{
    const RecordingPlan &plan = setup.plan;
    Json json{{"thresher_recording", kVersion},
              {"name", setup.name},
              {"description", setup.description},
              {"output", plan.output.string()},
              {"host", plan.launch.host},
              {"format", plan.version},
              {"compression", plan.compression == Compression::Zstd ? "zstd" : "none"},
              {"request", Json::parse(requestText(plan.request))}};
    if (plan.command)
        json["command"] = jsonOf(*plan.command);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Result<RecordSetup> parseSetup(std::string_view text)
{
    auto setup = parse(text);
    if (setup)
        return std::move(*setup);
    const Refusal &refusal = setup.error();
    return fail(ErrorKind::InvalidArgument,
                refusal.path.empty() ? refusal.text : refusal.path + ": " + refusal.text);
}

const std::vector<RecordSetup> &builtInSetups()
{
    static const std::vector<RecordSetup> kAll = makeBuiltIn();
    return kAll;
}

std::vector<std::string> fitToKernel(InstanceRequest &request,
                                     const std::map<std::string, std::vector<std::string>> &events)
{
    std::vector<std::string> removed;
    const auto isUnknown = [&](const std::string &glob) {
        if (countMatching(glob, events) > 0)
            return false;
        removed.push_back(glob);
        return true;
    };
    std::erase_if(request.events, [&](const EventRequest &rule) { return isUnknown(rule.match); });
    std::erase_if(request.exclude, isUnknown);
    return removed;
}

} // namespace thresher::capture
