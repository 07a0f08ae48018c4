// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/serve_options.h"

namespace snug::cli {

void ServeOptions::define(CLI::App &app)
{
    m_load.define(app);
    m_companions.define(app);
    app.add_option("--mmproj", m_projector,
                   "A GGUF file that turns images into the model's tokens; auto: the one beside the model");
    app.add_option("--chat-template", m_chatTemplate,
                   "Instead of the model's own: a file with a Jinja template, or chatml");
}

Result<fit::LoadRequest> ServeOptions::request() const
{
    SNUG_TRY(fit::LoadRequest request, m_load.request());
    SNUG_CHECK(m_companions.addTo(request));
    return request;
}

} // namespace snug::cli
