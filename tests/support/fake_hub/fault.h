// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub/http_message.h"
#include "tests/support/fake_hub/request_log.h"

#include <chrono>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace snug::test {

struct Reply;

// Something that goes wrong with some answers: specs/hub.md section 6.2. Made by the functions below and
// narrowed down by on() and requests():
//
//   hub.addFault(cutAfter(1000).on(Origin::Cdn, "model.gguf").requests(2, 3));
//
// In texts and values of headers, {n} stands for how often the fault struck (from 1), {target} for what was
// asked, {hub} and {cdn} for the endpoints.
struct Fault {
    enum class Kind {
        Halt,         // see `halt`
        Slow,         // `number` bytes a second
        EndlessHead,  // a line every `wait`
        Answer,       // `status`, `headers` and `text` in place of the answer
        Raw,          // `text` in place of the answer, byte for byte, then the end
        Header,       // `headers` replace those of the same name
        ExtraHeader,  // `headers` come in addition
        NoHeader,     // the header `text` is left out
        WrongByte,    // the byte at offset `number` of the file is another one
        IgnoreRange,  // 200 and the whole file
        RangeWith200, // as asked, but 200
        ShiftedRange, // the range `number` bytes further on
        OtherTotal,   // Content-Range tells `number` bytes more in all
        Multipart,    // 206 multipart/byteranges with the one range
        LengthOff,    // Content-Length tells `number` bytes more than come; the connection ends
        Surplus,      // `number` bytes more than asked come, and Content-Length says so
        Gzip,         // Content-Encoding: gzip
        LfsPointer,   // the pointer in place of the file
    };
    enum class Stop { Close, Reset, Stall };

    Kind kind = Kind::Answer;
    Stop stop = Stop::Close; // of Halt: how
    std::int64_t number = 0;
    std::chrono::milliseconds wait{0};
    int status = 0;
    Headers headers = {};
    std::string text = {};

    std::optional<Origin> origin = std::nullopt; // both, unless told
    std::string match =
        {};        // in the target, or in "org/name/path" of the file asked for; empty: every request
    int from = 1;  // the first matching request that it strikes
    int count = 1; // how many from there

    // Only requests to that origin, and with that in target or file.
    [[nodiscard]] Fault on(Origin where, std::string what = {}) const;
    // The matching requests number `first` to `first + howMany - 1`.
    [[nodiscard]] Fault requests(int first, int howMany = 1) const;
    [[nodiscard]] Fault always() const { return requests(1, std::numeric_limits<int>::max()); }
};

// Ends the connection after that many bytes of the body; below 0: before the head.
[[nodiscard]] Fault cutAfter(std::int64_t bytes);
[[nodiscard]] Fault resetAfter(std::int64_t bytes);
// Says nothing more after that many bytes, for ever or for a while.
[[nodiscard]] Fault stallAfter(std::int64_t bytes, std::chrono::milliseconds wait = {});
[[nodiscard]] Fault slowBody(std::int64_t bytesPerSecond);
// Headers of 1 kB, one every `wait`, without end.
[[nodiscard]] Fault endlessHead(std::chrono::milliseconds wait);
// With nothing of what the Hub says otherwise, but for Content-Length.
[[nodiscard]] Fault answerWith(int status, Headers headers = {}, std::string text = {});
[[nodiscard]] Fault redirectTo(std::string location, int status = 302);
[[nodiscard]] Fault rawAnswer(std::string bytes);
// 403 of the content network, as if the signature were too old.
[[nodiscard]] Fault expiredUrl();
// A sign-in page of a hotel: 200 text/html.
[[nodiscard]] Fault captivePortal();
[[nodiscard]] Fault withHeader(std::string name, std::string value);
[[nodiscard]] Fault withExtraHeader(std::string name, std::string value);
// Without Content-Length the connection ends after the body.
[[nodiscard]] Fault withoutHeader(std::string name);
[[nodiscard]] Fault wrongByteAt(std::int64_t offset);
[[nodiscard]] Fault ignoresRange();
[[nodiscard]] Fault rangeWith200();
[[nodiscard]] Fault shiftsRange(std::int64_t bytes);
[[nodiscard]] Fault tellsOtherTotal(std::int64_t more);
[[nodiscard]] Fault multipartRanges();
[[nodiscard]] Fault lengthOffBy(std::int64_t more);
[[nodiscard]] Fault sendsMore(std::int64_t bytes);
[[nodiscard]] Fault gzipsBody();
[[nodiscard]] Fault lfsPointerAsBody();

// The faults of a Hub. Any thread.
class FaultPlan {
public:
    // The number by which hits() knows it.
    std::size_t add(Fault fault);
    void clear();
    // How often it struck.
    [[nodiscard]] int hits(std::size_t number) const;
    void setOrigins(std::string hub, std::string cdn);
    // Changes the answer by every fault that strikes this request, in the order in which they were added.
    void strike(Origin origin, const Request &request, Reply &reply);

private:
    struct Planned {
        Fault fault;
        int seen = 0;
        int hits = 0;
    };
    [[nodiscard]] std::string filled(std::string text, const Planned &planned, const Request &request) const;
    [[nodiscard]] Fault filled(const Planned &planned, const Request &request) const;

    mutable std::mutex m_mutex;
    std::vector<Planned> m_planned;
    std::string m_hub;
    std::string m_cdn;
};

} // namespace snug::test
