// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/cancellation.h"
#include "app/cli/stop_requests.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace snug::cli {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int kCancelledExit = 130;
constexpr auto kPatience = 3s; // after stdin was closed
constexpr char kLeave = 'l';
constexpr char kInterrupt = 'i';
constexpr char kTerminate = 't';

// The writing end of the signal pipe; a handler can reach nothing else.
volatile std::sig_atomic_t g_signalPipe = -1;

void onSignal(int signal)
{
    const int before = errno;
    const char message = signal == SIGINT ? kInterrupt : kTerminate;
    // A full pipe holds more requests than are needed.
    [[maybe_unused]] const auto written = ::write(static_cast<int>(g_signalPipe), &message, 1);
    errno = before;
}

void handleSignals(void (*handler)(int))
{
    struct sigaction action = {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

void prepareDescriptor(int descriptor)
{
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

bool stdinIsPipe()
{
    struct stat status = {};
    return fstat(STDIN_FILENO, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

} // namespace

class Cancellation::Watcher {
public:
    explicit Watcher(Stdin input) : m_stdin(input == Stdin::Watch && stdinIsPipe() ? STDIN_FILENO : -1)
    {
        // A reader that went away is an error of write(), not the end of the process.
        std::signal(SIGPIPE, SIG_IGN);
        if (pipe(m_pipe.data()) != 0)
            return; // signals keep their default: the process ends
        for (const int end : m_pipe)
            prepareDescriptor(end);
        g_signalPipe = m_pipe[1];
        handleSignals(&onSignal);
        m_thread = std::thread([this] { watch(); });
    }

    ~Watcher()
    {
        if (!m_thread.joinable())
            return;
        [[maybe_unused]] const auto written = ::write(m_pipe[1], &kLeave, 1);
        m_thread.join();
        handleSignals(SIG_DFL);
        g_signalPipe = -1;
        for (const int end : m_pipe)
            close(end);
    }

    StopRequests &requests() { return m_requests; }

private:
    void watch()
    {
        bool leaving = false;
        while (!leaving) {
            std::array<pollfd, 2> waits = {pollfd{m_pipe[0], POLLIN, 0}, pollfd{m_stdin, POLLIN, 0}};
            const int found = poll(waits.data(), waits.size(), millisecondsLeft());
            if (m_deadline && Clock::now() >= *m_deadline)
                _exit(kCancelledExit);
            if (found <= 0)
                continue;
            if (waits[1].revents != 0)
                readStdin();
            if (waits[0].revents != 0)
                leaving = readSignals();
        }
    }

    [[nodiscard]] int millisecondsLeft() const
    {
        if (!m_deadline)
            return -1;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*m_deadline - Clock::now()).count();
        return left > 0 ? static_cast<int>(left) : 0;
    }

    // What a parent writes means nothing; that it closes does.
    void readStdin()
    {
        std::array<char, 4096> ignored;
        const auto count = ::read(m_stdin, ignored.data(), ignored.size());
        if (count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN)))
            return;
        m_stdin = -1;
        m_requests.onStdinClosed();
        m_deadline = Clock::now() + kPatience;
    }

    [[nodiscard]] bool readSignals()
    {
        char message = 0;
        while (::read(m_pipe[0], &message, 1) == 1) {
            if (message == kLeave)
                return true;
            const auto next = message == kInterrupt ? m_requests.onInterrupt() : m_requests.onTerminate();
            if (next == StopRequests::Next::EndNow)
                _exit(kCancelledExit);
        }
        return false;
    }

    StopRequests m_requests;
    int m_stdin;
    std::array<int, 2> m_pipe = {-1, -1};
    std::optional<Clock::time_point> m_deadline; // only the thread's
    std::thread m_thread;
};

Cancellation::Cancellation(Stdin input) : m_watcher(std::make_unique<Watcher>(input)) {}

Cancellation::~Cancellation() = default;

std::stop_token Cancellation::token() const
{
    return m_watcher->requests().token();
}

void Cancellation::setInterruptHandler(std::function<bool()> handler)
{
    m_watcher->requests().setHandler(std::move(handler));
}

} // namespace snug::cli
