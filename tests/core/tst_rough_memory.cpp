// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/fit_search.h"
#include "core/fit/rough_memory.h"
#include "core/fit/used_gpus.h"
#include "core/quant/dry_header.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/model_draft.h"
#include "tests/support/model_file.h"
#include "tests/support/model_headers.h"

#include <QElapsedTimer>
#include <QTest>

using namespace snug;
using namespace snug::fit;
using test::Draft;

namespace {

constexpr std::int64_t kGiB = std::int64_t{1} << 30;
constexpr std::int64_t kMiB = std::int64_t{1} << 20;

RoughModel modelOf(const gguf::Header &header)
{
    auto model = roughModel(std::span(&header, 1));
    if (!model)
        qFatal("%s", model.error().message.c_str());
    return *std::move(model);
}

RoughModel known(const char *name)
{
    return modelOf(*test::atLevel(test::knownModel(name), quant::FileType::F16));
}

Device device(const char *id, const char *kind, std::int64_t bytes)
{
    Device made;
    made.id = id;
    made.backend = kind == std::string_view("cpu") ? "CPU" : "Vulkan";
    made.kind = kind;
    made.name = id;
    made.totalBytes = made.freeBytes = bytes;
    return made;
}

std::vector<Device> machine(std::int64_t gpuBytes = 24 * kGiB)
{
    return {device("CPU", "cpu", 64 * kGiB), device("GPU0", "gpu", gpuBytes)};
}

LoadRequest request(std::int64_t context, int layers = -1)
{
    LoadRequest made;
    made.contextTokens = context;
    made.gpuLayers = layers;
    return made;
}

Allocation answer(const RoughModel &model, const LoadRequest &asked,
                  const std::vector<Device> &devices = machine())
{
    auto allocation = roughAllocation(model, devices, asked);
    if (!allocation)
        qFatal("%s", allocation.error().message.c_str());
    return *std::move(allocation);
}

std::int64_t sum(const Allocation &allocation, std::int64_t DeviceMemory::*part)
{
    std::int64_t bytes = 0;
    for (const DeviceMemory &memory : allocation.memory)
        bytes += memory.*part;
    return bytes;
}

} // namespace

class TestRoughMemory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // 2 * layers * tokens * key heads * head length * 2 bytes.
    void theCacheHasItsPublishedSize()
    {
        QCOMPARE(answer(known("Llama 3.1 8B"), request(8192, 0)).memory[0].kvCache, 1024 * kMiB);
        QCOMPARE(answer(known("Llama 3.1 70B"), request(8192, 0)).memory[0].kvCache, 2560 * kMiB);
        LoadRequest quantized = request(8192, 0);
        quantized.kvType = "q8_0"; // 34 bytes for 32 numbers
        QCOMPARE(answer(known("Llama 3.1 8B"), quantized).memory[0].kvCache, 544 * kMiB);
        quantized.kvType = "q4_0"; // 18
        QCOMPARE(answer(known("Llama 3.1 8B"), quantized).memory[0].kvCache, 288 * kMiB);
    }

    void contextsAreRoundedUpForEachConversation()
    {
        const RoughModel model = known("Llama 3.1 8B");
        LoadRequest asked = request(300, 0);
        QCOMPARE(answer(model, asked).contextTokens, std::int64_t{512});
        const std::int64_t one = answer(model, asked).memory[0].kvCache;
        QCOMPARE(one, 64 * kMiB);
        asked.parallel = 4;
        QCOMPARE(answer(model, asked).contextTokens, std::int64_t{512});
        QCOMPARE(answer(model, asked).memory[0].kvCache, 4 * one);
        QCOMPARE(answer(model, request(0, 0)).contextTokens, std::int64_t{8192});
    }

    // 34 layers of 4 key heads with 256 numbers: 4 KiB a token and layer. 5 of 6 keep their window of 1024
    // tokens and a batch of 512.
    void windowsKeepOnlyWhatTheyNeed()
    {
        const Allocation allocation = answer(known("Gemma 3 4B"), request(32768, 0));
        constexpr std::int64_t kFull = 5;
        constexpr std::int64_t kWindowed = 29;
        QCOMPARE(allocation.memory[0].kvCache, 4096 * (kFull * 32768 + kWindowed * 1536));
        // Short contexts fit into the window.
        QCOMPARE(answer(known("Gemma 3 4B"), request(512, 0)).memory[0].kvCache,
                 std::int64_t{4096 * 34 * 512});
    }

    // 576 numbers a token and layer, whatever the heads.
    void latentAttentionIsSmall()
    {
        const Allocation allocation = answer(known("DeepSeek V2 Lite, split"), request(8192, 0));
        QCOMPARE(allocation.memory[0].kvCache, std::int64_t{27 * 8192 * 576 * 2});
    }

    // (3 * 1536 + 16 * 1536) numbers of 4 bytes a layer and conversation, whatever the context.
    void statesDoNotGrow()
    {
        const RoughModel mamba = known("Mamba 130M");
        constexpr std::int64_t kState = std::int64_t{24} * 19 * 1536 * 4;
        QCOMPARE(answer(mamba, request(512, 0)).memory[0].kvCache, kState);
        LoadRequest several = request(32768, 0);
        several.parallel = 4;
        QCOMPARE(answer(mamba, several).memory[0].kvCache, 4 * kState);
    }

    // Measured: the engine's dry run of llama.cpp v0.5.0, specs of the same shapes.
    void computeBuffersAreTheEngines()
    {
        const std::int64_t cpu = answer(known("Llama 3.2 1B"), request(512, 0)).memory[0].compute;
        QVERIFY2(std::abs(cpu - 67645472) < 65536, std::to_string(cpu).c_str());
        const Allocation gpu = answer(known("Llama 3.2 1B"), request(8192));
        QVERIFY(std::abs(gpu.memory[0].compute - 16789568) < 65536);
        QVERIFY(std::abs(gpu.memory[1].compute - 67119120) < 65536);
    }

    void weightsLieWhereTheEnginePutsThem()
    {
        const gguf::Header header = *test::atLevel(test::knownModel("Llama 3.1 8B"), quant::FileType::F16);
        const RoughModel model = modelOf(header);
        constexpr std::int64_t kMatrix = std::int64_t{4096} * 128256 * 2;
        const Allocation none = answer(model, request(512, 0));
        QCOMPARE(none.memory.size(), std::size_t{1});
        QCOMPARE(none.memory[0].weights, header.tensorBytes());
        QCOMPARE(none.gpuLayers, 0);
        const Allocation all = answer(model, request(512));
        QCOMPARE(all.memory[0].weights, kMatrix);
        QCOMPARE(all.memory[1].weights, header.tensorBytes() - kMatrix);
        QCOMPARE(all.gpuLayers, 32);
        QCOMPARE(all.memory[0].kvCache, std::int64_t{0});
        const Allocation half = answer(model, request(512, 16));
        QCOMPARE(half.memory[0].layers, 16);
        QCOMPARE(half.memory[1].layers, 16);
        QCOMPARE(half.memory[0].kvCache, half.memory[1].kvCache);
        QCOMPARE(sum(half, &DeviceMemory::weights), header.tensorBytes());
    }

    void tiedEmbeddingsLieInTwoPlaces()
    {
        const gguf::Header header = *test::atLevel(test::knownModel("Llama 3.2 1B"), quant::FileType::F16);
        constexpr std::int64_t kMatrix = std::int64_t{2048} * 128256 * 2;
        const RoughModel model = modelOf(header);
        QCOMPARE(answer(model, request(512, 0)).memory[0].weights, header.tensorBytes());
        QCOMPARE(sum(answer(model, request(512)), &DeviceMemory::weights), header.tensorBytes() + kMatrix);
        // Q4_0 is repacked for the processor, embeddings are not.
        quant::SourceModel source = *quant::sourceModel(std::span(&header, 1));
        quant::TypeOptions options;
        options.embeddingType = options.outputType = gguf::TensorType::Q4_0;
        const auto plan = quant::planTypes(source, quant::FileType::Q4_0, options);
        QVERIFY(plan);
        std::int64_t bytes = 0;
        for (const gguf::Tensor &tensor : quant::tensorsOf(*plan))
            bytes += *gguf::tensorBytes(tensor.type, tensor.dims);
        const auto repacked = roughModel(*shapeOf(std::span(&header, 1)), quant::tensorsOf(*plan));
        QVERIFY(repacked);
        QCOMPARE(answer(*repacked, request(512, 0)).memory[0].weights, bytes + kMatrix / 2 * 18 / 32);
    }

    void expertsStayInMainMemoryOnRequest()
    {
        const RoughModel model = known("Mixtral 8x7B");
        LoadRequest asked = request(512);
        const Allocation all = answer(model, asked);
        asked.cpuExpertLayers = 4;
        const Allocation four = answer(model, asked);
        constexpr std::int64_t kExperts = std::int64_t{3} * 8 * 4096 * 14336 * 2;
        QCOMPARE(four.memory[0].weights - all.memory[0].weights, 4 * kExperts);
        QCOMPARE(all.memory[1].weights - four.memory[1].weights, 4 * kExperts);
        QCOMPARE(four.gpuLayers, 32);
        QCOMPARE(four.memory[1].kvCache, all.memory[1].kvCache);
    }

    void severalGpusShareByWhatIsFree()
    {
        const std::vector<Device> devices = {device("CPU", "cpu", 64 * kGiB),
                                             device("GPU0", "gpu", 24 * kGiB),
                                             device("GPU1", "gpu", 8 * kGiB)};
        const Allocation allocation = answer(known("Llama 3.1 8B"), request(512), devices);
        // 33 with the output: the first 3 quarters of them.
        QCOMPARE(allocation.memory[1].layers, 25);
        QCOMPARE(allocation.memory[2].layers, 7);
        QCOMPARE(allocation.gpuLayers, 32);
        QVERIFY(allocation.memory[2].weights > allocation.memory[1].weights / 25 * 7);
    }

    void eachCardCountsOnce()
    {
        std::vector<Device> devices = {device("CPU", "cpu", kGiB), device("CUDA0", "gpu", kGiB),
                                       device("Vulkan0", "gpu", kGiB), device("Vulkan1", "igpu", kGiB)};
        devices[1].busId = devices[2].busId = "0000:01:00.0";
        const auto ids = [&devices](const LoadRequest &asked) {
            QByteArray text;
            const auto gpus = usedGpus(devices, asked);
            for (const Device *gpu : gpus.value())
                text += QByteArray::fromStdString(gpu->id) + ' ';
            return text;
        };
        QCOMPARE(ids(request(512)), QByteArray("CUDA0 "));
        QCOMPARE(ids(request(512, 0)), QByteArray());
        LoadRequest named = request(512);
        named.device = "Vulkan1";
        QCOMPARE(ids(named), QByteArray("Vulkan1 "));
        named.device = "CPU";
        QCOMPARE(ids(named), QByteArray());
        named.device = "TPU";
        QCOMPARE(usedGpus(devices, named).error().kind, ErrorKind::NotFound);
        devices.erase(devices.begin() + 1, devices.begin() + 3);
        QCOMPARE(ids(request(512)), QByteArray("Vulkan1 "));
        devices[1].software = true;
        QCOMPARE(ids(request(512)), QByteArray());
    }

    void moreNeverNeedsLess_data()
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < test::knownModels().size(); ++i)
            QTest::newRow(test::knownModels()[i].name) << static_cast<int>(i);
    }

    void moreNeverNeedsLess()
    {
        QFETCH(int, index);
        const auto header =
            test::atLevel(test::knownModels()[static_cast<std::size_t>(index)].make(), quant::FileType::Q8_0);
        QVERIFY2(header, test::messageOf(header).c_str());
        const RoughModel model = modelOf(*header);
        for (const int layers : {0, 1, 3, -1}) {
            std::int64_t before = 0;
            for (const std::int64_t context : {1, 256, 257, 4096, 131072, 10'000'000}) {
                const Allocation allocation = answer(model, request(context, layers));
                const std::int64_t used =
                    sum(allocation, &DeviceMemory::kvCache) + sum(allocation, &DeviceMemory::compute);
                QVERIFY(used >= before);
                before = used;
            }
        }
        std::int64_t conversations = 0;
        for (const int parallel : {1, 2, 7, 256}) {
            LoadRequest asked = request(512, 0);
            asked.parallel = parallel;
            const std::int64_t used = answer(model, asked).memory[0].used();
            QVERIFY(used >= conversations);
            conversations = used;
        }
        std::int64_t onGpu = 0;
        for (int layers = 1; layers <= static_cast<int>(model.layers.size()); ++layers) {
            const Allocation allocation = answer(model, request(4096, layers));
            QCOMPARE(allocation.gpuLayers, layers);
            const std::int64_t held = allocation.memory[1].weights + allocation.memory[1].kvCache;
            QVERIFY(held >= onGpu);
            onGpu = held;
        }
    }

    void aSizeAloneIsAnAnswerToo()
    {
        const gguf::Header header = *test::atLevel(test::knownModel("Llama 3.1 8B"), quant::FileType::Q4_K_M);
        const auto rough = roughModel(*shapeOf(std::span(&header, 1)), header.tensorBytes());
        QVERIFY2(rough, test::messageOf(rough).c_str());
        const RoughModel whole = modelOf(header);
        for (const int layers : {0, 16, -1}) {
            const Allocation guess = answer(*rough, request(8192, layers));
            const Allocation real = answer(whole, request(8192, layers));
            QCOMPARE(sum(guess, &DeviceMemory::weights), header.tensorBytes());
            QCOMPARE(sum(guess, &DeviceMemory::kvCache), sum(real, &DeviceMemory::kvCache));
            for (std::size_t i = 0; i < real.memory.size(); ++i)
                QVERIFY(std::abs(guess.memory[i].used() - real.memory[i].used()) < real.memory[i].used() / 5);
        }
        QCOMPARE(test::reasonOf(roughModel(whole.shape, std::int64_t{0})), std::string("no_size"));
        QCOMPARE(test::reasonOf(roughModel(whole.shape, INT64_MAX)), std::string("overflow"));
    }

    void nonsenseIsRefused()
    {
        const RoughModel model = known("SmolLM 135M");
        LoadRequest asked = request(512);
        asked.contextTokens = -1;
        QCOMPARE(roughAllocation(model, machine(), asked).error().kind, ErrorKind::InvalidArgument);
        asked.contextTokens = INT64_MAX;
        QCOMPARE(roughAllocation(model, machine(), asked).error().kind, ErrorKind::TooLarge);
        asked = request(512);
        asked.parallel = 0;
        QCOMPARE(roughAllocation(model, machine(), asked).error().kind, ErrorKind::InvalidArgument);
        asked = request(512);
        asked.kvType = "q9";
        QCOMPARE(roughAllocation(model, machine(), asked).error().kind, ErrorKind::InvalidArgument);
        asked = request(512);
        asked.device = "TPU0";
        QCOMPARE(roughAllocation(model, machine(), asked).error().kind, ErrorKind::NotFound);
        QCOMPARE(test::reasonOf(roughAllocation(model, {}, request(512))), std::string("no_host"));
        // 20 numbers in a head are no blocks of 32.
        LoadRequest quantized = request(512, 0);
        quantized.kvType = "q8_0";
        const RoughModel odd = modelOf(test::knownModel("odd widths"));
        QCOMPARE(test::reasonOf(roughAllocation(odd, machine(), quantized)), std::string("kv_type"));
    }

    void hostileNumbersStayNumbers()
    {
        Draft keys("llama");
        keys.count("block_count", 512)
            .count("embedding_length", 1 << 20)
            .count("attention.head_count", 64)
            .count("attention.head_count_kv", 64)
            .count("attention.key_length", 1 << 14)
            .count("attention.value_length", 1 << 14)
            .count("feed_forward_length", 1 << 20)
            .count("vocab_size", 1 << 26);
        const gguf::Header header = keys.take();
        const auto shape = shapeOf(std::span(&header, 1));
        QVERIFY2(shape, test::messageOf(shape).c_str());
        const auto model = roughModel(*shape, (std::int64_t{1} << 60) - 1);
        QVERIFY2(model, test::messageOf(model).c_str());
        const Allocation small = answer(*model, request(256));
        for (const DeviceMemory &memory : small.memory)
            QVERIFY(memory.weights >= 0 && memory.kvCache >= 0 && memory.compute >= 0 && memory.used() > 0);
        LoadRequest large = request(std::int64_t{1} << 30, 100);
        large.parallel = 3;
        large.kvType = "f32";
        const auto refused = roughAllocation(*model, machine(), large);
        QVERIFY(!refused || sum(*refused, &DeviceMemory::kvCache) > 0);
        std::vector<Device> strange = machine();
        strange[1].freeBytes = INT64_MIN;
        strange[1].totalBytes = -5;
        QVERIFY(roughAllocation(*model, strange, request(256)));
    }

    void tensorsThatFitNoFileAreRefused()
    {
        Draft draft("llama");
        draft.count("block_count", 1).count("embedding_length", 64);
        for (const char *name : {"a.weight", "b.weight"})
            draft.tensor(name, {std::int64_t{1} << 30, std::int64_t{1} << 30}, gguf::TensorType::Q8_0);
        const gguf::Header header = draft.take();
        QCOMPARE(test::reasonOf(roughModel(std::span(&header, 1))), std::string("overflow"));
        const gguf::Tensor bad{"blk.0.ffn_up.weight", {33, 2}, gguf::TensorType::Q8_0};
        QCOMPARE(test::reasonOf(roughModel(*shapeOf(std::span(&header, 1)), std::span(&bad, 1))),
                 std::string("bad_shape"));
    }

    void thousandRowsArePlacedAtOnce()
    {
        const RoughModel model = known("Llama 3.1 70B");
        const std::vector<Device> devices = machine();
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 1000; ++i) {
            const auto placed =
                place(request(4096 + i),
                      [&](const LoadRequest &asked) { return roughAllocation(model, devices, asked); }, {});
            QVERIFY(placed);
            QVERIFY(placed->verdict == Verdict::No || placed->allocation.gpuLayers > 0);
        }
        // 10 ms is what it is meant to take; a busy machine with sanitizers gets more.
        QVERIFY2(timer.elapsed() < 1000, QByteArray::number(timer.elapsed()));
    }
};

QTEST_GUILESS_MAIN(TestRoughMemory)
#include "tst_rough_memory.moc"
