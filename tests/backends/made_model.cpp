// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/backends/made_model.h"

#include "core/convert/folder_texts.h"
#include "core/convert/tokenizer/tokenizer.h"
#include "core/quant/float_encoder.h"

#include <fstream>

namespace snug::test {

Result<std::unique_ptr<MadeModel>> makeModel(const std::filesystem::path &folder, convert::OutputType type)
{
    auto model = std::make_unique<MadeModel>();
    SNUG_TRY(model->checkpoint, convert::readCheckpoint(folder));
    SNUG_TRY(model->conversion, convert::planConversion(model->checkpoint, type));
    SNUG_TRY(model->shards, convert::FolderShards::open(folder, model->checkpoint));
    model->data =
        std::make_unique<convert::CheckpointData>(model->conversion, model->checkpoint, *model->shards);
    convert::FolderTexts texts(folder);
    SNUG_TRY(const convert::Tokenizer tokenizer,
             convert::readTokenizer({model->conversion.architecture, &model->checkpoint.config,
                                     model->conversion.vocabulary, ""},
                                    texts));
    gguf::Header draft;
    draft.values = model->conversion.keys;
    draft.values.insert(draft.values.end(), tokenizer.keys.begin(), tokenizer.keys.end());
    for (const convert::PlannedTensor &tensor : model->conversion.tensors)
        draft.tensors.push_back(
            {tensor.name, {tensor.shape.rbegin(), tensor.shape.rend()}, tensor.type, 0, 0});
    SNUG_TRY(model->header, gguf::encodeHeader(std::move(draft)));
    return model;
}

Result<std::vector<std::byte>> floatBytes(const MadeModel &model, std::size_t place)
{
    const gguf::Tensor &made = model.header.header.tensors[place];
    SNUG_TRY(const auto tensor, model.data->tensor(place));
    std::vector<std::byte> bytes(static_cast<std::size_t>(made.bytes));
    if (tensor->storedAs() == made.type) {
        SNUG_CHECK(tensor->readStored(0, tensor->rows(), bytes));
        return bytes;
    }
    std::vector<float> numbers(static_cast<std::size_t>(tensor->rows() * tensor->columns()));
    SNUG_CHECK(tensor->readRows(0, tensor->rows(), numbers));
    SNUG_CHECK(quant::FloatEncoder().encode(made.type, numbers, tensor->columns(), {}, bytes));
    return bytes;
}

Result<void> writeModelFile(const MadeModel &model, const std::filesystem::path &path)
{
    const gguf::Header &header = model.header.header;
    std::vector<std::byte> all(static_cast<std::size_t>(header.fileBytes));
    std::copy(model.header.bytes.begin(), model.header.bytes.end(), all.begin());
    for (std::size_t place = 0; place < header.tensors.size(); ++place) {
        SNUG_TRY(const auto bytes, floatBytes(model, place));
        std::copy(bytes.begin(), bytes.end(), all.begin() + header.dataOffset + header.tensors[place].offset);
    }
    std::ofstream file(path, std::ios::binary);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the stream knows characters alone
    file.write(reinterpret_cast<const char *>(all.data()), static_cast<std::streamsize>(all.size()));
    if (!file.flush())
        return fail(ErrorKind::Io, "The model cannot be written.");
    return {};
}

} // namespace snug::test
