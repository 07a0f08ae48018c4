// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/library/file_transfer.h"

#if defined(__linux__)
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>
#elif defined(__APPLE__)
#include <sys/clonefile.h>
#endif

namespace snug::library {

bool cloneFile(const std::filesystem::path &from, const std::filesystem::path &to)
{
#if defined(__linux__)
    constexpr mode_t kMode = 0644;
    const int in = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return false;
    const int out = ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kMode);
    bool cloned = false;
    if (out >= 0) {
        cloned = ::ioctl(out, FICLONE, in) == 0 && ::fsync(out) == 0;
        ::close(out);
        if (!cloned)
            ::unlink(to.c_str());
    }
    ::close(in);
    return cloned;
#elif defined(__APPLE__)
    return ::clonefile(from.c_str(), to.c_str(), CLONE_NOFOLLOW) == 0;
#else
    static_cast<void>(from);
    static_cast<void>(to);
    return false;
#endif
}

} // namespace snug::library
