// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/fault.h"

namespace snug::test {
namespace {

Fault numbered(Fault::Kind kind, std::int64_t number = 0)
{
    Fault fault;
    fault.kind = kind;
    fault.number = number;
    return fault;
}

Fault halting(Fault::Stop stop, std::int64_t bytes)
{
    Fault fault = numbered(Fault::Kind::Halt, bytes);
    fault.stop = stop;
    return fault;
}

} // namespace

Fault Fault::on(Origin where, std::string what) const
{
    Fault narrowed = *this;
    narrowed.origin = where;
    narrowed.match = std::move(what);
    return narrowed;
}

Fault Fault::requests(int first, int howMany) const
{
    Fault narrowed = *this;
    narrowed.from = first;
    narrowed.count = howMany;
    return narrowed;
}

Fault cutAfter(std::int64_t bytes)
{
    return halting(Fault::Stop::Close, bytes);
}

Fault resetAfter(std::int64_t bytes)
{
    return halting(Fault::Stop::Reset, bytes);
}

Fault stallAfter(std::int64_t bytes, std::chrono::milliseconds wait)
{
    Fault fault = halting(Fault::Stop::Stall, bytes);
    fault.wait = wait;
    return fault;
}

Fault slowBody(std::int64_t bytesPerSecond)
{
    return numbered(Fault::Kind::Slow, bytesPerSecond);
}

Fault endlessHead(std::chrono::milliseconds wait)
{
    Fault fault = numbered(Fault::Kind::EndlessHead);
    fault.wait = wait;
    return fault;
}

Fault answerWith(int status, Headers headers, std::string text)
{
    Fault fault;
    fault.status = status;
    fault.headers = std::move(headers);
    fault.text = std::move(text);
    return fault;
}

Fault redirectTo(std::string location, int status)
{
    return answerWith(status, {{"Location", std::move(location)}});
}

Fault rawAnswer(std::string bytes)
{
    Fault fault = numbered(Fault::Kind::Raw);
    fault.text = std::move(bytes);
    return fault;
}

Fault expiredUrl()
{
    return answerWith(403, {{"Content-Type", "application/xml"}},
                      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code>"
                      "<Message>Request has expired</Message></Error>");
}

Fault captivePortal()
{
    return answerWith(200, {{"Content-Type", "text/html; charset=utf-8"}},
                      "<!DOCTYPE html><html><head><title>Welcome to the hotel</title></head>"
                      "<body><form action=\"/login\">Sign in to use the network</form></body></html>");
}

Fault withHeader(std::string name, std::string value)
{
    Fault fault = numbered(Fault::Kind::Header);
    fault.headers = {{std::move(name), std::move(value)}};
    return fault;
}

Fault withExtraHeader(std::string name, std::string value)
{
    Fault fault = withHeader(std::move(name), std::move(value));
    fault.kind = Fault::Kind::ExtraHeader;
    return fault;
}

Fault withoutHeader(std::string name)
{
    Fault fault = numbered(Fault::Kind::NoHeader);
    fault.text = std::move(name);
    return fault;
}

Fault wrongByteAt(std::int64_t offset)
{
    return numbered(Fault::Kind::WrongByte, offset);
}

Fault ignoresRange()
{
    return numbered(Fault::Kind::IgnoreRange);
}

Fault rangeWith200()
{
    return numbered(Fault::Kind::RangeWith200);
}

Fault shiftsRange(std::int64_t bytes)
{
    return numbered(Fault::Kind::ShiftedRange, bytes);
}

Fault tellsOtherTotal(std::int64_t more)
{
    return numbered(Fault::Kind::OtherTotal, more);
}

Fault multipartRanges()
{
    return numbered(Fault::Kind::Multipart);
}

Fault lengthOffBy(std::int64_t more)
{
    return numbered(Fault::Kind::LengthOff, more);
}

Fault sendsMore(std::int64_t bytes)
{
    return numbered(Fault::Kind::Surplus, bytes);
}

Fault gzipsBody()
{
    return numbered(Fault::Kind::Gzip);
}

Fault lfsPointerAsBody()
{
    return numbered(Fault::Kind::LfsPointer);
}

} // namespace snug::test
