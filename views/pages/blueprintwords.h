// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/blueprintcheck.h"
#include "models/rules/blueprintrows.h"
#include "models/schema/blueprint.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace signalbox {

class Session;

/// What the Blueprints page says. What asks a session is for the GUI thread.
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
/// What an edit takes out of a blueprint: a back end that stops by the text of then leaves it
/// behind.
struct Gone {
    bool readable = true; ///< the text that is to be
    std::vector<std::string> entries;
};
Gone goneOf(const std::optional<schema::Blueprint> &before,
    const std::optional<schema::Blueprint> &after); ///< any thread
/// What replacing a text means for the flows that run it, of which `gone` goes; nullptr: that is
/// still being looked at. "" when no flow runs it.
QString editMeaning(
    const Session &session, const QString &workspace, const QString &name, const Gone *gone);
QString editMeaning(const Session &session, const QString &workspace, const QString &name,
    const std::string &before, const std::string &after);

} // namespace blueprintwords
} // namespace signalbox
