// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/sentence_piece.h"
#include "core/convert/tokenizer/tokenizer.h"
#include "tests/fuzz/parts.h"
#include "tests/fuzz/written.h"

#include <nlohmann/json.hpp>

#include <cmath>

// Any bytes as tokenizer.model: the pieces, and then the vocabulary of a model with a few more words than
// pieces.

namespace {

using namespace snug;
using fuzz::demand;

void checkTokenizer(const std::string &bytes, std::size_t pieces)
{
    const nlohmann::json config = nlohmann::json::object();
    test::MadeTexts texts;
    texts.files["tokenizer.model"] = bytes;
    const auto size = static_cast<std::int64_t>(pieces) + 3;
    const auto made =
        convert::readTokenizer({convert::architectureOf("GemmaForCausalLM"), &config, size, ""}, texts);
    if (!made) {
        fuzz::checkError(made.error());
        demand(made.error().kind != ErrorKind::Corrupt, "pieces that were read are a vocabulary");
        return;
    }
    fuzz::checkKeys(made->keys);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string bytes(data, data + size);
    const auto model = convert::parseSentencePiece(bytes);
    if (!model) {
        fuzz::checkError(model.error());
        return 0;
    }
    demand(!model->pieces.empty(), "a model has pieces");
    for (const convert::Piece &piece : model->pieces)
        demand(piece.kind >= convert::TokenKind::Normal && piece.kind <= convert::TokenKind::Byte,
               "kinds are known");
    checkTokenizer(bytes, model->pieces.size());
    return 0;
}
