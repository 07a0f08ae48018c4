// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/repository_store.h"

#include <QByteArray>
#include <QCryptographicHash>

#include <algorithm>

namespace snug::test {
namespace {

std::string lowerCase(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

void place(StoredRepository &repository, const std::string &branch, Snapshot snapshot)
{
    if (snapshot.commit.empty())
        snapshot.commit = stableCommit(repository.said.id, snapshot.files);
    repository.branches[branch] = snapshot.commit;
    repository.commits[snapshot.commit] = std::move(snapshot.files);
}

} // namespace

FakeFile lfsFile(std::string path, FileBody body)
{
    return {std::move(path), std::move(body), true};
}

FakeFile smallFile(std::string path, std::string text)
{
    return {std::move(path), FileBody::ofBytes(std::move(text)), false};
}

std::string stableCommit(std::string_view id, const std::vector<FakeFile> &files)
{
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData(QByteArray(id.data(), static_cast<qsizetype>(id.size())));
    for (const FakeFile &file : files) {
        const std::string line = "\n" + std::to_string(file.body.size()) + " " + file.path;
        hash.addData(QByteArray::fromStdString(line));
    }
    return hash.result().toHex().toStdString();
}

std::optional<std::string> StoredRepository::commitOf(std::string_view revision) const
{
    const std::string name(revision);
    if (const auto branch = branches.find(name); branch != branches.end())
        return branch->second;
    if (const auto tag = said.tags.find(name); tag != said.tags.end())
        return tag->second;
    if (commits.contains(name))
        return name;
    return std::nullopt;
}

void RepositoryStore::add(FakeRepository repository)
{
    const auto held = lock();
    StoredRepository &stored = m_repositories[lowerCase(repository.id)];
    Snapshot main{std::move(repository.commit), std::move(repository.files)};
    std::map<std::string, Snapshot> branches = std::move(repository.branches);
    stored.said = std::move(repository);
    place(stored, "main", std::move(main));
    for (auto &[name, snapshot] : branches)
        place(stored, name, std::move(snapshot));
}

bool RepositoryStore::push(std::string_view id, const std::string &branch, Snapshot snapshot)
{
    const auto held = lock();
    const auto found = m_repositories.find(lowerCase(id));
    if (found == m_repositories.end())
        return false;
    place(found->second, branch, std::move(snapshot));
    return true;
}

void RepositoryStore::addUser(std::string token, FakeUser user)
{
    const auto held = lock();
    m_users[std::move(token)] = std::move(user);
}

const StoredRepository *RepositoryStore::find(std::string_view id) const
{
    const auto found = m_repositories.find(lowerCase(id));
    return found == m_repositories.end() ? nullptr : &found->second;
}

std::optional<std::string> RepositoryStore::movedTo(std::string_view id) const
{
    const std::string wanted = lowerCase(id);
    for (const auto &[key, repository] : m_repositories) {
        if (std::ranges::any_of(repository.said.formerIds,
                                [&wanted](const std::string &former) { return lowerCase(former) == wanted; }))
            return repository.said.id;
    }
    return std::nullopt;
}

const FakeUser *RepositoryStore::userOf(std::string_view token) const
{
    const auto found = m_users.find(token);
    return found == m_users.end() ? nullptr : &found->second;
}

} // namespace snug::test
