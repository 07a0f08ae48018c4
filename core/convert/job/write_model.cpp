// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/job/write_model.h"

#include "core/base/stop_wait.h"
#include "core/convert/job/chunks.h"
#include "core/convert/job/frontier.h"
#include "core/convert/job/unfinished_files.h"
#include "core/download/trailing_hash.h"
#include "core/gguf/text.h"
#include "core/quant/simd/finite.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace snug::convert {
namespace {

using namespace std::chrono_literals;

constexpr auto kLiveJournalEvery = 250ms;
constexpr int kSyncEvery = 40; // live journals: 10 s

// What the system may hold of the output that is not on the disk: a slow disk holds up this job, rather than
// everybody who wants to write.
constexpr std::int64_t kMostUnwritten = std::int64_t{256} << 20;
constexpr std::int64_t kSettleBytes = std::int64_t{8} << 20;

Error named(Error error, const std::string &tensor)
{
    const bool isNamed = std::any_of(error.detail.begin(), error.detail.end(),
                                     [](const auto &entry) { return entry.first == "name"; });
    if (!isNamed)
        error.detail.emplace_back("name", gguf::escaped(tensor));
    return error;
}

tl::unexpected<Error> notFinite(const std::string &tensor, std::int64_t row)
{
    return fail(
        ErrorKind::Corrupt,
        fmt::format("Tensor {} has weights that are no numbers (row {}).", gguf::escaped(tensor), row),
        {{"reason", std::string("not_finite")}, {"name", gguf::escaped(tensor)}, {"row", row}},
        "Download the checkpoint again; if the fresh copy says the same, the model itself is broken.");
}

// Whether numbers that could not be read or stored never can be.
bool isFinal(ErrorKind kind)
{
    return kind == ErrorKind::Corrupt || kind == ErrorKind::Truncated || kind == ErrorKind::Unsupported ||
           kind == ErrorKind::TooLarge || kind == ErrorKind::InvalidArgument;
}

class ModelWriter {
public:
    ModelWriter(const OutputPlan &plan, ModelData &data, const quant::RowEncoder &encoder,
                const WriteOptions &options, const std::stop_token &stop, UnfinishedFiles files)
        : m_plan(plan)
        , m_data(data)
        , m_encoder(encoder)
        , m_options(options)
        , m_onStop(stop, [this] { m_over.request_stop(); })
        , m_files(std::move(files))
        , m_chunks(plan)
    {
    }

    Result<WrittenModel> run();

private:
    struct Task {
        Chunk chunk;
        std::shared_ptr<const TensorData> tensor;
    };
    struct Buffers {
        std::vector<float> numbers;
        std::vector<std::byte> bytes;
    };

    Result<void> startHashing();
    void skipWritten();
    void work();
    void keepJournal(const std::stop_token &stop);
    [[nodiscard]] Result<void> synced();
    [[nodiscard]] Result<std::optional<Task>> take();
    [[nodiscard]] Result<void> settle(std::size_t tensor);
    [[nodiscard]] std::int64_t writtenBytes();
    [[nodiscard]] Result<void> make(const Task &task, Buffers &buffers);
    [[nodiscard]] Result<void> takeOver(const Task &task, std::span<std::byte> into) const;
    [[nodiscard]] Result<void> encode(const Task &task, Buffers &buffers, std::span<std::byte> into) const;
    void finish(const Chunk &chunk);
    enum class Fault { OfModel, OfSurroundings };
    void giveUp(Error error, Fault fault);
    void allowHashing(std::int64_t bytes);
    [[nodiscard]] Result<std::vector<WrittenFile>> hashes();

    const OutputPlan &m_plan;
    ModelData &m_data;
    const quant::RowEncoder &m_encoder;
    const WriteOptions &m_options;
    std::stop_source m_over;
    std::stop_callback<std::function<void()>> m_onStop;
    UnfinishedFiles m_files;
    std::vector<std::unique_ptr<download::TrailingHash>> m_hashes; // a file each

    std::mutex m_taking; // of what is next; held while that is still on its way
    Chunks m_chunks;
    std::optional<Chunk> m_waiting; // taken from m_chunks, but not by a thread yet
    std::size_t m_opened = 0;
    std::size_t m_released = 0;                 // the tensors before it
    std::shared_ptr<const TensorData> m_tensor; // m_opened

    std::mutex m_settling;                   // of what is left behind
    std::atomic<std::int64_t> m_sent = 0;    // bytes of all files that were sent to the disk
    std::atomic<std::int64_t> m_settled = 0; // and those that arrived there

    std::mutex m_mutex; // of what is done; never held while something is waited for
    std::optional<Frontier> m_frontier;
    std::optional<Error> m_error; // the first one
    bool m_isBroken = false;      // it fails so again however often it is continued
};

Result<void> ModelWriter::startHashing()
{
    for (std::size_t i = 0; i < m_files.count(); ++i) {
        SNUG_TRY(auto hash, download::TrailingHash::start(m_files.file(i), download::HashKind::Sha256,
                                                          m_plan.files[i].header.header.fileBytes));
        m_hashes.push_back(std::move(hash));
    }
    return {};
}

// Chunks that an interrupted job has written.
void ModelWriter::skipWritten()
{
    std::int64_t number = 0;
    std::int64_t bytes = 0;
    while ((m_waiting = m_chunks.next()) && m_waiting->end <= m_files.resumedBytes()) {
        number = m_waiting->number + 1;
        bytes = m_waiting->end;
    }
    m_frontier.emplace(number, bytes);
    m_sent = bytes;
    m_settled = bytes;
    m_released = m_waiting ? m_waiting->tensor : 0;
    allowHashing(bytes);
}

std::int64_t ModelWriter::writtenBytes()
{
    const std::lock_guard lock(m_mutex);
    return m_frontier->bytes();
}

void ModelWriter::allowHashing(std::int64_t bytes)
{
    for (std::size_t i = 0; i < m_hashes.size() && bytes > 0; ++i) {
        m_hashes[i]->allow(std::min(bytes, m_plan.files[i].header.header.fileBytes));
        bytes -= m_plan.files[i].header.header.fileBytes;
    }
}

void ModelWriter::giveUp(Error error, Fault fault)
{
    const std::lock_guard lock(m_mutex);
    if (!m_error) {
        m_isBroken = fault == Fault::OfModel && isFinal(error.kind);
        m_error = std::move(error);
    }
    m_over.request_stop();
}

Result<std::optional<ModelWriter::Task>> ModelWriter::take()
{
    const std::lock_guard lock(m_taking);
    if (!m_waiting || m_over.stop_requested())
        return std::optional<Task>();
    const Chunk chunk = *std::exchange(m_waiting, m_chunks.next());
    if (m_tensor == nullptr || m_opened != chunk.tensor) {
        // Whoever else wants a chunk would have to wait for the same bytes.
        if (auto here = m_data.await(chunk.tensor, m_over.get_token()); !here) {
            giveUp(std::move(here).error(), Fault::OfSurroundings);
            return std::optional<Task>();
        }
        SNUG_TRY(m_tensor, m_data.tensor(chunk.tensor));
        // Whoever is still at work on one of them reads the rest of its chunk again.
        for (; m_released < chunk.tensor; ++m_released)
            m_data.release(m_released);
        m_opened = chunk.tensor;
        if (m_options.onTensor)
            m_options.onTensor(chunk.tensor);
    }
    return std::optional<Task>({chunk, m_tensor});
}

// Leaves behind what was written since the last time, and what was read of the tensor: one thread does, and
// others wait for it only where too much is unwritten. In steps, so that a slow disk does not keep a stop
// waiting.
Result<void> ModelWriter::settle(std::size_t tensor)
{
    const std::int64_t written = writtenBytes();
    const bool isFull = written - m_settled > kMostUnwritten;
    if (written - m_sent < kSettleBytes && !isFull)
        return {};
    std::unique_lock lock(m_settling, std::defer_lock);
    if (isFull)
        lock.lock();
    else if (!lock.try_lock())
        return {};
    m_data.release(tensor); // it may be larger than all others together
    m_files.beginWriteback(m_sent, written);
    m_sent = std::max<std::int64_t>(m_sent, written);
    const std::int64_t due = std::min(written - kMostUnwritten / 2, m_settled + kSettleBytes);
    if (due <= m_settled)
        return {};
    SNUG_CHECK(m_files.awaitWriteback(m_settled, due));
    m_settled = due;
    return {};
}

Result<void> ModelWriter::encode(const Task &task, Buffers &buffers, std::span<std::byte> into) const
{
    const gguf::Tensor &wanted = m_plan.tensor(task.chunk.tensor);
    const std::int64_t columns = wanted.dims.front();
    buffers.numbers.resize(static_cast<std::size_t>(task.chunk.rows * columns));
    SNUG_CHECK(task.tensor->readRows(task.chunk.firstRow, task.chunk.rows, buffers.numbers));
    if (const auto bad = quant::simd::firstNotFinite(buffers.numbers))
        return notFinite(wanted.name, task.chunk.firstRow + static_cast<std::int64_t>(*bad) / columns);
    std::span<const float> importance =
        m_options.importance ? m_options.importance(wanted.name) : std::span<const float>();
    const auto width = static_cast<std::size_t>(columns);
    if (importance.size() > width) {
        const std::size_t first = static_cast<std::size_t>(task.chunk.matrix) * width;
        importance = importance.subspan(std::min(first, importance.size() - width), width);
    }
    if (!importance.empty() && importance.size() != width)
        return fail(ErrorKind::InvalidArgument, "The importance matrix does not fit the tensor.",
                    {{"reason", std::string("imatrix_shape")}});
    return m_encoder.encode(wanted.type, buffers.numbers, columns, importance, into);
}

// The bytes as they are.
Result<void> ModelWriter::takeOver(const Task &task, std::span<std::byte> into) const
{
    const gguf::Tensor &wanted = m_plan.tensor(task.chunk.tensor);
    SNUG_CHECK(task.tensor->readStored(task.chunk.firstRow, task.chunk.rows, into));
    if (const auto bad = quant::simd::firstNotFinite(wanted.type, into))
        return notFinite(wanted.name,
                         task.chunk.firstRow + static_cast<std::int64_t>(*bad) / wanted.dims.front());
    return {};
}

Result<void> ModelWriter::make(const Task &task, Buffers &buffers)
{
    const Chunk &chunk = task.chunk;
    const gguf::Tensor &wanted = m_plan.tensor(chunk.tensor);
    const auto length = static_cast<std::size_t>(chunk.bytes);
    buffers.bytes.resize(length + static_cast<std::size_t>(chunk.padding));
    const auto into = std::span(buffers.bytes).first(length);
    std::fill(buffers.bytes.begin() + chunk.bytes, buffers.bytes.end(), std::byte{0});
    auto made = task.tensor->storedAs() == wanted.type ? takeOver(task, into) : encode(task, buffers, into);
    if (!made)
        return tl::make_unexpected(named(std::move(made).error(), wanted.name));
    return m_files.file(m_plan.tensors[chunk.tensor].file).writeAt(chunk.offset, buffers.bytes);
}

void ModelWriter::finish(const Chunk &chunk)
{
    const std::lock_guard lock(m_mutex);
    m_frontier->finish(chunk.number, chunk.end);
    allowHashing(m_frontier->bytes());
    if (m_options.progress)
        m_options.progress({"converting", m_frontier->bytes(), m_plan.bytes, Unit::Bytes});
}

void ModelWriter::work()
{
    Buffers buffers;
    while (!m_over.stop_requested()) {
        auto task = take();
        if (!task)
            return giveUp(std::move(task).error(), Fault::OfModel);
        if (!*task)
            return;
        if (auto settled = settle((*task)->chunk.tensor); !settled)
            return giveUp(std::move(settled).error(), Fault::OfSurroundings);
        if (auto made = make(**task, buffers); !made)
            return giveUp(std::move(made).error(), Fault::OfModel);
        finish((*task)->chunk);
    }
}

// What could not be brought to the disk may be lost although it was written: then the job goes on from where
// it was synced last.
Result<void> ModelWriter::synced()
{
    auto done = m_files.sync();
    if (!done)
        m_files.journal().removeLive();
    return done;
}

void ModelWriter::keepJournal(const std::stop_token &stop)
{
    for (int turn = 1;; ++turn) {
        const bool last = waitForStop(stop, kLiveJournalEvery);
        const std::int64_t written = writtenBytes();
        Result<void> kept = m_files.journal().saveLive(m_plan.identity, written);
        if (kept && (turn % kSyncEvery == 0 && !last)) {
            kept = synced();
            if (kept)
                kept = m_files.journal().save(m_plan.identity, written);
        }
        if (!kept)
            return giveUp(std::move(kept).error(), Fault::OfSurroundings);
        if (last)
            return;
    }
}

Result<std::vector<WrittenFile>> ModelWriter::hashes()
{
    std::vector<WrittenFile> written;
    for (std::size_t i = 0; i < m_hashes.size(); ++i) {
        std::optional<Result<std::string>> hash;
        while (!(hash = m_hashes[i]->result())) {
            if (m_over.stop_requested())
                return fail(ErrorKind::Cancelled, "Cancelled.");
            if (m_options.progress)
                m_options.progress({"finishing", m_hashes[i]->hashedBytes(),
                                    m_plan.files[i].header.header.fileBytes, Unit::Bytes});
            waitForStop(m_over.get_token(), 20ms);
        }
        SNUG_TRY(std::string hex, *std::move(hash));
        written.push_back({m_plan.files[i].path, m_plan.files[i].header.header.fileBytes, std::move(hex)});
    }
    return written;
}

Result<WrittenModel> ModelWriter::run()
{
    SNUG_CHECK(startHashing());
    skipWritten();
    {
        std::jthread keeper([this](const std::stop_token &stop) { keepJournal(stop); });
        std::vector<std::jthread> workers;
        for (int i = 0; i < std::max(1, m_options.threads); ++i)
            workers.emplace_back([this] { work(); });
    }
    if (m_error) {
        if (m_isBroken) {
            m_hashes.clear(); // they read the files
            m_files.discard();
        }
        return tl::make_unexpected(*std::move(m_error));
    }
    if (m_over.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled.");
    WrittenModel model;
    model.resumedBytes = m_files.resumedBytes();
    SNUG_TRY(model.files, hashes());
    SNUG_CHECK(synced());
    SNUG_CHECK(m_files.journal().save(m_plan.identity, m_plan.bytes));
    m_hashes.clear(); // they read the files
    SNUG_CHECK(m_files.finish());
    return model;
}

} // namespace

Result<WrittenModel> writeModel(const OutputPlan &plan, ModelData &data, const quant::RowEncoder &encoder,
                                const WriteOptions &options, const std::stop_token &stop)
{
    SNUG_TRY(UnfinishedFiles files, UnfinishedFiles::open(plan));
    ModelWriter writer(plan, data, encoder, options, stop, std::move(files));
    return writer.run();
}

} // namespace snug::convert
