// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/blueprintwords.h"

#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/session.h"
#include "views/pages/flowtext.h"

#include <QCoreApplication>
#include <QUrl>

#include <algorithm>
#include <array>

namespace signalbox::blueprintwords {

using flowtext::qs;
using Kind = rules::BlueprintIssue::Kind;

namespace {

struct BlueprintWords {
    Q_DECLARE_TR_FUNCTIONS(Blueprint)
};

struct IssueWords {
    Kind kind;
    const char *text; ///< %1 is the subject
};

constexpr std::array issueWords {
    IssueWords { Kind::NotJson, QT_TRANSLATE_NOOP("Blueprint", "No JSON: %1") },
    IssueWords { Kind::SectionMissing,
        QT_TRANSLATE_NOOP("Blueprint", "The section “%1” is missing; a start fails without it") },
    IssueWords { Kind::TwiceNamed,
        QT_TRANSLATE_NOOP("Blueprint", "“%1” stands here twice; only the last counts") },
    IssueWords {
        Kind::NoVariant, QT_TRANSLATE_NOOP("Blueprint", "“%1” needs the form processor:variant") },
    IssueWords { Kind::NoProcessor,
        QT_TRANSLATE_NOOP("Blueprint", "“%1” names no processor before the colon") },
    IssueWords { Kind::EntryWithoutTopics,
        QT_TRANSLATE_NOOP(
            "Blueprint", "No topics: the form of old versions, the entry comes into being empty") },
    IssueWords { Kind::NarrowerTopic,
        QT_TRANSLATE_NOOP("Blueprint",
            "Flows share this entry, but the topic is of one flow: the last start takes it over") },
    IssueWords { Kind::EmptyTopic, QT_TRANSLATE_NOOP("Blueprint", "The topic is empty") },
    IssueWords {
        Kind::UnknownAddress, QT_TRANSLATE_NOOP("Blueprint", "Not of the form class:space:name") },
    IssueWords {
        Kind::NoDirection, QT_TRANSLATE_NOOP("Blueprint", "A blank name tells no direction") },
    IssueWords {
        Kind::UnusedParameter, QT_TRANSLATE_NOOP("Blueprint", "Nothing uses the parameter") },
    IssueWords { Kind::ReservedParameter,
        QT_TRANSLATE_NOOP("Blueprint", "{%1} is always replaced by the start itself") },
    IssueWords {
        Kind::NoParameterType, QT_TRANSLATE_NOOP("Blueprint", "The parameter has no type") },
    IssueWords { Kind::UnknownParameterType,
        QT_TRANSLATE_NOOP("Blueprint", "There is no parameter type “%1” in this workspace") },
    IssueWords { Kind::UnknownController,
        QT_TRANSLATE_NOOP("Blueprint", "There is no parameter “%1” to be controlled by") },
    IssueWords { Kind::ControlCircle,
        QT_TRANSLATE_NOOP("Blueprint", "Controlled in a circle through “%1”") },
    IssueWords {
        Kind::NobodyProduces, QT_TRANSLATE_NOOP("Blueprint", "Nobody writes to this topic") },
    IssueWords { Kind::NobodyConsumes, QT_TRANSLATE_NOOP("Blueprint", "Nobody reads this topic") },
    IssueWords {
        Kind::NobodyAnswers, QT_TRANSLATE_NOOP("Blueprint", "Nobody answers on this topic") },
    IssueWords {
        Kind::InterfaceWithoutTopic, QT_TRANSLATE_NOOP("Blueprint", "The interface has no topic") },
    IssueWords {
        Kind::HalfInterface, QT_TRANSLATE_NOOP("Blueprint", "The interface lacks its %1 topic") },
    IssueWords { Kind::OldInterface,
        QT_TRANSLATE_NOOP("Blueprint", "The form of old versions: a topic instead of an object") },
    IssueWords {
        Kind::InterfaceLeadsNowhere, QT_TRANSLATE_NOOP("Blueprint", "No entry knows this topic") },
    IssueWords {
        Kind::NothingToRun, QT_TRANSLATE_NOOP("Blueprint", "No entry: a flow of it runs nothing") },
};

QString wantedKind(const std::string &kind)
{
    if (kind == "text")
        return BlueprintWords::tr("A text is wanted here, in quotes");
    if (kind == "object")
        return BlueprintWords::tr("An object is wanted here");
    if (kind == "list")
        return BlueprintWords::tr("A list is wanted here");
    if (kind == "number")
        return BlueprintWords::tr("A number is wanted here");
    return BlueprintWords::tr("true or false is wanted here");
}

QString named(const QStringList &flows)
{
    constexpr qsizetype most = 6;
    std::vector<std::string> words;
    for (qsizetype i = 0; i < std::min(most, flows.size()); ++i)
        words.push_back(flows.at(i).toStdString());
    if (flows.size() > most)
        words.push_back(
            BlueprintWords::tr("%1 more").arg(format::count(flows.size() - most)).toStdString());
    return flowtext::joined(words);
}

QString runBy(const Users &users)
{
    return flowtext::counted(users.flows.size(),
        BlueprintWords::tr("1 flow runs it: %1.").arg(named(users.flows)),
        BlueprintWords::tr("%1 flows run it: %2.").arg(QStringLiteral("%1"), named(users.flows)));
}

} // namespace

QString issueText(const rules::BlueprintIssue &issue)
{
    if (issue.kind == Kind::WrongKind)
        return wantedKind(issue.subject);
    if (issue.kind == Kind::UnknownPlaceholder)
        return issue.subject.starts_with('{')
            ? BlueprintWords::tr("The brace of “%1” does not close").arg(qs(issue.subject))
            : issue.subject == "class"
            ? BlueprintWords::tr("{class} is the old name; {blueprint} is what is replaced")
            : BlueprintWords::tr("{%1} is no parameter and stays as it is").arg(qs(issue.subject));
    const auto words = std::find_if(issueWords.begin(), issueWords.end(),
        [&](const IssueWords &one) { return one.kind == issue.kind; });
    const QString text = BlueprintWords::tr(words->text);
    return text.contains(QLatin1String("%1")) ? text.arg(qs(issue.subject)) : text;
}

int characterOf(const std::string &text, std::size_t offset)
{
    return int(QString::fromUtf8(text.data(), qsizetype(std::min(offset, text.size()))).size());
}

QString atPlace(const std::string &text, std::size_t offset, const QString &words)
{
    const QString before = QString::fromUtf8(text.data(), qsizetype(std::min(offset, text.size())));
    const qsizetype lineBegin = before.lastIndexOf(QLatin1Char('\n')) + 1;
    return BlueprintWords::tr("Line %1, column %2: %3")
        .arg(QString::number(before.count(QLatin1Char('\n')) + 1),
            QString::number(before.mid(lineBegin).toUcs4().size() + 1), words);
}

QString roleText(rules::TopicRole role)
{
    switch (role) {
    case rules::TopicRole::Input:
        return BlueprintWords::tr("reads");
    case rules::TopicRole::Output:
        return BlueprintWords::tr("writes");
    case rules::TopicRole::ServerRequest:
        return BlueprintWords::tr("serves");
    case rules::TopicRole::ServerResponse:
        return BlueprintWords::tr("answers");
    case rules::TopicRole::ClientRequest:
        return BlueprintWords::tr("asks");
    case rules::TopicRole::ClientResponse:
        return BlueprintWords::tr("hears");
    case rules::TopicRole::Unknown:
        break;
    }
    return BlueprintWords::tr("unknown");
}

QString blueprintLink(const QString &workspace, const QString &name)
{
    return QStringLiteral("signalbox://blueprint/%1/%2")
        .arg(QString::fromLatin1(QUrl::toPercentEncoding(workspace)),
            QString::fromLatin1(QUrl::toPercentEncoding(name)));
}

Users usersOf(const Session &session, const QString &workspace, const QString &name)
{
    Users users;
    users.known = session.flows()->loadedIn(workspace);
    for (const FlowRow &row : session.flows()->rows())
        if (row.workspace == workspace && row.blueprint == name)
            users.flows.append(row.id);
    users.flows.sort();
    return users;
}

bool deleteRefused(const Session &session, const QString &workspace, const QString &name)
{
    return session.capabilities().own && !usersOf(session, workspace, name).flows.isEmpty();
}

QString deleteMeaning(const Session &session, const QString &workspace, const QString &name)
{
    const Users users = usersOf(session, workspace, name);
    const bool own = session.capabilities().own;
    if (!users.flows.isEmpty())
        return runBy(users) + QLatin1Char(' ')
            + (!own ? users.flows.size() == 1
                        ? BlueprintWords::tr(
                            "This back end deletes it without asking, and then the flow cannot "
                            "be stopped until a blueprint of this name is there again.")
                        : BlueprintWords::tr(
                            "This back end deletes it without asking, and then none of them can "
                            "be stopped until a blueprint of this name is there again.")
                    : users.flows.size() == 1
                    ? BlueprintWords::tr(
                        "This back end refuses to delete a blueprint in use: stop the flow first.")
                    : BlueprintWords::tr(
                        "This back end refuses to delete a blueprint in use: stop them first."));
    if (!users.known)
        return own
            ? BlueprintWords::tr(
                "It is not known yet which flows run it; this back end refuses if any does.")
            : BlueprintWords::tr(
                "It is not known yet which flows run it: those could not be stopped any more.");
    return BlueprintWords::tr(
        "No flow runs it. Nothing that exists changes; no flow can be started from it.");
}

Gone goneOf(
    const std::optional<schema::Blueprint> &before, const std::optional<schema::Blueprint> &after)
{
    Gone gone;
    gone.readable = after.has_value();
    if (before && after)
        gone.entries = rules::entriesGone(*before, *after);
    return gone;
}

QString editMeaning(const Session &session, const QString &workspace, const QString &name,
    const std::string &before, const std::string &after)
{
    const auto read = [](const std::string &text) {
        auto blueprint = schema::decode<schema::Blueprint>(text);
        return blueprint ? std::optional(std::move(*blueprint)) : std::nullopt;
    };
    if (session.capabilities().own) // nothing is asked of the texts
        return editMeaning(session, workspace, name, nullptr);
    const Gone gone = goneOf(read(before), read(after));
    return editMeaning(session, workspace, name, &gone);
}

QString editMeaning(
    const Session &session, const QString &workspace, const QString &name, const Gone *gone)
{
    const Users users = usersOf(session, workspace, name);
    if (users.flows.isEmpty())
        return users.known ? QString()
                           : BlueprintWords::tr("It is not known yet which flows run it.");
    if (session.capabilities().own)
        return runBy(users) + QLatin1Char(' ')
            + (users.flows.size() == 1
                    ? BlueprintWords::tr(
                        "It goes on with the text that it was started from, and stops by it. New "
                        "starts take this one; restart the flow to move it over.")
                    : BlueprintWords::tr(
                        "They go on with the text that they were started from, and stop by it. "
                        "New starts take this one; restart a flow to move it over."));
    QString words = runBy(users) + QLatin1Char(' ')
        + BlueprintWords::tr(
            "Running processors do not change, but this back end stops a flow by the text that "
            "is there then.");
    if (!gone)
        return words + QLatin1Char(' ')
            + BlueprintWords::tr("What an edit takes out is still being looked at.");
    if (!gone->readable)
        return words + QLatin1Char(' ')
            + BlueprintWords::tr("With a text that cannot be read no flow can stop.");
    std::vector<std::string> named = gone->entries;
    if (named.empty())
        return words;
    const auto count = qint64(named.size());
    if (named.size() > 4) {
        named.resize(4);
        named.push_back(BlueprintWords::tr("%1 more").arg(format::count(count - 4)).toStdString());
    }
    return words + QLatin1Char(' ')
        + BlueprintWords::tr(
            "What you take out stays behind after a stop and has to be deleted by hand: %1.")
              .arg(flowtext::joined(named));
}

} // namespace signalbox::blueprintwords
