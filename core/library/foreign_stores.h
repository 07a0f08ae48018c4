// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

// The models that other programs keep on this machine, read-only. What lies in their folders may be
// anybody's: every file of theirs is bounded and checked, what is not as it should be is left out and
// counted. Blocking functions for any thread that read no model.
namespace snug::library {

enum class Store { LmStudio, Ollama, Jan };

// "lm_studio", "ollama", "jan".
[[nodiscard]] std::string_view storeName(Store store);

struct StoredModel {
    Store store = Store::LmStudio;
    std::string name;           // as that program's users know it: "llama3.2:1b", "publisher/repository/file"
    std::filesystem::path path; // a GGUF file; of a split model the first part
    std::int64_t bytes = 0;     // of all parts
    std::string sha256;         // promised, not verified; empty if the store does not tell

    bool operator==(const StoredModel &) const = default;
};

struct StoreListing {
    std::vector<StoredModel> models;            // by name
    std::vector<std::filesystem::path> folders; // that were there and looked into
    std::int64_t ignored = 0;
    bool limited = false;
    bool stopped = false;
};

struct StoreRequest {
    std::filesystem::path home;
    // As getenv; empty for what is not set.
    std::function<std::string(const char *)> environment;
    // Where Ollama keeps models when it runs as a service of the system.
    std::filesystem::path ollamaService = "/usr/share/ollama/.ollama/models";
    std::int64_t entries = 100'000; // files and folders looked at in each store
};

// LM Studio: the models folders of its homes (~/.lmstudio-home-pointer, ~/.lmstudio, ~/.cache/lm-studio) and
// "downloadsFolder" of its settings.json; PUBLISHER/REPOSITORY/FILE.gguf below.
[[nodiscard]] StoreListing readLmStudio(const StoreRequest &request, const std::stop_token &stop);

// Ollama: OLLAMA_MODELS, or ~/.ollama/models and that of the service: manifests/HOST/NAMESPACE/MODEL/TAG is
// JSON whose layer of type "application/vnd.ollama.image.model" names blobs/sha256-<64 hex>.
[[nodiscard]] StoreListing readOllama(const StoreRequest &request, const std::stop_token &stop);

// Jan: JAN_DATA_FOLDER, or "data_folder" of its settings.json, or its usual places;
// llamacpp/models/ID/model.yml has "model_path", absolute or below the data folder; GGUF files below models/
// are those of older versions.
[[nodiscard]] StoreListing readJan(const StoreRequest &request, const std::stop_token &stop);

// All three, one after the other.
[[nodiscard]] StoreListing readForeignStores(const StoreRequest &request, const std::stop_token &stop);

} // namespace snug::library
