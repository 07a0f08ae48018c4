// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/convert_open.h"

#include "app/cli/adapter_base.h"
#include "app/cli/convert_adapter.h"
#include "app/cli/convert_checkpoint.h"
#include "app/cli/convert_gguf.h"
#include "app/cli/hub_access.h"
#include "app/cli/hub_checkpoint.h"
#include "app/cli/pull_files.h"
#include "app/cli/pull_record.h"
#include "app/cli/unfinished.h"
#include "core/base/paths.h"
#include "core/convert/adapter/adapter.h"
#include "core/download/sha256.h"
#include "core/hub/checkpoints.h"
#include "core/library/hub_cache.h"

#include <fmt/format.h>

#include <span>
#include <system_error>
#include <utility>

namespace snug::cli {
namespace {

namespace fs = std::filesystem;

Result<std::unique_ptr<ConvertSource>> openFolder(const fs::path &path, const ConvertOptions &options,
                                                  const VerbContext &context)
{
    // Some folders have the merged model, too.
    if (!convert::isAdapter(path) || convert::isCheckpoint(path))
        return openCheckpoint(path, options.preTokenizer);
    SNUG_TRY(convert::AdapterConfig config, convert::readAdapterConfig(path));
    SNUG_TRY(nlohmann::json base, baseConfig(config, options.base, context));
    const std::string told = base.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    SNUG_TRY(auto source, openAdapter(path, std::move(config), std::move(base)));
    SNUG_TRY(download::Digest digest, download::Digest::start(download::HashKind::Sha256, 0));
    digest.update(std::as_bytes(std::span(told)));
    SNUG_TRY(const std::string hash, digest.finish());
    source->setBase(hash);
    return source;
}

Result<std::unique_ptr<ConvertSource>> openAtHub(const ConvertOptions &options, const VerbContext &context)
{
    SNUG_TRY(HubAccess hub, openHub());
    auto reference = hub::parseReference(options.source, hub.environment.endpoint);
    if (!reference)
        return fail(ErrorKind::NotFound, fmt::format("There is no file or folder {}.", options.source),
                    {{"path", options.source}},
                    "Check the name, or give ORG/NAME of a repository at the Hub.");
    if (reference->selector.empty())
        reference->selector = hub::kCheckpointLabel;
    SNUG_TRY(PullPlan plan, planPull(hub, *reference, context));
    if (plan.label == hub::kCheckpointLabel)
        return openCheckpoint(HubCheckpoint::make(std::move(hub), std::move(plan), *reference, context),
                              options.preTokenizer);
    const PullRecord record(unfinishedFolder(hub.environment, context), *reference);
    PullFiles files(hub, plan, context, {});
    SNUG_TRY(const nlohmann::json pulled, files.run(record, {}));
    SNUG_TRY(const library::CachedFile first,
             library::findFile(hub.environment.cache, plan.id.text(), plan.commit, plan.files.front().path));
    SNUG_TRY(auto source, openGguf(first.snapshotPath));
    source->setRepository(plan.id.text(), plan.commit);
    return source;
}

} // namespace

Result<std::unique_ptr<ConvertSource>> openSource(const ConvertOptions &options, const VerbContext &context)
{
    std::error_code error;
    const fs::path path = fromUtf8(options.source);
    if (fs::is_directory(path, error))
        return openFolder(path, options, context);
    if (fs::exists(path, error))
        return openGguf(path);
    return openAtHub(options, context);
}

} // namespace snug::cli
