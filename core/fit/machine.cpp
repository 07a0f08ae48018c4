// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/machine.h"

#include "core/base/units.h"
#include "core/fit/hardware.h"
#include "core/fit/hardware_names.h"
#include "core/fit/machine_text.h"
#include "core/gguf/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace snug::fit {
namespace {

constexpr std::int64_t kGiB = std::int64_t{1} << 30;

// One card as it will be, from its profile and from what was written.
struct Card {
    std::string name;
    int count = 1;
    ProfileKind kind = ProfileKind::Gpu;
    std::int64_t memoryBytes = 0;
    std::optional<double> bandwidth;
    std::optional<double> flops;
    SpeedSource source = SpeedSource::Stated;
    std::string memorySource;
    std::string backend = "Vulkan";
};

std::string sizeName(std::int64_t bytes)
{
    return fmt::format("{}GB", bytes / kGiB);
}

// "RTX 5060 Ti 16GB", "Apple M4 Max 64 GiB": the profile, and the size that its name is followed by.
std::pair<const HardwareProfile *, std::optional<std::int64_t>> profileWithSize(const std::string &text)
{
    if (const auto *profile = findProfile(text))
        return {profile, std::nullopt};
    for (std::size_t blank = text.rfind(' '); blank != text.npos && blank > 0;
         blank = text.rfind(' ', blank - 1)) {
        const auto size = memorySize(std::string_view(text).substr(blank + 1));
        if (const auto *profile = size ? findProfile(text.substr(0, blank)) : nullptr)
            return {profile, size};
    }
    return {nullptr, std::nullopt};
}

std::string backendOf(const HardwareProfile &profile)
{
    if (profile.group == "Apple")
        return "Metal";
    const bool nvidia = profile.group.starts_with("NVIDIA") || profile.source.starts_with("NVIDIA");
    return nvidia ? "CUDA" : "Vulkan";
}

Result<Card> unknownCard(const CardText &text)
{
    if (!text.memoryBytes) {
        const auto names = similarProfiles(text.name, 3);
        return fail(ErrorKind::NotFound,
                    fmt::format("There is no description of {}.", gguf::escaped(text.name, 60)), {},
                    names.empty()
                        ? "Say what it has: \"NAME=24GiB,1008GB/s\"."
                        : fmt::format("Did you mean {}? Else say what it has: \"NAME=24GiB,1008GB/s\".",
                                      fmt::join(names, ", ")));
    }
    Card card;
    card.name = gguf::escaped(text.name, 60);
    card.count = text.count;
    card.kind = text.unified ? ProfileKind::SharedGpu : ProfileKind::Gpu;
    card.memoryBytes = *text.memoryBytes;
    card.bandwidth = text.bandwidth;
    card.flops = text.flops;
    card.memorySource = "as stated";
    return card;
}

Result<Card> cardFrom(const CardText &text, std::vector<std::string> &notes)
{
    const auto [profile, size] = profileWithSize(text.name);
    if (profile == nullptr)
        return unknownCard(text);
    Card card;
    card.name = profile->name;
    card.count = text.count;
    card.kind = text.unified ? ProfileKind::SharedGpu : profile->kind;
    card.backend = backendOf(*profile);
    const auto wanted = text.memoryBytes ? text.memoryBytes : size;
    card.memoryBytes = wanted.value_or(profile->memoryBytes.front());
    card.memorySource = wanted ? "as stated" : profile->source;
    card.bandwidth = text.bandwidth ? *text.bandwidth : profile->bandwidth;
    card.flops = text.flops ? text.flops : profile->fp16Flops;
    card.source = text.bandwidth ? SpeedSource::Stated : SpeedSource::Published;
    if (!wanted && profile->memoryBytes.size() > 1) {
        std::vector<std::string> sizes;
        for (const std::int64_t bytes : profile->memoryBytes)
            sizes.push_back(fmt::format("{} {}", profile->name, sizeName(bytes)));
        notes.push_back(
            fmt::format("{} was sold with different memory; the smallest is assumed. Name one of {}.",
                        profile->name, fmt::join(sizes, ", ")));
    }
    return card;
}

// What a system that has just been started needs itself.
std::int64_t freeOfRam(std::int64_t total)
{
    return total - std::min(4 * kGiB, total / 4);
}

// What a chip's driver lets a GPU have of main memory: two thirds, of large ones three quarters (macOS's
// recommendedMaxWorkingSetSize; other systems are near that).
std::int64_t sharedPart(std::int64_t total)
{
    return total > 36 * kGiB ? total / 4 * 3 : total / 3 * 2;
}

class Builder {
public:
    explicit Builder(const Host &here) : m_here(here) {}

    Result<Machine> build(const MachineText &text)
    {
        std::vector<Card> cards;
        for (const CardText &cardText : text.cards) {
            SNUG_TRY(Card card, cardFrom(cardText, m_machine.notes));
            cards.push_back(std::move(card));
        }
        const auto own = std::find_if(cards.begin(), cards.end(),
                                      [](const Card &card) { return card.kind != ProfileKind::Gpu; });
        if (own != cards.end() && (own->count > 1 || cards.size() > 1))
            return fail(
                ErrorKind::InvalidArgument,
                fmt::format("{} is a computer of its own and cannot be one of several cards.", own->name));
        addHost(text, own == cards.end() ? nullptr : &*own);
        for (const Card &card : cards)
            addCards(card);
        m_machine.name = nameOf(cards);
        return std::move(m_machine);
    }

private:
    // `own`: the only entry, with main memory of its own; nullptr: this computer's.
    void addHost(const MachineText &text, const Card *own)
    {
        Device host = m_here.device;
        std::optional<DeviceSpeed> speed = m_here.speed;
        if (own != nullptr || text.ramBytes) {
            host.totalBytes = text.ramBytes.value_or(own == nullptr ? 0 : own->memoryBytes);
            host.freeBytes = freeOfRam(host.totalBytes);
            host.memorySource = own == nullptr || text.ramBytes ? "as stated" : own->memorySource;
        } else {
            m_machine.notes.push_back(fmt::format(
                "The rest of the computer is this one, with {} of main memory. ram= and cpu= change that.",
                formatBytes(host.totalBytes)));
        }
        if (own != nullptr) {
            host.name = own->name;
            host.features.clear();
            speed.reset();
            if (own->bandwidth)
                speed = speedFromBandwidth(host, *own->bandwidth, std::nullopt, own->source);
        }
        if (text.cpuBandwidth)
            speed = speedFromBandwidth(host, *text.cpuBandwidth, std::nullopt, SpeedSource::Stated);
        if (speed)
            m_machine.speeds.push_back(*std::move(speed));
        m_machine.devices.push_back(std::move(host));
    }

    void addCards(const Card &card)
    {
        if (card.kind == ProfileKind::Cpu)
            return;
        const bool shared = card.kind == ProfileKind::SharedGpu;
        for (int i = 0; i < card.count; ++i) {
            Device device;
            device.id = fmt::format("GPU{}", m_machine.devices.size() - 1);
            device.backend = card.backend;
            device.kind = shared ? "igpu" : "gpu";
            device.name = card.name;
            device.totalBytes = shared ? sharedPart(m_machine.devices.front().totalBytes) : card.memoryBytes;
            // Drivers keep about so much of a card for themselves.
            device.freeBytes = device.totalBytes - (shared ? 0 : device.totalBytes / 50);
            device.memorySource = card.memorySource;
            if (card.bandwidth)
                m_machine.speeds.push_back(
                    speedFromBandwidth(device, *card.bandwidth, card.flops, card.source));
            m_machine.devices.push_back(std::move(device));
        }
        if (shared)
            m_machine.notes.push_back(
                fmt::format("Of its {} of memory, which the processor shares, the GPU may use {}.",
                            formatBytes(card.memoryBytes), formatBytes(m_machine.devices.back().totalBytes)));
        if (!card.bandwidth)
            m_machine.notes.push_back(
                fmt::format("Without the bandwidth of {}, its speed is unknown.", card.name));
    }

    static std::string nameOf(const std::vector<Card> &cards)
    {
        std::vector<std::string> names;
        for (const Card &card : cards)
            names.push_back(card.count == 1 ? card.name : fmt::format("{} x {}", card.count, card.name));
        return fmt::format("{}", fmt::join(names, " + "));
    }

    const Host &m_here;
    Machine m_machine;
};

} // namespace

Result<Machine> parseMachine(std::string_view text, const Host &here)
{
    SNUG_TRY(const MachineText read, readMachineText(text));
    return Builder(here).build(read);
}

std::vector<MachineChoice> machineChoices()
{
    std::vector<MachineChoice> choices;
    for (const HardwareProfile &profile : hardwareProfiles()) {
        const bool several = profile.memoryBytes.size() > 1;
        for (const std::int64_t bytes : profile.memoryBytes)
            choices.push_back({several ? fmt::format("{} {}", profile.name, sizeName(bytes)) : profile.name,
                               profile.group, bytes, profile.bandwidth});
    }
    return choices;
}

} // namespace snug::fit
