// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/safetensors/header_json.h"

#include "core/base/units.h"
#include "core/gguf/failure.h"
#include "core/gguf/text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <optional>

namespace snug::safetensors {
namespace {

using nlohmann::json;

constexpr std::string_view kMetadata = "__metadata__";

// Receives the JSON piece by piece and knows only the one form that a header may have. A function that
// answers false ends the parsing; `error` then says why.
class HeaderSax final : public json::json_sax_t {
public:
    HeaderSax(Header &header, const Limits &limits) : m_header(header), m_limits(limits) {}

    [[nodiscard]] std::optional<Error> takeError() { return std::move(m_error); }

    bool null() override { return unexpected(); }
    bool boolean(bool) override { return unexpected(); }
    bool number_integer(number_integer_t) override { return unexpected(); }
    bool number_float(number_float_t, const string_t &) override { return unexpected(); }
    bool binary(binary_t &) override { return unexpected(); }

    bool number_unsigned(number_unsigned_t number) override
    {
        if (m_place != Place::Shape && m_place != Place::Offsets)
            return unexpected();
        if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return refuse(gguf::corrupt(
                "bad_shape", -1,
                fmt::format("Tensor {} has a number that is beyond what any file can hold.", shownName())));
        auto &numbers = m_place == Place::Shape ? m_tensor.shape : m_offsets;
        if (static_cast<std::int64_t>(numbers.size()) >= (m_place == Place::Shape ? m_limits.dimensions : 2))
            return unexpected();
        numbers.push_back(static_cast<std::int64_t>(number));
        return true;
    }

    bool string(string_t &text) override
    {
        if (m_place == Place::MetadataValue)
            return takeMetadata(text);
        if (m_place != Place::Dtype)
            return unexpected();
        const auto dtype = dtypeFromName(text);
        if (!dtype)
            return refuse(fail(ErrorKind::Unsupported,
                               fmt::format("Tensor {} is of the type \"{}\", which Snug does not know.",
                                           shownName(), gguf::escaped(text, 40)),
                               {{"reason", std::string("bad_dtype")}},
                               "A newer Snug may know it; otherwise choose another form of the model."));
        m_tensor.dtype = *dtype;
        m_hasDtype = true;
        m_place = Place::Entry;
        return true;
    }

    bool start_object(std::size_t) override
    {
        switch (m_place) {
        case Place::Begin:
            m_place = Place::Top;
            return true;
        case Place::TopValue:
            m_place = m_tensor.name == kMetadata ? Place::Metadata : Place::Entry;
            return true;
        default:
            return unexpected();
        }
    }

    bool key(string_t &name) override
    {
        if (m_place == Place::Top)
            return beginEntry(name);
        if (m_place == Place::Metadata) {
            m_metadataKey = std::move(name);
            m_place = Place::MetadataValue;
            return true;
        }
        if (m_place != Place::Entry)
            return unexpected();
        if (name == "dtype" && !m_hasDtype)
            m_place = Place::Dtype;
        else if (name == "shape" && !m_hasShape)
            m_place = Place::BeforeShape;
        else if (name == "data_offsets" && m_offsets.empty())
            m_place = Place::BeforeOffsets;
        else
            return unexpected();
        return true;
    }

    bool end_object() override
    {
        if (m_place == Place::Entry)
            return endEntry();
        if (m_place == Place::Metadata)
            m_place = Place::Top;
        else if (m_place == Place::Top)
            m_place = Place::End;
        else
            return unexpected();
        return true;
    }

    bool start_array(std::size_t) override
    {
        if (m_place == Place::BeforeShape)
            m_place = Place::Shape;
        else if (m_place == Place::BeforeOffsets)
            m_place = Place::Offsets;
        else
            return unexpected();
        return true;
    }

    bool end_array() override
    {
        if (m_place == Place::Shape)
            m_hasShape = true;
        else if (m_place != Place::Offsets || m_offsets.size() != 2)
            return unexpected();
        m_place = Place::Entry;
        return true;
    }

    bool parse_error(std::size_t position, const std::string &, const nlohmann::detail::exception &) override
    {
        return refuse(gguf::corrupt("bad_json", static_cast<std::int64_t>(position) + 8,
                                    fmt::format("The header of the file is no JSON at byte {}.",
                                                formatCount(static_cast<std::int64_t>(position) + 8))));
    }

private:
    enum class Place {
        Begin,
        Top,
        TopValue,
        Metadata,
        MetadataValue,
        Entry,
        Dtype,
        BeforeShape,
        Shape,
        BeforeOffsets,
        Offsets,
        End,
    };

    [[nodiscard]] std::string shownName() const { return gguf::escaped(m_tensor.name); }

    bool refuse(tl::unexpected<Error> error)
    {
        m_error = std::move(error).value();
        return false;
    }

    bool unexpected()
    {
        if (m_tensor.name.empty())
            return refuse(gguf::corrupt("bad_entry", -1, "The header of the file is not a list of tensors."));
        return refuse(gguf::corrupt(
            "bad_entry", -1,
            fmt::format("The header's entry for {} does not have the form of a tensor's.", shownName())));
    }

    bool beginEntry(string_t &name)
    {
        m_tensor = Tensor{std::move(name), {}, {}, 0, 0};
        m_offsets.clear();
        m_hasDtype = m_hasShape = false;
        m_place = Place::TopValue;
        if (static_cast<std::int64_t>(m_tensor.name.size()) > m_limits.nameBytes)
            return refuse(
                gguf::beyondLimit("long_name", m_limits.nameBytes,
                                  fmt::format("The name of a tensor is {} bytes long; Snug reads up to {}.",
                                              formatCount(static_cast<std::int64_t>(m_tensor.name.size())),
                                              m_limits.nameBytes)));
        const bool control = std::any_of(m_tensor.name.begin(), m_tensor.name.end(), [](char c) {
            return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
        });
        if (m_tensor.name.empty() || control)
            return refuse(
                gguf::corrupt("bad_name", -1,
                              fmt::format("The name of a tensor is no readable text: \"{}\".", shownName())));
        return true;
    }

    bool endEntry()
    {
        if (!m_hasDtype || !m_hasShape || m_offsets.size() != 2)
            return unexpected();
        if (static_cast<std::int64_t>(m_header.tensors.size()) >= m_limits.tensors)
            return refuse(
                gguf::beyondLimit("absurd_count", m_limits.tensors,
                                  fmt::format("The file has more than {} tensors, the most that Snug reads.",
                                              formatCount(m_limits.tensors))));
        const auto bytes = dataBytes(m_tensor.dtype, m_tensor.shape);
        if (!bytes)
            return refuse(gguf::corrupt("bad_shape", -1,
                                        fmt::format("Tensor {} has the impossible shape {}.", shownName(),
                                                    fmt::join(m_tensor.shape, " x "))));
        if (m_offsets[1] < m_offsets[0])
            return refuse(gguf::corrupt("bad_offsets", -1,
                                        fmt::format("Tensor {} ends before it begins.", shownName())));
        if (m_offsets[1] - m_offsets[0] != *bytes)
            return refuse(gguf::corrupt(
                "wrong_size", -1,
                fmt::format("Tensor {} takes {} bytes in the file, but its shape {} of type {} needs {}.",
                            shownName(), formatCount(m_offsets[1] - m_offsets[0]),
                            fmt::join(m_tensor.shape, " x "), dtypeInfo(m_tensor.dtype).name,
                            formatCount(*bytes))));
        m_tensor.offset = m_offsets[0];
        m_tensor.bytes = *bytes;
        m_header.tensors.push_back(std::move(m_tensor));
        m_place = Place::Top;
        return true;
    }

    bool takeMetadata(string_t &text)
    {
        constexpr std::size_t kEntryBytes = 64; // of two texts that are empty
        m_metadataBytes += static_cast<std::int64_t>(kEntryBytes + m_metadataKey.size() + text.size());
        if (m_metadataBytes > m_limits.metadataBytes)
            return refuse(gguf::beyondLimit("large_metadata", m_limits.metadataBytes,
                                            "The file's description of itself is longer than Snug reads."));
        m_header.metadata.emplace_back(std::move(m_metadataKey), std::move(text));
        m_place = Place::Metadata;
        return true;
    }

    Header &m_header;
    const Limits &m_limits;
    std::optional<Error> m_error;
    Place m_place = Place::Begin;
    Tensor m_tensor;
    std::vector<std::int64_t> m_offsets;
    bool m_hasDtype = false;
    bool m_hasShape = false;
    std::string m_metadataKey;
    std::int64_t m_metadataBytes = 0;
};

} // namespace

Result<Header> parseHeaderJson(std::string_view text, const Limits &limits)
{
    Header header;
    HeaderSax sax(header, limits);
    const bool complete = json::sax_parse(text.begin(), text.end(), &sax);
    if (auto error = sax.takeError())
        return tl::make_unexpected(*std::move(error));
    if (!complete)
        return gguf::corrupt("bad_json", -1, "The header of the file is no JSON.");
    return header;
}

} // namespace snug::safetensors
