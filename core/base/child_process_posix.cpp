// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/child_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ; // NOLINT(readability-redundant-declaration): POSIX has no header for it

namespace snug {
namespace {

using Clock = std::chrono::steady_clock;

// A descriptor that closes itself.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : m_fd(fd) {}
    Descriptor(Descriptor &&other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    ~Descriptor() { reset(); }

    [[nodiscard]] int get() const { return m_fd; }
    void reset()
    {
        if (m_fd >= 0)
            ::close(std::exchange(m_fd, -1));
    }

private:
    int m_fd = -1;
};

struct Pipe {
    Descriptor read;
    Descriptor write;
};

// No other child may inherit it: a copy of the writing end would keep the pipe from ending.
Result<Pipe> makePipe()
{
    std::array<int, 2> ends{};
#if defined(__linux__)
    const int failed = ::pipe2(ends.data(), O_CLOEXEC);
#else
    const int failed = ::pipe(ends.data());
#endif
    if (failed != 0)
        return fail(ErrorKind::Io, "A pipe to a child process could not be made.",
                    {{"system_message", std::string(std::strerror(errno))}});
#if !defined(__linux__)
    for (const int end : ends)
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
#endif
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<std::string> childEnvironment(const ChildRequest &request)
{
    std::vector<std::string> result;
    for (char **entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const std::string_view name = text.substr(0, text.find('='));
        const bool replaced = std::any_of(request.environment.begin(), request.environment.end(),
                                          [&](const auto &added) { return added.first == name; });
        if (!replaced)
            result.emplace_back(text);
    }
    for (const auto &[name, value] : request.environment)
        result.emplace_back(name).append("=").append(value);
    return result;
}

std::vector<char *> pointers(std::vector<std::string> &texts)
{
    std::vector<char *> result;
    result.reserve(texts.size() + 1);
    for (std::string &text : texts)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

// The child begins with no signal blocked and the default reaction to those that a program of ours changes.
void setSignals(posix_spawnattr_t &attributes)
{
    sigset_t none;
    sigset_t usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGQUIT})
        sigaddset(&usual, signal);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

Result<pid_t> spawn(const ChildRequest &request, int in, int out, int err)
{
    std::vector<std::string> arguments{request.program.string()};
    arguments.insert(arguments.end(), request.arguments.begin(), request.arguments.end());
    std::vector<std::string> environment = childEnvironment(request);

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
    setSignals(attributes);
    pid_t child = -1;
    const int error = ::posix_spawn(&child, request.program.c_str(), &actions, &attributes,
                                    pointers(arguments).data(), pointers(environment).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        return fail(
            error == ENOENT ? ErrorKind::NotFound : ErrorKind::Io, "The program could not be started.",
            {{"path", request.program.string()}, {"system_message", std::string(std::strerror(error))}});
    return child;
}

// Reads what is there; false at the end.
template <class Take> bool drain(Descriptor &from, const Take &take)
{
    std::array<char, 16384> buffer{};
    const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
    if (count > 0)
        take(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    else if (count == 0 || (errno != EINTR && errno != EAGAIN))
        from.reset();
    return from.get() >= 0;
}

void keepOutput(ChildReport &outcome, std::string_view text, std::size_t limit)
{
    const std::size_t room = limit - std::min(limit, outcome.output.size());
    outcome.output.append(text.substr(0, room));
    outcome.outputCut = outcome.outputCut || text.size() > room;
}

void keepTail(std::string &tail, std::string_view text, std::size_t limit)
{
    tail.append(text);
    if (tail.size() > limit)
        tail.erase(0, tail.size() - limit);
}

// A child that was told to go, or whose pipes have ended, and that must not become a zombie.
int reap(pid_t child)
{
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

enum class End { Pipes, Timeout, Stop };

End collect(const ChildRequest &request, Descriptor out, Descriptor err, const std::stop_token &stop,
            ChildReport &outcome)
{
    const auto deadline = Clock::now() + request.timeout;
    while (out.get() >= 0 || err.get() >= 0) {
        if (stop.stop_requested())
            return End::Stop;
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0)
            return End::Timeout;
        std::array<pollfd, 2> wanted{pollfd{out.get(), POLLIN, 0}, pollfd{err.get(), POLLIN, 0}};
        const auto wait = std::min<std::int64_t>(left.count(), 50);
        if (::poll(wanted.data(), wanted.size(), static_cast<int>(wait)) <= 0)
            continue;
        if (wanted[0].revents != 0)
            drain(out, [&](std::string_view text) { keepOutput(outcome, text, request.outputLimit); });
        if (wanted[1].revents != 0)
            drain(err, [&](std::string_view text) { keepTail(outcome.errors, text, request.errorTail); });
    }
    return End::Pipes;
}

// A child may close its pipes and live on.
std::optional<int> waitUntil(pid_t child, Clock::time_point deadline, const std::stop_token &stop)
{
    while (Clock::now() < deadline && !stop.stop_requested()) {
        int status = 0;
        const pid_t ended = ::waitpid(child, &status, WNOHANG);
        if (ended == child)
            return status;
        if (ended < 0 && errno != EINTR)
            return 0;
        ::poll(nullptr, 0, 5);
    }
    return std::nullopt;
}

} // namespace

Result<ChildReport> runChild(const ChildRequest &request, const std::stop_token &stop)
{
    SNUG_TRY(Pipe in, makePipe());
    SNUG_TRY(Pipe out, makePipe());
    SNUG_TRY(Pipe err, makePipe());
    const auto deadline = Clock::now() + request.timeout;
    SNUG_TRY(const pid_t child, spawn(request, in.read.get(), out.write.get(), err.write.get()));
    in.read.reset();
    out.write.reset();
    err.write.reset();

    ChildReport outcome;
    const End end = collect(request, std::move(out.read), std::move(err.read), stop, outcome);
    std::optional<int> status = end == End::Pipes ? waitUntil(child, deadline, stop) : std::nullopt;
    if (!status) {
        ::kill(child, SIGKILL);
        reap(child);
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Stopped.");
        outcome.timedOut = true;
        return outcome;
    }
    if (WIFEXITED(*status))
        outcome.exitCode = WEXITSTATUS(*status);
    else if (WIFSIGNALED(*status))
        outcome.signal = WTERMSIG(*status);
    return outcome;
}

std::string signalName(int signal)
{
    switch (signal) {
    case SIGABRT:
        return "SIGABRT";
    case SIGBUS:
        return "SIGBUS";
    case SIGFPE:
        return "SIGFPE";
    case SIGILL:
        return "SIGILL";
    case SIGINT:
        return "SIGINT";
    case SIGKILL:
        return "SIGKILL";
    case SIGPIPE:
        return "SIGPIPE";
    case SIGSEGV:
        return "SIGSEGV";
    case SIGTERM:
        return "SIGTERM";
    default:
        return "signal " + std::to_string(signal);
    }
}

} // namespace snug
