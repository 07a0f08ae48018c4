// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/fault.h"
#include "tests/support/fake_hub/reply.h"

#include <algorithm>

namespace snug::test {
namespace {

constexpr std::int64_t kSurplusChunk = 1 << 20;

bool namesLength(const Headers &headers)
{
    return hasHeader(headers, "Content-Length");
}

std::string rangeText(std::int64_t first, std::int64_t last, std::int64_t total)
{
    return "bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" + std::to_string(total);
}

std::string allBytes(const Reply &reply)
{
    std::string bytes;
    for (const BodyPart &part : reply.parts)
        bytes += part.body.bytes(part.offset, part.length);
    return bytes;
}

void appendText(Reply &reply, std::string text)
{
    const auto length = static_cast<std::int64_t>(text.size());
    reply.parts.push_back({FileBody::ofBytes(std::move(text)), 0, length});
}

void tellLength(Reply &reply)
{
    setHeader(reply.headers, "Content-Length", std::to_string(bodyLength(reply)));
}

void answerInstead(const Fault &fault, Reply &reply)
{
    const bool raw = fault.kind == Fault::Kind::Raw;
    Reply other;
    other.subject = std::move(reply.subject);
    other.status = fault.status;
    other.noHead = raw;
    other.closeAfter = raw;
    setText(other, fault.text);
    for (const auto &[name, value] : fault.headers)
        removeHeader(other.headers, name);
    other.headers.insert(other.headers.end(), fault.headers.begin(), fault.headers.end());
    reply = std::move(other);
}

void halt(const Fault &fault, Reply &reply)
{
    const auto how = fault.stop == Fault::Stop::Close   ? Halt::How::Close
                     : fault.stop == Fault::Stop::Reset ? Halt::How::Reset
                                                        : Halt::How::Stall;
    reply.halt = Halt{how, fault.number, fault.wait};
}

void damage(const Fault &fault, Reply &reply)
{
    for (BodyPart &part : reply.parts)
        part.body = part.body.damagedAt(fault.number);
}

// Faults about ranges, which only an answer with a file can have.
void changeRange(const Fault &fault, Reply &reply)
{
    if (!reply.file)
        return;
    const std::int64_t size = reply.file->size();
    const ByteRange asked = reply.range.value_or(ByteRange{0, size - 1});
    switch (fault.kind) {
    case Fault::Kind::IgnoreRange:
        reply.status = 200;
        reply.parts = {{*reply.file, 0, size}};
        removeHeader(reply.headers, "Content-Range");
        tellLength(reply);
        return;
    case Fault::Kind::RangeWith200:
        reply.status = 200;
        return;
    case Fault::Kind::ShiftedRange: {
        const std::int64_t first = std::clamp<std::int64_t>(asked.first + fault.number, 0, size - 1);
        const std::int64_t last = std::clamp<std::int64_t>(asked.last + fault.number, first, size - 1);
        reply.parts = {{*reply.file, first, last - first + 1}};
        setHeader(reply.headers, "Content-Range", rangeText(first, last, size));
        tellLength(reply);
        return;
    }
    case Fault::Kind::OtherTotal:
        setHeader(reply.headers, "Content-Range", rangeText(asked.first, asked.last, size + fault.number));
        return;
    default: {
        const std::string range = rangeText(asked.first, asked.last, size);
        const std::string opening =
            "--fake\r\nContent-Type: application/octet-stream\r\nContent-Range: " + range;
        const BodyPart wanted{*reply.file, asked.first, asked.last - asked.first + 1};
        reply.parts.clear();
        appendText(reply, opening + "\r\n\r\n");
        reply.parts.push_back(wanted);
        appendText(reply, "\r\n--fake--\r\n");
        removeHeader(reply.headers, "Content-Range");
        setHeader(reply.headers, "Content-Type", "multipart/byteranges; boundary=fake");
        tellLength(reply);
        return;
    }
    }
}

void changeBody(const Fault &fault, Reply &reply)
{
    switch (fault.kind) {
    case Fault::Kind::LengthOff:
        setHeader(reply.headers, "Content-Length", std::to_string(bodyLength(reply) + fault.number));
        reply.closeAfter = true;
        return;
    case Fault::Kind::Surplus:
        for (std::int64_t left = fault.number; left > 0; left -= kSurplusChunk)
            appendText(reply, std::string(static_cast<std::size_t>(std::min(left, kSurplusChunk)), 'S'));
        tellLength(reply);
        return;
    case Fault::Kind::Gzip:
        setText(reply, gzipped(allBytes(reply)));
        setHeader(reply.headers, "Content-Encoding", "gzip");
        return;
    default:
        if (reply.file)
            setText(reply, lfsPointer(*reply.file));
        return;
    }
}

void changeHeaders(const Fault &fault, Reply &reply)
{
    if (fault.kind == Fault::Kind::NoHeader)
        removeHeader(reply.headers, fault.text);
    if (fault.kind == Fault::Kind::Header) {
        for (const auto &[name, value] : fault.headers)
            setHeader(reply.headers, name, value);
    }
    if (fault.kind == Fault::Kind::ExtraHeader)
        reply.headers.insert(reply.headers.end(), fault.headers.begin(), fault.headers.end());
    // Nobody can tell where such a body ends, so the connection ends with it.
    if (namesLength(fault.headers) || !namesLength(reply.headers))
        reply.closeAfter = true;
}

void apply(const Fault &fault, Reply &reply)
{
    using Kind = Fault::Kind;
    switch (fault.kind) {
    case Kind::Halt:
        return halt(fault, reply);
    case Kind::Slow:
        reply.bytesPerSecond = fault.number;
        return;
    case Kind::EndlessHead:
        reply.endlessHead = fault.wait;
        return;
    case Kind::Answer:
    case Kind::Raw:
        return answerInstead(fault, reply);
    case Kind::Header:
    case Kind::ExtraHeader:
    case Kind::NoHeader:
        return changeHeaders(fault, reply);
    case Kind::WrongByte:
        return damage(fault, reply);
    case Kind::IgnoreRange:
    case Kind::RangeWith200:
    case Kind::ShiftedRange:
    case Kind::OtherTotal:
    case Kind::Multipart:
        return changeRange(fault, reply);
    case Kind::LengthOff:
    case Kind::Surplus:
    case Kind::Gzip:
    case Kind::LfsPointer:
        return changeBody(fault, reply);
    }
}

bool concerns(const Fault &fault, Origin origin, const Request &request, const std::string &subject)
{
    if (fault.origin && *fault.origin != origin)
        return false;
    return request.target.find(fault.match) != std::string::npos ||
           subject.find(fault.match) != std::string::npos;
}

void replaceAll(std::string &text, const std::string &what, const std::string &by)
{
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
}

} // namespace

std::size_t FaultPlan::add(Fault fault)
{
    const std::scoped_lock lock(m_mutex);
    m_planned.push_back({std::move(fault)});
    return m_planned.size() - 1;
}

void FaultPlan::clear()
{
    const std::scoped_lock lock(m_mutex);
    m_planned.clear();
}

int FaultPlan::hits(std::size_t number) const
{
    const std::scoped_lock lock(m_mutex);
    return number < m_planned.size() ? m_planned[number].hits : 0;
}

void FaultPlan::setOrigins(std::string hub, std::string cdn)
{
    const std::scoped_lock lock(m_mutex);
    m_hub = std::move(hub);
    m_cdn = std::move(cdn);
}

std::string FaultPlan::filled(std::string text, const Planned &planned, const Request &request) const
{
    // A body of 100 MB has no placeholders, and looking for them would take its time.
    constexpr std::size_t kLongest = 1 << 20;
    if (text.size() > kLongest)
        return text;
    replaceAll(text, "{n}", std::to_string(planned.hits));
    replaceAll(text, "{hub}", m_hub);
    replaceAll(text, "{cdn}", m_cdn);
    replaceAll(text, "{target}", request.target);
    return text;
}

Fault FaultPlan::filled(const Planned &planned, const Request &request) const
{
    Fault fault = planned.fault;
    fault.text = filled(std::move(fault.text), planned, request);
    for (auto &[name, value] : fault.headers)
        value = filled(std::move(value), planned, request);
    return fault;
}

void FaultPlan::strike(Origin origin, const Request &request, Reply &reply)
{
    const std::scoped_lock lock(m_mutex);
    for (Planned &planned : m_planned) {
        if (!concerns(planned.fault, origin, request, reply.subject))
            continue;
        const int number = ++planned.seen;
        if (number < planned.fault.from || number - planned.fault.from >= planned.fault.count)
            continue;
        ++planned.hits;
        apply(filled(planned, request), reply);
    }
}

} // namespace snug::test
