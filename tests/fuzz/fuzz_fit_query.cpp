// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/fit_query.h"
#include "core/fit/request_check.h"
#include "tests/fuzz/demand.h"

// Any bytes as a line to `fit --follow`: what is understood is a request that makes sense, and what the line
// leaves out is as it was.

namespace {

using namespace snug;
using fuzz::demand;

cli::FitQuery usual()
{
    cli::FitQuery query;
    query.load.contextTokens = 4096;
    query.load.projector = "mmproj.gguf";
    query.load.loras = {"one.gguf"};
    query.levels = {"Q4_K_M"};
    return query;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string line(data, data + size);
    const auto query = cli::parseFitQuery(line, usual());
    if (!query) {
        fuzz::checkError(query.error());
        demand(query.error().kind == ErrorKind::InvalidArgument || query.error().kind == ErrorKind::TooLarge,
               "errors are of a promised kind");
        return 0;
    }
    demand(fit::checkRequest(query->load).has_value(), "a request makes sense");
    demand(query->levels.size() <= 1000 && query->load.loras.size() <= 64, "lists have a bound");
    for (const std::string *text : {&query->machine, &query->workload, &query->load.device})
        demand(gguf::isUtf8(*text), "texts are texts");
    const auto says = [&line](const char *field) { return line.find(field) != line.npos; };
    // A field's name may be written with escapes.
    if (!says("\\") && !says("\"context\""))
        demand(query->load.contextTokens == 4096, "the context is as it was");
    if (!says("\\") && !says("\"levels\""))
        demand(query->levels == usual().levels, "levels are as they were");
    return 0;
}
