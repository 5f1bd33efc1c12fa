// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/schema/blueprint.h"

#include <QtQml/qqmlregistration.h>

namespace signalbox {

class Session;

/// Blueprints and parameter types per workspace, fetched on first use, kept until a config notice
/// or poll says that they changed. GUI thread.
class BlueprintStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by Session")
public:
    struct Loaded {
        schema::Members<schema::Blueprint> blueprints; ///< readable ones, by name
        schema::Members<std::string> faults; ///< name → why it cannot be read
        schema::Members<schema::ParameterType> types;
        /// By flow id: what those run by whose blueprint has changed since their start; nullopt: it
        /// could not be read.
        schema::Members<std::optional<schema::Blueprint>> edited {};
        /// What that flow runs by, as far as it is told; nullptr: not known.
        [[nodiscard]] const schema::Blueprint *of(
            const std::string &flow, const std::string &blueprint) const;
    };
    using LoadedPtr = std::shared_ptr<const Loaded>;

    explicit BlueprintStore(Session *session);
    ~BlueprintStore() override;
    QFuture<Answer<LoadedPtr>> load(const QString &workspace); ///< from memory when fresh
    LoadedPtr held(const QString &workspace) const; ///< nullptr when never loaded
    Q_INVOKABLE int countIn(
        const QString &workspace) const; ///< -1 unknown; "" = distinct names over all
    void invalidate(const QString &workspace);
    /// The far end tells which flows go on by a text that their blueprint no longer has
    /// (ARCHITECTURE annex, capability `edited-flows`).
    static bool tellsEdited(const Session &session);

signals:
    void changed(const QString &workspace);

private:
    static void answerAll(const std::vector<std::shared_ptr<QPromise<Answer<LoadedPtr>>>> &waiting,
        const Answer<LoadedPtr> &answer);
    void reload(const QStringList &workspaces);
    void reloadEdited(const QStringList &workspaces);
    void fetch(const QString &workspace);
    struct Gathered;
    void fetchEdited(const QString &workspace, const std::shared_ptr<Gathered> &gathered);
    void fetchRunning(const QString &workspace, const std::string &flow,
        const std::shared_ptr<Gathered> &gathered);
    void part(const QString &workspace, Gathered &gathered); ///< one of its answers is there
    void finish(const QString &workspace, const Answer<LoadedPtr> &answer);

    struct Data;
    std::unique_ptr<Data> d;
};

} // namespace signalbox
