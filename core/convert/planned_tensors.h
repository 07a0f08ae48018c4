// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/row_map.h"
#include "core/convert/stored_numbers.h"
#include "core/convert/tensor_data.h"
#include "core/convert/unpack/mxfp4.h"

#include <algorithm>
#include <utility>
#include <vector>

// The ways in which a planned tensor comes about.
namespace snug::convert {

// Of the rows of a stack of equal tensors, which one and which of its own.
struct RowOfStack {
    std::size_t tensor = 0;
    std::int64_t row = 0;
};

class ConstantTensor final : public TensorData {
public:
    explicit ConstantTensor(std::span<const float> values) : m_values(values) {}

    [[nodiscard]] std::int64_t rows() const override { return 1; }
    [[nodiscard]] std::int64_t columns() const override { return static_cast<std::int64_t>(m_values.size()); }

    [[nodiscard]] Result<void> readRows(std::int64_t /*first*/, std::int64_t count,
                                        std::span<float> into) const override
    {
        if (count > 0)
            std::copy(m_values.begin(), m_values.end(), into.begin());
        return {};
    }

private:
    std::span<const float> m_values;
};

// One tensor, or a stack of several of the same shape.
class MovedTensor : public TensorData {
public:
    MovedTensor(RowMap map, std::size_t stacked)
        : m_map(std::move(map)), m_rows(m_map.rows() * static_cast<std::int64_t>(stacked))
    {
    }

    // A stack of vectors is a matrix.
    [[nodiscard]] std::int64_t rows() const override { return m_rows; }
    [[nodiscard]] std::int64_t columns() const override { return m_map.columns(); }

protected:
    [[nodiscard]] RowOfStack placeOf(std::int64_t row) const
    {
        return {static_cast<std::size_t>(row / m_map.rows()), row % m_map.rows()};
    }
    [[nodiscard]] const RowMap &map() const { return m_map; }

private:
    RowMap m_map;
    std::int64_t m_rows;
};

class NumberTensor final : public MovedTensor {
public:
    NumberTensor(RowMap map, std::vector<std::unique_ptr<StoredNumbers>> numbers, bool addsOne)
        : MovedTensor(std::move(map), numbers.size()), m_numbers(std::move(numbers)), m_addsOne(addsOne)
    {
    }

    // Numbers that are only moved keep their bytes.
    [[nodiscard]] std::optional<gguf::TensorType> storedAs() const override
    {
        const auto type = m_numbers.front()->storedAs();
        const bool isOne = std::all_of(m_numbers.begin(), m_numbers.end(),
                                       [&](const auto &numbers) { return numbers->storedAs() == type; });
        return isOne && !m_addsOne ? type : std::nullopt;
    }

    [[nodiscard]] Result<void> readRows(std::int64_t first, std::int64_t count,
                                        std::span<float> into) const override
    {
        const auto width = static_cast<std::size_t>(columns());
        visit(first, count, 1, [&](const StoredNumbers &numbers, const RowMap::Run &run, auto place) {
            numbers.read(run.first, run.stride, into.subspan(place.first, place.second));
        });
        for (std::int64_t i = 0; m_addsOne && i < count; ++i) {
            const StoredNumbers &numbers = *m_numbers[placeOf(first + i).tensor];
            for (float &number : into.subspan(static_cast<std::size_t>(i) * width, width))
                number = numbers.rounded(number + 1.0F);
        }
        return {};
    }

    [[nodiscard]] Result<void> readStored(std::int64_t first, std::int64_t count,
                                          std::span<std::byte> into) const override
    {
        const auto type = storedAs();
        if (!type)
            return TensorData::readStored(first, count, into);
        visit(first, count, static_cast<std::size_t>(gguf::tensorTypeInfo(*type).blockBytes),
              [&](const StoredNumbers &numbers, const RowMap::Run &run, auto place) {
                  numbers.readStored(run.first, run.stride, into.subspan(place.first, place.second));
              });
        return {};
    }

private:
    // Calls `use` with each run of the rows and its place in the result: offset and length, for numbers of
    // `width` units.
    template <class Use> void visit(std::int64_t first, std::int64_t count, std::size_t width, Use use) const
    {
        std::size_t done = 0;
        for (std::int64_t i = 0; i < count; ++i) {
            const RowOfStack place = placeOf(first + i);
            map().visitRow(place.row, [&](const RowMap::Run &run) {
                const auto length = static_cast<std::size_t>(run.count) * width;
                use(*m_numbers[place.tensor], run, std::pair(done, length));
                done += length;
            });
        }
    }

    std::vector<std::unique_ptr<StoredNumbers>> m_numbers;
    bool m_addsOne;
};

class Mxfp4Tensor final : public MovedTensor {
public:
    Mxfp4Tensor(RowMap map, std::vector<Mxfp4Blocks> blocks)
        : MovedTensor(std::move(map), blocks.size()), m_blocks(std::move(blocks))
    {
    }

    [[nodiscard]] std::optional<gguf::TensorType> storedAs() const override
    {
        return gguf::TensorType::MXFP4;
    }

    [[nodiscard]] Result<void> readRows(std::int64_t first, std::int64_t count,
                                        std::span<float> into) const override
    {
        const auto width = static_cast<std::size_t>(columns());
        visit(first, count, [&](const Mxfp4Blocks &blocks, std::int64_t block, std::size_t row) {
            blocks.unpack(block, into.subspan(row * width, width));
        });
        return {};
    }

    [[nodiscard]] Result<void> readStored(std::int64_t first, std::int64_t count,
                                          std::span<std::byte> into) const override
    {
        const auto width =
            static_cast<std::size_t>(columns()) / Mxfp4Blocks::kElements * Mxfp4Blocks::kGgmlBytes;
        visit(first, count, [&](const Mxfp4Blocks &blocks, std::int64_t block, std::size_t row) {
            blocks.repack(block, into.subspan(row * width, width));
        });
        return {};
    }

private:
    // REQUIRES of the map: rows stay whole.
    template <class Use> void visit(std::int64_t first, std::int64_t count, Use use) const
    {
        for (std::int64_t i = 0; i < count; ++i) {
            const RowOfStack place = placeOf(first + i);
            map().visitRow(place.row, [&](const RowMap::Run &run) {
                use(m_blocks[place.tensor], run.first / std::int64_t{Mxfp4Blocks::kElements},
                    static_cast<std::size_t>(i));
            });
        }
    }

    std::vector<Mxfp4Blocks> m_blocks;
};

} // namespace snug::convert
