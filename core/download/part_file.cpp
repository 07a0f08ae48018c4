// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/part_file.h"

#include <utility>

namespace snug::download {

PartFile::PartFile(PartFile &&other) noexcept
    : m_path(std::move(other.m_path)), m_handle(std::exchange(other.m_handle, kNone))
{
}

PartFile &PartFile::operator=(PartFile &&other) noexcept
{
    std::swap(m_path, other.m_path);
    std::swap(m_handle, other.m_handle);
    return *this;
}

} // namespace snug::download
