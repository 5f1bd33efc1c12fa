// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/blueprintcheck.h"
#include "models/rules/blueprintrows.h"

#include <QString>
#include <QStringList>

namespace signalbox {

class Session;

/// What the Blueprints page says. GUI thread.
namespace blueprintwords {

QString issueText(const rules::BlueprintIssue &issue); ///< one sentence without its place
/// "Line 12, column 5: …" of a byte offset in a UTF-8 text.
QString atPlace(const std::string &text, std::size_t offset, const QString &words);
int characterOf(const std::string &text, std::size_t offset); ///< UTF-16 units before the byte
QString roleText(rules::TopicRole role); ///< "reads", "writes", "serves", …

/// `signalbox://blueprint/<workspace>/<name>`, percent-encoded.
QString blueprintLink(const QString &workspace, const QString &name);

/// Flows that run a blueprint, as the store knows them now.
struct Users {
    QStringList flows; ///< ids, sorted; those that are stopping too
    bool known = false; ///< the workspace's flows have been read
};
Users usersOf(const Session &session, const QString &workspace, const QString &name);
/// Our gateway refuses to delete what is in use (signalbox-gateway §9, trap 13).
bool deleteRefused(const Session &session, const QString &workspace, const QString &name);
/// What deleting it means on this back end.
QString deleteMeaning(const Session &session, const QString &workspace, const QString &name);
/// What replacing `before` by `after` means for the flows that run it; "" when no flow does.
QString editMeaning(const Session &session, const QString &workspace, const QString &name,
    const std::string &before, const std::string &after);

} // namespace blueprintwords
} // namespace signalbox
