// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/sentence_piece.h"

#include "core/convert/tokenizer/failure.h"
#include "core/gguf/little_endian.h"

#include <cstdint>
#include <optional>

namespace snug::convert {
namespace {

// One field of a message in the encoding of protocol buffers (protobuf.dev, "Encoding").
struct Field {
    enum class Wire : std::uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

    std::uint64_t number = 0;
    Wire wire = Wire::Varint;
    std::uint64_t varint = 0;
    std::string_view bytes; // of the last three kinds
};

class Message {
public:
    explicit Message(std::string_view bytes) : m_rest(bytes) {}

    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }

    // nullopt for what is no field.
    [[nodiscard]] std::optional<Field> next()
    {
        const auto tag = varint();
        if (!tag)
            return std::nullopt;
        Field field{*tag >> 3, static_cast<Field::Wire>(*tag & 7), 0, {}};
        std::optional<std::uint64_t> length;
        switch (field.wire) {
        case Field::Wire::Varint: {
            const auto value = varint();
            field.varint = value.value_or(0);
            return value ? std::optional(field) : std::nullopt;
        }
        case Field::Wire::Fixed64:
            length = 8;
            break;
        case Field::Wire::Fixed32:
            length = 4;
            break;
        case Field::Wire::Bytes:
            length = varint();
            break;
        default:
            break;
        }
        if (!length || *length > m_rest.size())
            return std::nullopt;
        field.bytes = m_rest.substr(0, *length);
        m_rest.remove_prefix(*length);
        return field;
    }

private:
    std::optional<std::uint64_t> varint()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !m_rest.empty(); shift += 7) {
            const auto byte = static_cast<std::uint8_t>(m_rest.front());
            m_rest.remove_prefix(1);
            value |= std::uint64_t{byte & 0x7FU} << shift;
            if ((byte & 0x80U) == 0)
                return value;
        }
        return std::nullopt;
    }

    std::string_view m_rest;
};

std::optional<Piece> pieceOf(std::string_view bytes)
{
    Piece piece;
    Message message(bytes);
    while (!message.atEnd()) {
        const auto field = message.next();
        if (!field)
            return std::nullopt;
        if (field->number == 1 && field->wire == Field::Wire::Bytes) {
            piece.text = field->bytes;
        } else if (field->number == 2 && field->wire == Field::Wire::Fixed32) {
            piece.score =
                gguf::fromLittleEndian<float>(reinterpret_cast<const std::byte *>(field->bytes.data()));
        } else if (field->number == 3 && field->wire == Field::Wire::Varint) {
            if (field->varint < 1 || field->varint > 6)
                return std::nullopt;
            piece.kind = static_cast<TokenKind>(field->varint);
        }
    }
    return piece;
}

// TrainerSpec: model_type is its field 3.
SentencePieceModel::Kind kindOf(std::string_view trainer)
{
    Message message(trainer);
    while (!message.atEnd()) {
        const auto field = message.next();
        if (!field)
            break;
        if (field->number == 3 && field->wire == Field::Wire::Varint && field->varint >= 1 &&
            field->varint <= 4)
            return static_cast<SentencePieceModel::Kind>(field->varint);
    }
    return SentencePieceModel::Kind::Unigram;
}

} // namespace

Result<SentencePieceModel> parseSentencePiece(std::string_view bytes)
{
    SentencePieceModel model;
    Message message(bytes);
    while (!message.atEnd()) {
        const auto field = message.next();
        if (!field)
            return badTokenizer("tokenizer.model", "it is no SentencePiece model");
        if (field->wire != Field::Wire::Bytes)
            continue;
        if (field->number == 2)
            model.kind = kindOf(field->bytes);
        if (field->number != 1)
            continue;
        auto piece = pieceOf(field->bytes);
        if (!piece)
            return badTokenizer("tokenizer.model", "one of its pieces cannot be read");
        if (static_cast<std::int64_t>(model.pieces.size()) == kMostTokens)
            return largeTokenizer("tokenizer.model");
        model.pieces.push_back(*std::move(piece));
    }
    if (model.pieces.empty())
        return badTokenizer("tokenizer.model", "it has no pieces");
    return model;
}

} // namespace snug::convert
