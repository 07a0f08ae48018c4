// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

class QTcpSocket;

namespace snug::test {

// Ends the connection with a TCP reset, as the death of a process or a firewall does. What the kernel has not
// sent yet is lost.
void resetConnection(QTcpSocket &socket);

} // namespace snug::test
