// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/machine.h"
#include "tests/fuzz/demand.h"

#include <set>

// Any bytes as the description of a computer: what is understood has a host and cards that can be reckoned
// with, and can be told to anybody.

namespace {

using namespace snug;
using fuzz::demand;

constexpr std::int64_t kGiB = std::int64_t{1} << 30;

fit::Host host(bool measured)
{
    fit::Host host;
    host.device = {"CPU", "CPU", "cpu", "Some processor", 32 * kGiB, 20 * kGiB, "the system", "",
                   "",    false, {}};
    if (measured)
        host.speed = fit::speedFromBandwidth(host.device, 50e9, std::nullopt, fit::SpeedSource::Measured);
    return host;
}

// Throws, which ends the program, where a text is no UTF-8.
std::string told(const nlohmann::json &json)
{
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::strict);
}

void checkDevices(const fit::Machine &machine)
{
    demand(!machine.devices.empty() && machine.devices.front().kind == "cpu", "the host comes first");
    demand(machine.devices.size() <= 17, "there are at most 16 cards");
    std::set<std::string> ids;
    for (const fit::Device &device : machine.devices) {
        demand(ids.insert(device.id).second, "devices have names of their own");
        demand(device.freeBytes > 0 && device.freeBytes <= device.totalBytes, "memory is free");
        demand(device.totalBytes <= 16 * 1024 * kGiB, "memory has a bound");
        demand(!told(toJson(device)).empty(), "devices can be told");
    }
    for (const fit::DeviceSpeed &speed : machine.speeds) {
        demand(ids.contains(speed.device), "speeds are of devices");
        demand(fit::deviceSpeedFromJson(toJson(speed)) == speed, "speeds are positive and not absurd");
    }
}

void read(std::string_view text, bool measured)
{
    const auto machine = fit::parseMachine(text, host(measured));
    if (!machine) {
        fuzz::checkError(machine.error());
        demand(machine.error().kind == ErrorKind::InvalidArgument ||
                   machine.error().kind == ErrorKind::NotFound,
               "errors are of a promised kind");
        return;
    }
    checkDevices(*machine);
    demand(!machine->name.empty() && gguf::isUtf8(machine->name), "a computer has a name");
    for (const std::string &note : machine->notes)
        demand(!note.empty() && gguf::isUtf8(note), "notes are texts");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string text(data, data + size);
    read(text, true);
    read(text, false);
    return 0;
}
