// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/isolated_home.h"

#include <QByteArray>

namespace snug::test {

void isolateIn(const QString &home)
{
    const QByteArray folder = home.toUtf8();
    qputenv("SNUG_HOME", folder);
    qputenv("HOME", folder);
    qputenv("USERPROFILE", folder);
    qputenv("HF_HOME", folder + "/huggingface");
    for (const char *name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN",
                             "HF_TOKEN_PATH", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "OLLAMA_MODELS",
                             "JAN_DATA_FOLDER", "XDG_CONFIG_HOME", "XDG_DATA_HOME"})
        qunsetenv(name);
    qputenv("DBUS_SESSION_BUS_ADDRESS", "disabled:"); // the keychain of this user is not asked
    if (!qEnvironmentVariableIsSet("HF_ENDPOINT"))
        qputenv("HF_ENDPOINT", "http://127.0.0.1:9"); // nobody listens at the port "discard"
}

} // namespace snug::test
