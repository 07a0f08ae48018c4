// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/raw_http.h"

#include <QHostAddress>

#include <cstdlib>

namespace snug::test {

RawHttp::RawHttp(const std::string &origin)
    : m_port(static_cast<std::uint16_t>(std::atoi(origin.substr(origin.rfind(':') + 1).c_str())))
{
}

RawAnswer RawHttp::get(const std::string &target, const Headers &headers)
{
    return send("GET", target, headers);
}

RawAnswer RawHttp::send(const std::string &method, const std::string &target, const Headers &headers,
                        const std::string &body)
{
    std::string bytes = method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    for (const auto &[name, value] : headers)
        bytes.append(name).append(": ").append(value).append("\r\n");
    if (!body.empty())
        bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return exchange(bytes + "\r\n" + body, method == "HEAD");
}

RawAnswer RawHttp::exchange(const std::string &bytes, bool headOnly)
{
    if (!connected()) {
        m_received.clear();
        m_socket.connectToHost(QHostAddress(QHostAddress::LocalHost), m_port);
        if (!m_socket.waitForConnected(m_patience))
            return {};
    }
    m_socket.write(bytes.data(), static_cast<qint64>(bytes.size()));
    RawAnswer answer;
    if (readHead(answer)) {
        answer.complete = headOnly || answer.status == 304;
        if (!answer.complete)
            readBody(answer);
    }
    if (answer.status == 0)
        answer.body.swap(m_received);
    return answer;
}

bool RawHttp::more()
{
    if (m_socket.bytesAvailable() == 0 && !m_socket.waitForReadyRead(m_patience) &&
        m_socket.bytesAvailable() == 0)
        return false;
    m_received += m_socket.readAll().toStdString();
    return true;
}

bool RawHttp::readHead(RawAnswer &answer)
{
    std::size_t end = m_received.find("\r\n\r\n");
    while (end == std::string::npos) {
        if (!more())
            return false;
        end = m_received.find("\r\n\r\n");
    }
    if (!m_received.starts_with("HTTP/1.1 "))
        return false;
    answer.status = std::atoi(m_received.c_str() + 9);
    for (std::size_t at = m_received.find("\r\n"); at < end; at = m_received.find("\r\n", at + 2)) {
        const std::string line = m_received.substr(at + 2, m_received.find("\r\n", at + 2) - at - 2);
        const std::size_t colon = line.find(": ");
        if (colon != std::string::npos)
            answer.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    m_received.erase(0, end + 4);
    return true;
}

void RawHttp::readBody(RawAnswer &answer)
{
    if (answer.header("Transfer-Encoding") == "chunked") {
        answer.complete = readChunks(answer);
        return;
    }
    const bool told = hasHeader(answer.headers, "Content-Length");
    const long long length = std::atoll(answer.header("Content-Length").c_str());
    while (!told || static_cast<long long>(m_received.size()) < length) {
        if (!more())
            break;
    }
    const auto size = static_cast<long long>(m_received.size());
    answer.complete = told ? size >= length : !connected();
    const auto take = static_cast<std::size_t>(told && length >= 0 ? std::min(length, size) : size);
    answer.body = m_received.substr(0, take);
    m_received.erase(0, take);
}

bool RawHttp::readChunks(RawAnswer &answer)
{
    for (;;) {
        std::size_t end = m_received.find("\r\n");
        while (end == std::string::npos) {
            if (!more())
                return false;
            end = m_received.find("\r\n");
        }
        const std::size_t length = std::strtoull(m_received.c_str(), nullptr, 16);
        while (m_received.size() < end + 2 + length + 2) {
            if (!more())
                return false;
        }
        answer.body += m_received.substr(end + 2, length);
        m_received.erase(0, end + 2 + length + 2);
        if (length == 0)
            return true;
    }
}

} // namespace snug::test
