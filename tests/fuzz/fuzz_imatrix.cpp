// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/imatrix.h"
#include "tests/fuzz/written.h"

// Any bytes as an importance matrix, of both formats. What is let through is means.

using namespace snug;
using fuzz::demand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto bytes = std::as_bytes(std::span(data, size));
    gguf::MemoryReader in({bytes.begin(), bytes.end()});
    const auto imatrix = quant::readImatrix(in);
    if (!imatrix) {
        fuzz::checkError(imatrix.error());
        return 0;
    }
    std::size_t numbers = 0;
    for (const auto &[name, means] : imatrix->importance) {
        demand(!means.empty(), "there are numbers for each name");
        for (const float mean : means)
            demand(mean >= 0 && mean <= std::numeric_limits<float>::max(), "means are finite");
        numbers += means.size();
        gguf::Tensor tensor{name, {static_cast<std::int64_t>(means.size())}, gguf::TensorType::F32, 0, 0};
        demand(imatrix->of(tensor).has_value(), "they belong to a tensor of that length");
        tensor.dims.front() += 1;
        (void)imatrix->of(tensor);
    }
    demand(numbers * sizeof(float) <= size, "no number comes from nothing");
    demand(imatrix->chunks >= 0, "chunks are counted");
    fuzz::checkKeys(imatrix->keys("fuzz.imatrix"));
    return 0;
}
