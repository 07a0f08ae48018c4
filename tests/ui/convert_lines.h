// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

namespace snug::test {

// What `snug-cli convert --json` says of an 8 B model: the plan, half of the way, the end.
inline const QByteArray kConvertPlan =
    R"({"event":"result","source":"/models/qwen","architecture":"qwen3","name":"Qwen3 8B","level":"Q4_K_M",)"
    R"("tensors":399,"file_bytes":5027783968,"parts":[],"memory_bytes":33554432,)"
    R"("disk_free_bytes":227633266688,"resumed_bytes":0,"pre_tokenizer":"qwen2",)"
    R"("has_chat_template":true,"warnings":[]})";
inline const QByteArray kConvertBegin =
    R"({"event":"plan","source":"/models/qwen","architecture":"qwen3","name":"Qwen3 8B","level":"Q4_K_M",)"
    R"("tensors":399,"file_bytes":4000,"parts":[],"memory_bytes":33554432,"disk_free_bytes":9000000,)"
    R"("resumed_bytes":0,"pre_tokenizer":"qwen2","warnings":[]})"
    "\n"
    R"({"event":"tensor","index":142,"count":399,"name":"blk.15.ffn_down.weight","type":"Q4_K"})"
    "\n"
    R"({"event":"progress","stage":"converting","done":1000,"total":4000,"unit":"bytes","rate":500,)"
    R"("eta_s":6})";
inline const QByteArray kConvertEnd =
    R"({"event":"result","path":"/models/out.gguf","paths":["/models/out.gguf"],"bytes":4000,)"
    R"("sha256":"00","level":"Q4_K_M","tensors":399,"seconds":8,"cpu_seconds":16,"peak_bytes":1,)"
    R"("resumed_bytes":0,"warnings":["One tensor was left out."]})";

} // namespace snug::test
