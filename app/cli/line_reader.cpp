// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/line_reader.h"

#include <array>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#if defined(_WIN32)
#include <io.h>
#else
#include <unistd.h>
#endif

namespace snug::cli {
namespace {

constexpr std::size_t kMostLineBytes = 1024 * 1024;
constexpr std::size_t kMostWaiting = 64; // lines; a pipe waits, memory does not grow

// Not stdio: a thread inside its lock would hang the end of the program.
std::ptrdiff_t readSome(char *into, std::size_t size)
{
#if defined(_WIN32)
    return _read(0, into, static_cast<unsigned int>(size));
#else
    ssize_t count = 0;
    do {
        count = ::read(STDIN_FILENO, into, size);
    } while (count < 0 && errno == EINTR);
    return count;
#endif
}

} // namespace

struct LineReader::Queue {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::deque<std::optional<std::string>> lines; // nothing: a line that was too long
    std::string begun;                            // only the thread's
    bool beyond = false;                          // the begun line is too long; only the thread's
    std::stop_source come;                        // once there is a line, or was
    bool ended = false;
    bool abandoned = false;

    void add(std::string_view bytes)
    {
        beyond = beyond || begun.size() + bytes.size() > kMostLineBytes;
        if (beyond)
            begun.clear();
        else
            begun += bytes;
    }

    // False once nobody reads any more.
    bool finishLine()
    {
        if (begun.ends_with('\r'))
            begun.pop_back();
        std::unique_lock lock(mutex);
        changed.wait(lock, [this] { return abandoned || lines.size() < kMostWaiting; });
        lines.push_back(std::exchange(beyond, false) ? std::nullopt
                                                     : std::optional(std::exchange(begun, {})));
        changed.notify_all();
        const bool goOn = !abandoned;
        const std::stop_source whoWaits = come;
        lock.unlock();
        // Calls back, and who is called may ask for the line.
        whoWaits.request_stop();
        return goOn;
    }

    void readAll()
    {
        std::array<char, 4096> buffer;
        for (;;) {
            const std::ptrdiff_t count = readSome(buffer.data(), buffer.size());
            if (count <= 0)
                break;
            std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
            for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
                add(bytes.substr(0, end));
                bytes.remove_prefix(end + 1);
                if (!finishLine())
                    return;
            }
            add(bytes);
        }
        if (!begun.empty() && !finishLine())
            return;
        const std::scoped_lock lock(mutex);
        ended = true;
        changed.notify_all();
    }
};

LineReader::LineReader() : m_queue(std::make_shared<Queue>())
{
    std::thread([queue = m_queue] { queue->readAll(); }).detach();
}

LineReader::~LineReader()
{
    const std::scoped_lock lock(m_queue->mutex);
    m_queue->abandoned = true;
    m_queue->changed.notify_all();
}

Result<std::optional<std::string>> LineReader::next(std::stop_token stop)
{
    std::unique_lock lock(m_queue->mutex);
    const bool ready = m_queue->changed.wait(lock, std::move(stop),
                                             [this] { return !m_queue->lines.empty() || m_queue->ended; });
    if (!ready || m_queue->lines.empty())
        return std::optional<std::string>();
    auto line = std::move(m_queue->lines.front());
    m_queue->lines.pop_front();
    m_queue->changed.notify_all();
    if (!line)
        return fail(ErrorKind::TooLarge, "This line is too long.",
                    {{"limit", static_cast<std::int64_t>(kMostLineBytes)}}, "Send it in several messages.");
    return line;
}

bool LineReader::hasLine() const
{
    const std::scoped_lock lock(m_queue->mutex);
    return !m_queue->lines.empty();
}

std::stop_token LineReader::untilLine()
{
    const std::scoped_lock lock(m_queue->mutex);
    if (m_queue->lines.empty())
        m_queue->come = {};
    else
        m_queue->come.request_stop();
    return m_queue->come.get_token();
}

} // namespace snug::cli
