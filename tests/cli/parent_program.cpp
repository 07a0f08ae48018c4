// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include <array>
#include <cstdio>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

// Starts the program in its arguments with a stdin that only this process can close, and waits for it: the
// parent that a test kills.
int main(int count, char **values)
{
    std::array<int, 2> input = {-1, -1};
    if (count < 2 || pipe(input.data()) != 0)
        return 2;
    fcntl(input[1], F_SETFD, FD_CLOEXEC);
    const pid_t child = fork();
    if (child == 0) {
        dup2(input[0], STDIN_FILENO);
        close(input[0]);
        execv(values[1], values + 1);
        _exit(127);
    }
    close(input[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return 1;
}
