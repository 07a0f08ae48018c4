// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/cancellation.h"
#include "app/cli/stop_requests.h"

#include <array>
#include <atomic>
#include <thread>
#include <utility>
#include <windows.h>

namespace snug::cli {
namespace {

constexpr UINT kCancelledExit = 130;
constexpr DWORD kPatienceMs = 3000; // after stdin was closed

std::atomic<StopRequests *> g_requests = nullptr; // a console handler has no argument

BOOL WINAPI onConsoleEvent(DWORD event)
{
    StopRequests *requests = g_requests;
    if (requests == nullptr)
        return FALSE;
    const bool interrupt = event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT;
    const auto next = interrupt ? requests->onInterrupt() : requests->onTerminate();
    if (next == StopRequests::Next::EndNow)
        TerminateProcess(GetCurrentProcess(), kCancelledExit);
    if (!interrupt)
        Sleep(kPatienceMs); // Windows ends the process when the handler of a closed console returns
    return TRUE;
}

} // namespace

class Cancellation::Watcher {
public:
    explicit Watcher(Stdin input)
    {
        g_requests = &m_requests;
        SetConsoleCtrlHandler(&onConsoleEvent, TRUE);
        const HANDLE handle = GetStdHandle(STD_INPUT_HANDLE);
        if (input == Stdin::Watch && GetFileType(handle) == FILE_TYPE_PIPE)
            m_thread = std::thread([this, handle] { watch(handle); });
    }

    ~Watcher()
    {
        SetConsoleCtrlHandler(&onConsoleEvent, FALSE);
        g_requests = nullptr;
        m_leaving = true;
        if (!m_thread.joinable())
            return;
        // The request may come just before the read begins: repeated until the thread is gone.
        while (WaitForSingleObject(m_thread.native_handle(), 10) == WAIT_TIMEOUT)
            CancelSynchronousIo(m_thread.native_handle());
        m_thread.join();
    }

    StopRequests &requests() { return m_requests; }

private:
    void watch(HANDLE handle)
    {
        std::array<char, 4096> ignored;
        DWORD count = 0;
        while (ReadFile(handle, ignored.data(), static_cast<DWORD>(ignored.size()), &count, nullptr) &&
               count > 0) {
        }
        if (m_leaving)
            return;
        m_requests.onStdinClosed();
        for (DWORD waited = 0; !m_leaving; waited += 50) {
            if (waited >= kPatienceMs)
                TerminateProcess(GetCurrentProcess(), kCancelledExit);
            Sleep(50);
        }
    }

    StopRequests m_requests;
    std::atomic<bool> m_leaving = false;
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
