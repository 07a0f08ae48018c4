// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/problem.h"
#include "ui/viewmodels/remote_connection.h"
#include "ui/viewmodels/rows_model.h"

#include <QAbstractItemModel>
#include <QObject>
#include <QStringList>

namespace snug::ui {

class SettingsFile;

struct RemoteRow {
    QString id;
    QString path; // for EngineSession::load()
    QString name;
    QString host; // "192.168.1.20:8000"
    QString address;
    QString modelId;
    bool encrypted = false;
    bool loopback = false;

    bool operator==(const RemoteRow &) const = default;
};

// The servers that somebody added, and the form in which one is added or changed. The list is in the
// settings, keys are in the keychain (TokenStore) and never handed to a page. GUI thread; owned by the
// application.
class RemoteEnginesViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RemoteEnginesViewModel)
    Q_PROPERTY(QAbstractItemModel *model READ model CONSTANT)
    Q_PROPERTY(int count READ count NOTIFY changed)
    Q_PROPERTY(bool checking READ checking NOTIFY formChanged)
    Q_PROPERTY(bool saving READ saving NOTIFY formChanged)
    Q_PROPERTY(QStringList served READ served NOTIFY formChanged)
    Q_PROPERTY(QString servedBy READ servedBy NOTIFY formChanged)
    Q_PROPERTY(QString warning READ warning NOTIFY formChanged)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY formChanged)
    Q_PROPERTY(QString whyNoKeychain READ whyNoKeychain NOTIFY formChanged)

public:
    // `keys`: where keys are kept if no keychain answers.
    RemoteEnginesViewModel(SettingsFile &settings, EngineSession &engine, std::filesystem::path keys,
                           QObject *parent = nullptr);
    ~RemoteEnginesViewModel() override;

    [[nodiscard]] QAbstractItemModel *model() { return &m_rows; }
    [[nodiscard]] int count() const { return m_rows.rowCount(); }
    [[nodiscard]] bool checking() const { return m_form.busy(); }
    [[nodiscard]] bool saving() const { return m_saving; }
    // The models of the server that check() reached.
    [[nodiscard]] QStringList served() const { return m_served; }
    // What it is, in words: "vLLM, 3 models".
    [[nodiscard]] QString servedBy() const;
    // What to know before a key or a text goes there; empty: nothing.
    [[nodiscard]] QString warning() const { return m_warning; }
    [[nodiscard]] Problem problem() const { return m_problem; }
    // Why the key that was just entered lies in a file, in the words of the system; otherwise empty.
    [[nodiscard]] QString whyNoKeychain() const { return m_whyNoKeychain; }

    // What a session needs to connect to these servers; it drops a question under way when it goes.
    [[nodiscard]] EngineSession::OpenRemote opener();

    // The name of the server with that path; empty if it was removed.
    [[nodiscard]] QString nameOf(const QString &path) const;

    // An empty form.
    Q_INVOKABLE void beginForm();
    // Asks the server for its models. Without a key the kept one of that server is used.
    Q_INVOKABLE void check(const QString &address, const QString &key);
    // Adds a server, or with an `id` changes it. `saved` or `problem` follows. Without a key the kept one
    // stays.
    Q_INVOKABLE void save(const QString &id, const QString &name, const QString &address,
                          const QString &model, const QString &key);
    // Forgets it, and its key unless another one of the same origin needs it.
    Q_INVOKABLE void remove(const QString &id);

Q_SIGNALS:
    void changed();
    void formChanged();
    void saved(const QString &path);

private:
    void open(RemoteConnection &connection, const QString &id,
              const std::function<void(const Result<RemoteSession> &)> &done);
    void onChecked(const Result<RemoteConnection::Found> &found);
    void put(chat::RemoteEngine engine);
    void store();
    void setProblem(const Problem &problem);
    void forgetKey(const http::Url &address);
    [[nodiscard]] const chat::RemoteEngine *find(const QString &id) const;

    SettingsFile &m_settings;
    EngineSession &m_engine;
    std::filesystem::path m_keysFile;
    std::vector<chat::RemoteEngine> m_engines;
    RowsModel<RemoteRow> m_rows;
    RemoteConnection m_form;
    std::unique_ptr<TokenStore> m_keys;
    bool m_saving = false;
    QStringList m_served;
    chat::Dialect m_dialect = chat::Dialect::Standard;
    QString m_warning;
    Problem m_problem;
    QString m_whyNoKeychain;
};

} // namespace snug::ui
