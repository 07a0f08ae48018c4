// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/child_process.h"
#include "core/base/paths.h"

#include <algorithm>
#include <array>
#include <thread>
#include <windows.h>

namespace snug {
namespace {

using Clock = std::chrono::steady_clock;

class Handle {
public:
    Handle() = default;
    explicit Handle(HANDLE handle) : m_handle(handle) {}
    Handle(Handle &&other) noexcept : m_handle(std::exchange(other.m_handle, nullptr)) {}
    Handle &operator=(Handle &&other) noexcept
    {
        std::swap(m_handle, other.m_handle);
        return *this;
    }
    ~Handle() { reset(); }

    [[nodiscard]] HANDLE get() const { return m_handle; }
    void reset()
    {
        if (m_handle != nullptr)
            CloseHandle(std::exchange(m_handle, nullptr));
    }

private:
    HANDLE m_handle = nullptr;
};

struct Pipe {
    Handle ours;
    Handle childs;
};

enum class Direction { ToChild, FromChild };

tl::unexpected<Error> systemFailure(std::string message)
{
    return fail(ErrorKind::Io, std::move(message), {{"system_error", std::int64_t{GetLastError()}}});
}

Result<Pipe> makePipe(Direction direction)
{
    SECURITY_ATTRIBUTES inherited{sizeof(SECURITY_ATTRIBUTES), nullptr, TRUE};
    HANDLE read = nullptr;
    HANDLE write = nullptr;
    if (!CreatePipe(&read, &write, &inherited, 0))
        return systemFailure("A pipe to a child process could not be made.");
    Pipe pipe{Handle(direction == Direction::ToChild ? write : read),
              Handle(direction == Direction::ToChild ? read : write)};
    if (!SetHandleInformation(pipe.ours.get(), HANDLE_FLAG_INHERIT, 0))
        return systemFailure("A pipe to a child process could not be made.");
    return pipe;
}

// The rules of CommandLineToArgvW: backslashes count only before a quotation mark.
std::wstring quoted(const std::wstring &argument)
{
    std::wstring result = L"\"";
    std::size_t slashes = 0;
    for (const wchar_t c : argument) {
        if (c == L'\\') {
            ++slashes;
            continue;
        }
        result.append(c == L'"' ? slashes * 2 + 1 : slashes, L'\\');
        slashes = 0;
        result += c;
    }
    result.append(slashes * 2, L'\\');
    return result + L"\"";
}

std::wstring commandLine(const ChildRequest &request)
{
    std::wstring line = quoted(request.program.wstring());
    for (const std::string &argument : request.arguments)
        line += L" " + quoted(fromUtf8(argument).wstring());
    return line;
}

std::wstring environmentBlock(const ChildRequest &request)
{
    std::wstring block;
    for (const auto &[name, value] : request.environment)
        block += fromUtf8(name + "=" + value).wstring() + L'\0';
    wchar_t *ours = GetEnvironmentStringsW();
    for (const wchar_t *entry = ours; entry != nullptr && *entry != L'\0'; entry += wcslen(entry) + 1) {
        const std::wstring text = entry;
        const std::string name = toUtf8(text.substr(0, text.find(L'=', 1)));
        const bool replaced =
            std::any_of(request.environment.begin(), request.environment.end(),
                        [&](const auto &added) { return _stricmp(added.first.c_str(), name.c_str()) == 0; });
        if (!replaced)
            block += text + L'\0';
    }
    FreeEnvironmentStringsW(ours);
    return block + L'\0';
}

// Only the three pipes are inherited, whatever else is open in this process.
class InheritedHandles {
public:
    explicit InheritedHandles(std::array<HANDLE, 3> handles) : m_handles(handles)
    {
        SIZE_T size = 0;
        InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
        m_memory.resize(size);
        m_valid = InitializeProcThreadAttributeList(list(), 1, 0, &size) &&
                  UpdateProcThreadAttribute(list(), 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, m_handles.data(),
                                            sizeof(m_handles), nullptr, nullptr);
    }
    ~InheritedHandles() { DeleteProcThreadAttributeList(list()); }
    InheritedHandles(const InheritedHandles &) = delete;
    InheritedHandles &operator=(const InheritedHandles &) = delete;

    [[nodiscard]] bool valid() const { return m_valid; }
    [[nodiscard]] LPPROC_THREAD_ATTRIBUTE_LIST list()
    {
        return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(m_memory.data());
    }

private:
    std::array<HANDLE, 3> m_handles;
    std::vector<std::byte> m_memory;
    bool m_valid = false;
};

Result<Handle> start(const ChildRequest &request, HANDLE in, HANDLE out, HANDLE err)
{
    InheritedHandles inherited({in, out, err});
    if (!inherited.valid())
        return systemFailure("The program could not be started.");
    STARTUPINFOEXW startup{};
    startup.StartupInfo.cb = sizeof(startup);
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    startup.StartupInfo.hStdInput = in;
    startup.StartupInfo.hStdOutput = out;
    startup.StartupInfo.hStdError = err;
    startup.lpAttributeList = inherited.list();
    PROCESS_INFORMATION process{};
    std::wstring line = commandLine(request);
    std::wstring environment = environmentBlock(request);
    if (!CreateProcessW(request.program.c_str(), line.data(), nullptr, nullptr, TRUE,
                        CREATE_NO_WINDOW | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT,
                        environment.data(), nullptr, &startup.StartupInfo, &process)) {
        const bool missing = GetLastError() == ERROR_FILE_NOT_FOUND || GetLastError() == ERROR_PATH_NOT_FOUND;
        return fail(missing ? ErrorKind::NotFound : ErrorKind::Io, "The program could not be started.",
                    {{"path", toUtf8(request.program)}, {"system_error", std::int64_t{GetLastError()}}});
    }
    CloseHandle(process.hThread);
    return Handle(process.hProcess);
}

template <class Take> void readAll(HANDLE from, const Take &take)
{
    std::array<char, 16384> buffer{};
    DWORD count = 0;
    while (ReadFile(from, buffer.data(), static_cast<DWORD>(buffer.size()), &count, nullptr) && count > 0)
        take(std::string_view(buffer.data(), count));
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

bool ended(HANDLE process, Clock::time_point deadline, const std::stop_token &stop)
{
    while (Clock::now() < deadline && !stop.stop_requested()) {
        if (WaitForSingleObject(process, 50) == WAIT_OBJECT_0)
            return true;
    }
    return false;
}

} // namespace

Result<ChildReport> runChild(const ChildRequest &request, const std::stop_token &stop)
{
    SNUG_TRY(Pipe in, makePipe(Direction::ToChild));
    SNUG_TRY(Pipe out, makePipe(Direction::FromChild));
    SNUG_TRY(Pipe err, makePipe(Direction::FromChild));
    const auto deadline = Clock::now() + request.timeout;
    SNUG_TRY(const Handle process, start(request, in.childs.get(), out.childs.get(), err.childs.get()));
    in.childs.reset();
    out.childs.reset();
    err.childs.reset();

    ChildReport outcome;
    bool byItself = false;
    {
        // The pipes end with the child, and the readers with the pipes.
        const std::jthread output([&] {
            readAll(out.ours.get(),
                    [&](std::string_view text) { keepOutput(outcome, text, request.outputLimit); });
        });
        const std::jthread errors([&] {
            readAll(err.ours.get(),
                    [&](std::string_view text) { keepTail(outcome.errors, text, request.errorTail); });
        });
        byItself = ended(process.get(), deadline, stop);
        if (!byItself) {
            TerminateProcess(process.get(), 1);
            WaitForSingleObject(process.get(), INFINITE);
        }
    }
    if (!byItself && stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Stopped.");
    outcome.timedOut = !byItself;
    DWORD code = 0;
    if (byItself && GetExitCodeProcess(process.get(), &code))
        outcome.exitCode = static_cast<int>(code);
    return outcome;
}

std::string signalName(int signal)
{
    return "signal " + std::to_string(signal);
}

} // namespace snug
