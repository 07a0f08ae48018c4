// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/layer_placement.h"
#include "backends/llama/load_failure.h"
#include "backends/llama/loader_error.h"
#include "backends/llama/plugins.h"
#include "backends/llama/probe.h"
#include "backends/llama/request_pace.h"

#include <QTest>

using namespace snug;
using namespace snug::llama;

namespace {

Error loaderError(std::string words)
{
    return {ErrorKind::Unsupported, "x cannot be loaded.", {{"loader", std::move(words)}}, ""};
}

} // namespace

// What the engine and the system's loader say, read for people.
class TestEngineWords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pluginsAreKnownByTheirNames_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("backend");
        QTest::newRow("linux") << "libggml-vulkan.so"
                               << "Vulkan";
        QTest::newRow("windows") << "ggml-cuda.dll"
                                 << "CUDA";
        QTest::newRow("variant") << "libggml-cpu-haswell.so"
                                 << "CPU";
        QTest::newRow("metal") << "libggml-metal.so"
                               << "Metal";
        QTest::newRow("another word that begins so") << "libggml-cpuid.so"
                                                     << "";
        QTest::newRow("the library itself") << "libggml.so"
                                            << "";
        QTest::newRow("its base") << "libggml-base.so"
                                  << "";
        QTest::newRow("versioned") << "libggml-base.so.0"
                                   << "";
        QTest::newRow("another library") << "libllama.so"
                                         << "";
        QTest::newRow("text") << "ggml-cpu.txt"
                              << "";
        QTest::newRow("no ending") << "libggml-cpu"
                                   << "";
        QTest::newRow("empty") << ""
                               << "";
    }

    void pluginsAreKnownByTheirNames()
    {
        QFETCH(QString, file);
        QFETCH(QString, backend);
        QCOMPARE(QString::fromStdString(backendOfPlugin(file.toStdString()).value_or("")), backend);
    }

    void aMissingDriverIsNamedWithItsPackage()
    {
        const auto words = "libcuda.so.1: cannot open shared object file: No such file or directory";
        const Error onDebian = explainLoaderError(loaderError(words), Distribution::Debian);
        QCOMPARE(onDebian.message, std::string("The driver library libcuda.so.1 is not installed."));
        QVERIFY(onDebian.hint.ends_with("sudo apt install nvidia-driver"));
        QCOMPARE(std::get<std::string>(onDebian.detail.back().second),
                 std::string("sudo apt install nvidia-driver"));
        QCOMPARE(installCommand("libnothing.so", Distribution::Debian), std::string());
        const Error vulkan = explainLoaderError(
            loaderError("libvulkan.so.1: cannot open shared object file: No such file or directory"),
            Distribution::Fedora);
        QVERIFY(vulkan.hint.find("sudo dnf install vulkan-loader") != std::string::npos);
        const Error unknown = explainLoaderError(loaderError(words), Distribution::Unknown);
        QVERIFY(unknown.hint.find("sudo") == std::string::npos);
        QVERIFY(!unknown.hint.empty());
    }

    void aFileThatIsNoLibraryIsDamaged()
    {
        const Error error =
            explainLoaderError(loaderError("libggml-cuda.so: invalid ELF header"), Distribution::Debian);
        QCOMPARE(error.message, std::string("The plugin is damaged or made for another system."));
        QCOMPARE(std::get<std::string>(error.detail.front().second),
                 std::string("libggml-cuda.so: invalid ELF header"));
    }

    void distributionsAreKnownByFamily()
    {
        QCOMPARE(parseDistribution("NAME=x\nID=debian\n"), Distribution::Debian);
        QCOMPARE(parseDistribution("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), Distribution::Debian);
        QCOMPARE(parseDistribution("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"), Distribution::Fedora);
        QCOMPARE(parseDistribution("ID=manjaro\nID_LIKE=arch"), Distribution::Arch);
        QCOMPARE(parseDistribution("ID=\"opensuse-leap\"\nID_LIKE=\"suse\""), Distribution::Suse);
        QCOMPARE(parseDistribution(""), Distribution::Unknown);
        QCOMPARE(parseDistribution("VERSION_ID=debian"), Distribution::Unknown);
    }

    void nvidiasDriverVersionIsRead()
    {
        QCOMPARE(nvidiaDriverVersion("NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.54.03  Tue Jun  6"),
                 std::string("535.54.03"));
        QCOMPARE(nvidiaDriverVersion(
                     "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build"),
                 std::string("580.65.06"));
        QCOMPARE(nvidiaDriverVersion("GCC version: gcc 12"), std::string());
    }

    void layersAreCountedWhereTheEngineSaysThatTheyAre()
    {
        fit::Allocation allocation;
        allocation.layers = 3;
        allocation.memory.resize(3);
        allocation.memory[0].device = "CPU";
        allocation.memory[1].device = "CUDA0";
        allocation.memory[2].device = "CUDA1";
        LayerPlacement placement;
        placement.see("load_tensors: layer   0 assigned to device CPU, is_swa = 0");
        placement.see("load_tensors: layer   1 assigned to device CUDA0, is_swa = 1");
        placement.see("load_tensors: layer   2 assigned to device CUDA1, is_swa = 0");
        placement.see("load_tensors: layer   3 assigned to device CUDA1, is_swa = 0");
        placement.see("load_tensors: layer   x assigned to device CUDA1, is_swa = 0");
        placement.see("something else about a layer");
        placement.writeTo(allocation);
        QCOMPARE(allocation.memory[0].layers, 1);
        QCOMPARE(allocation.memory[1].layers, 1);
        QCOMPARE(allocation.memory[2].layers, 1); // the output layer is not counted
        QCOMPARE(allocation.gpuLayers, 2);
    }

    void loadFailuresAreTold_data()
    {
        QTest::addColumn<QString>("last");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("word");
        QTest::newRow("architecture")
            << "llama_model_load: error loading model: unknown model architecture: 'mamba9'"
            << "unsupported"
            << "mamba9";
        QTest::newRow("key") << "llama_model_load: error loading model: error loading model hyperparameters: "
                                "key not found in model: llama.context_length"
                             << "corrupt"
                             << "llama.context_length";
        QTest::newRow("tensor")
            << "llama_model_load: error loading model: missing tensor 'output_norm.weight'"
            << "corrupt"
            << "output_norm.weight";
        QTest::newRow("no weights") << "llama_model_load: error loading model: check_tensor_dims: tensor "
                                       "'token_embd.weight' not found"
                                    << "corrupt"
                                    << "token_embd.weight";
        QTest::newRow("host") << "llama_init_from_model: failed to initialize the context: std::bad_alloc"
                              << "out_of_memory"
                              << "memory";
        QTest::newRow("cuda")
            << "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 8192.00 MiB on device 0: "
               "cudaMalloc failed: out of memory"
            << "out_of_memory"
            << "memory";
        QTest::newRow("buffer") << "llama_model_load: error loading model: unable to allocate Vulkan0 buffer"
                                << "out_of_memory"
                                << "memory";
        QTest::newRow("other") << "llama_model_load: error loading model: invalid vector subscript"
                               << "unsupported"
                               << "invalid vector subscript";
        QTest::newRow("silence") << ""
                                 << "unsupported"
                                 << "cannot load";
    }

    void loadFailuresAreTold()
    {
        QFETCH(QString, last);
        QFETCH(QString, kind);
        QFETCH(QString, word);
        const Error error = explainLoadFailure(last.toStdString(), last.toStdString());
        QCOMPARE(QString::fromUtf8(kindName(error.kind).data()), kind);
        QVERIFY2(error.message.find(word.toStdString()) != std::string::npos, error.message.c_str());
        QVERIFY(!error.hint.empty());
    }

    void timingsAreFoundInAnswers_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<qint64>("prompt"); // -1: none
        const QByteArray timings = R"("timings":{"cache_n":7,"prompt_n":70,"prompt_ms":350.0,)"
                                   R"("predicted_n":41,"predicted_ms":800.0})";
        QTest::newRow("an answer") << QByteArray("{\"choices\":[]," + timings + "}") << qint64{70};
        QTest::newRow("the end of a stream")
            << QByteArray("data: {\"choices\":[]," + timings + "}\n\ndata: [DONE]\n\n") << qint64{70};
        QByteArray earlier = timings;
        earlier.replace("\"prompt_n\":70", "\"prompt_n\":3");
        QTest::newRow("twice") << QByteArray("{" + earlier + "}{" + timings + "}") << qint64{70};
        QByteArray spoken = timings;
        spoken.replace("\"", "\\\"");
        QTest::newRow("in what the model says") << QByteArray("{\"text\":\"" + spoken + "\"}") << qint64{-1};
        QTest::newRow("none") << QByteArray("{\"text\":\"timings\"}") << qint64{-1};
        QTest::newRow("nothing") << QByteArray() << qint64{-1};
        QTest::newRow("cut off") << timings.left(60) << qint64{-1};
        QTest::newRow("no object") << QByteArray("{\"timings\":3}") << qint64{-1};
        for (const char *value : {"-1", "null", "\"70\"", "1e300", "[]"}) {
            QByteArray broken = timings;
            broken.replace("70", value);
            QTest::newRow(value) << broken << qint64{-1};
        }
    }

    void timingsAreFoundInAnswers()
    {
        QFETCH(QByteArray, answer);
        QFETCH(qint64, prompt);
        const auto pace = paceIn(answer.toStdString());
        QCOMPARE(pace.has_value(), prompt >= 0);
        if (pace)
            QCOMPARE(*pace, (RequestPace{7, prompt, 0.35, 40, 0.8}));
    }

    void onlyTheNewestPacesAreKept()
    {
        RequestPaces paces;
        for (int i = 0; i < 250; ++i)
            paces.add({0, i, 1, 0, 0});
        QCOMPARE(paces.all().size(), std::size_t{200});
        QCOMPARE(paces.all().front().promptTokens, 50);
        QCOMPARE(paces.all().back().promptTokens, 249);
    }
};

QTEST_GUILESS_MAIN(TestEngineWords)
#include "tst_engine_words.moc"
