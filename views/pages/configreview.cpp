// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/configreview.h"

#include "models/rules/jsondiff.h"
#include "models/schema/configform.h"
#include "models/schema/configrecords.h"
#include "models/stores/configdrafts.h"
#include "models/stores/format.h"
#include "views/pages/blueprintwords.h"
#include "views/pages/flowtext.h"
#include "views/pages/precautions.h"

#include <QFile>

#include <algorithm>

namespace signalbox {

using flowtext::qs;

ConfigReview::ConfigReview(QObject *parent)
    : QAbstractListModel(parent)
    , m_diff(new DiffLines(this))
{
}

void ConfigReview::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    if (m_session)
        connect(m_session, &Session::changed, this, &ConfigReview::changed);
    emit changed();
}

void ConfigReview::begin()
{
    beginResetModel();
    m_entries.clear();
    endResetModel();
    m_current = -1;
    m_left.clear();
    m_typed.clear();
    m_busy = false;
    m_error.clear();
    m_result.clear();
    m_source.clear();
    m_written = m_deleted = 0;
}

void ConfigReview::add(const QString &id, const std::optional<std::string> &base,
    const std::optional<std::string> &value, bool draft)
{
    const auto [workspace, type, key] = ConfigStore::parseId(id);
    Entry entry;
    entry.id = id;
    entry.workspace = workspace;
    entry.change = { type, key, base, value };
    entry.draft = draft;
    entry.kind = !value ? Delete : base ? Change : New;
    const ConfigStore &store = *m_session->config();
    if (draft && store.drafts()->state(id) == ConfigRow::Conflict) {
        entry.kind = Conflict;
        entry.blocked = tr("The value changed meanwhile: decide first.");
    } else if (value && !schema::JsonTree::parse(*value)
        && (!base || schema::JsonTree::parse(*base))) {
        entry.blocked = tr("It is not JSON.");
    }
    if (entry.kind == Delete && type == QLatin1String("flow-blueprint")
        && blueprintwords::deleteRefused(*m_session, workspace, key))
        entry.blocked = blueprintwords::deleteMeaning(*m_session, workspace, key);
    if (entry.blocked.isEmpty() && rules::ownedByFlows(type.toStdString()))
        entry.note = tr("The flow service writes this entry.");
    entry.chosen = entry.blocked.isEmpty() && (draft || entry.note.isEmpty());
    m_entries.push_back(std::move(entry));
}

void ConfigReview::beginDrafts(const QStringList &ids)
{
    begin();
    ConfigDrafts &drafts = *m_session->config()->drafts();
    beginResetModel();
    for (const QString &id : ids) {
        const auto *draft = drafts.find(id);
        if (!draft)
            continue;
        const auto base = draft->base;
        auto text = draft->text;
        if (base && text) {
            // Typed over several lines, kept on one: the value stays as it was laid out.
            text = schema::inMannerOf(*base, *text);
            if (text != draft->text)
                drafts.rebase(id, base, text);
            if (!drafts.find(id))
                continue;
        }
        add(id, base, text, true);
    }
    addFollowers();
    endResetModel();
    finish();
}

QString ConfigReview::beginFile(const QString &path, const QString &workspace)
{
    begin();
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        emit changed();
        return tr("%1 cannot be read: %2").arg(path, file.errorString());
    }
    if (file.size() > fileLimit)
        return tr("%1 is larger than %2.").arg(path, format::bytes(fileLimit));
    const QByteArray content = file.readAll();
    const auto read =
        schema::readConfigFile(std::string_view(content.constData(), std::size_t(content.size())));
    if (!read)
        return tr("%1 is not a configuration file: %2").arg(path, qs(read.error().text()));
    const ConfigStore &store = *m_session->config();
    int same = 0;
    beginResetModel();
    for (const auto &[type, values] : read->config)
        for (const auto &[key, value] : values) {
            const QString id = ConfigStore::idOf(workspace, qs(type), qs(key));
            const ConfigRow *row = store.find(id);
            const bool exists = row && row->exists;
            if (exists && rules::sameMeaning(row->value, value)) {
                ++same;
                continue;
            }
            add(id, exists ? std::optional(row->value) : std::nullopt, value, false);
            Entry &entry = m_entries.back();
            if (store.drafts()->find(id))
                entry.note = tr("There is a draft of it; it becomes a conflict.");
        }
    addFollowers();
    endResetModel();
    m_source = read->sourceWorkspace.empty()
        ? path
        : tr("%1, from %2").arg(path, qs(read->sourceWorkspace));
    m_left = same > 0 ? flowtext::counted(same, tr("1 entry means the same and is left out."),
                 tr("%1 entries mean the same and are left out."))
                      : QString();
    finish();
    return {};
}

/// `template-index` goes with the prompts that are chosen.
void ConfigReview::addFollowers()
{
    std::erase_if(m_entries, [](const Entry &entry) { return entry.follows; });
    QStringList workspaces;
    for (const Entry &entry : m_entries)
        if (!workspaces.contains(entry.workspace))
            workspaces.append(entry.workspace);
    for (const QString &workspace : std::as_const(workspaces)) {
        std::vector<rules::ConfigEdit> edits;
        for (const Entry &entry : m_entries)
            if (entry.chosen && entry.workspace == workspace)
                edits.push_back({ entry.change.type.toStdString(), entry.change.key.toStdString(),
                    entry.change.value });
        const QString id = ConfigStore::idOf(
            workspace, QStringLiteral("prompt"), QStringLiteral("template-index"));
        const ConfigRow *index = m_session->config()->find(id);
        if (!index || !index->exists || index->draft != ConfigRow::None)
            continue;
        const auto value = rules::followingPromptIndex(index->value, edits);
        if (!value)
            continue;
        add(id, index->value, *value, false);
        m_entries.back().follows = true;
        m_entries.back().note = tr("Goes along: only templates that it lists are loaded.");
    }
}

void ConfigReview::finish()
{
    m_current = m_entries.empty() ? -1 : 0;
    setCurrent(m_current);
    emit changed();
}

void ConfigReview::setCurrent(int row)
{
    m_current = row >= 0 && row < count() ? row : -1;
    if (m_current >= 0) {
        const Entry &entry = m_entries[std::size_t(m_current)];
        m_diff->show(
            entry.change.base.value_or(std::string()), entry.change.value.value_or(std::string()));
    } else {
        m_diff->show({}, {});
    }
    emit changed();
}

void ConfigReview::choose(int row, bool chosen)
{
    if (row < 0 || row >= count() || m_busy)
        return;
    Entry &entry = m_entries[std::size_t(row)];
    if (entry.chosen == chosen || !entry.blocked.isEmpty())
        return;
    entry.chosen = chosen;
    emit dataChanged(index(row), index(row));
    if (entry.change.type == QLatin1String("prompt") && !entry.follows) {
        const QString current = idAt(m_current);
        beginResetModel();
        addFollowers();
        endResetModel();
        int at = 0;
        while (at < count() && m_entries[std::size_t(at)].id != current)
            ++at;
        setCurrent(std::min(at, count() - 1));
    }
    emit changed();
}

void ConfigReview::chooseAll(bool chosen)
{
    for (Entry &entry : m_entries)
        entry.chosen = chosen && entry.blocked.isEmpty();
    if (!m_entries.empty())
        emit dataChanged(index(0), index(count() - 1));
    emit changed();
}

int ConfigReview::chosen() const
{
    return int(std::count_if(
        m_entries.begin(), m_entries.end(), [](const Entry &entry) { return entry.chosen; }));
}

QString ConfigReview::idAt(int row) const
{
    return row >= 0 && row < count() ? m_entries[std::size_t(row)].id : QString();
}

QString ConfigReview::summary() const
{
    int counts[4] {};
    for (const Entry &entry : m_entries)
        counts[entry.kind] += entry.chosen || entry.kind == Conflict;
    QStringList parts;
    if (counts[New] > 0)
        parts.append(tr("%1 new").arg(format::count(counts[New])));
    if (counts[Change] > 0)
        parts.append(tr("%1 changed").arg(format::count(counts[Change])));
    if (counts[Delete] > 0)
        parts.append(tr("%1 deleted").arg(format::count(counts[Delete])));
    if (counts[Conflict] > 0)
        parts.append(tr("%1 in conflict").arg(format::count(counts[Conflict])));
    return parts.isEmpty() ? tr("nothing chosen") : parts.join(QStringLiteral(", "));
}

QString ConfigReview::dependentsText(const Entry &entry) const
{
    const auto users = rules::dependents(m_session->config()->entries(entry.workspace),
        entry.change.type.toStdString(), entry.change.key.toStdString());
    if (users.empty())
        return {};
    QStringList words;
    for (const auto &user : users) {
        if (words.size() == 6) {
            words.append(tr("%1 more").arg(format::count(qint64(users.size()) - 6)));
            break;
        }
        words.append(tr("%1 %2 (%3)").arg(qs(user.type), qs(user.key), qs(user.as)));
    }
    return words.join(QStringLiteral(", "));
}

QString ConfigReview::consequence() const
{
    if (m_current < 0 || !m_session)
        return {};
    const Entry &entry = m_entries[std::size_t(m_current)];
    if (!entry.blocked.isEmpty())
        return entry.blocked;
    if (entry.change.type == QLatin1String("flow-blueprint"))
        return blueprintConsequence(entry);
    QStringList words;
    if (!entry.note.isEmpty())
        words.append(entry.note);
    const QString users = dependentsText(entry);
    if (entry.kind == Delete) {
        words.append(users.isEmpty() ? tr("Nothing in this workspace names it, as far as known.")
                                     : tr("Used by %1.").arg(users));
        if (entry.change.type == QLatin1String("collection"))
            words.append(tr("Every store then deletes the data of the collection."));
    } else if (!users.isEmpty()) {
        words.append(tr("Used by %1.").arg(users));
    }
    if (entry.change.value && entry.kind != Delete)
        for (const auto &issue : rules::issuesOf(m_session->config()->entries(entry.workspace),
                 entry.change.type.toStdString(), entry.change.key.toStdString(),
                 *entry.change.value))
            words.append(tr("%1 %2.").arg(qs(issue.path), qs(issue.message)).trimmed());
    return words.join(QLatin1Char(' '));
}

QString ConfigReview::blueprintConsequence(const Entry &entry) const
{
    const QString name = entry.change.key;
    if (entry.kind == Delete)
        return blueprintwords::deleteMeaning(*m_session, entry.workspace, name);
    QStringList words;
    if (!entry.note.isEmpty())
        words.append(entry.note);
    const std::string text = entry.change.value.value_or(std::string());
    words.append(blueprintwords::editMeaning(
        *m_session, entry.workspace, name, entry.change.base.value_or(std::string()), text));
    for (const auto &issue :
        rules::checkBlueprint(text, m_session->config()->parameterTypes(entry.workspace)))
        if (issue.severity == rules::BlueprintIssue::Severity::Fault)
            words.append(tr("A fault stays in it: %1.")
                             .arg(blueprintwords::atPlace(
                                 text, issue.begin, blueprintwords::issueText(issue))));
    return words.join(QLatin1Char(' ')).trimmed();
}

bool ConfigReview::consequenceHurts() const
{
    if (m_current < 0)
        return false;
    const Entry &entry = m_entries[std::size_t(m_current)];
    if (entry.change.type == QLatin1String("flow-blueprint")
        && !blueprintwords::usersOf(*m_session, entry.workspace, entry.change.key).flows.isEmpty())
        return entry.kind == Delete || !m_session->capabilities().own;
    return !entry.blocked.isEmpty()
        || (entry.kind == Delete
            && (!dependentsText(entry).isEmpty()
                || entry.change.type == QLatin1String("collection")));
}

std::vector<int> ConfigReview::deletions() const
{
    std::vector<int> rows;
    for (int row = 0; row < count(); ++row)
        if (m_entries[std::size_t(row)].chosen && m_entries[std::size_t(row)].kind == Delete)
            rows.push_back(row);
    return rows;
}

QString ConfigReview::typingWanted() const
{
    if (!precautions::namesAreTyped(m_session))
        return {};
    const auto rows = deletions();
    if (rows.empty())
        return {};
    const Entry &first = m_entries[std::size_t(rows.front())];
    return rows.size() == 1 ? first.change.key : first.workspace;
}

void ConfigReview::setTyped(const QString &typed)
{
    if (std::exchange(m_typed, typed) != typed)
        emit changed();
}

QString ConfigReview::whyNot() const
{
    if (!m_session || !m_session->gateway())
        return tr("Not connected.");
    if (m_busy)
        return tr("Writing…");
    if (chosen() == 0)
        return tr("Nothing is chosen.");
    for (const Entry &entry : m_entries) {
        if (!entry.chosen)
            continue;
        const bool blueprint = entry.change.type == QLatin1String("flow-blueprint");
        const QString denied = entry.kind != Delete
            ? m_session->denied(QStringLiteral("config"), QStringLiteral("put"), entry.workspace)
            : blueprint ? m_session->denied(
                  QStringLiteral("flow"), QStringLiteral("delete-blueprint"), entry.workspace)
                        : m_session->denied(
                            QStringLiteral("config"), QStringLiteral("delete"), entry.workspace);
        if (!denied.isEmpty())
            return flowtext::whyDenied(denied);
    }
    const QString wanted = typingWanted();
    return !wanted.isEmpty() && m_typed != wanted ? tr("Type %1 first.").arg(wanted) : QString();
}

void ConfigReview::run()
{
    if (!whyNot().isEmpty())
        return;
    m_busy = true;
    m_error.clear();
    m_result.clear();
    m_written = m_deleted = 0;
    m_waiting.clear();
    for (const Entry &entry : m_entries)
        if (entry.chosen && !m_waiting.contains(entry.workspace))
            m_waiting.append(entry.workspace);
    emit changed();
    next();
}

void ConfigReview::next()
{
    if (m_waiting.isEmpty()) {
        m_busy = false;
        m_result = m_deleted == 0
            ? tr("%1 written.").arg(format::count(m_written))
            : tr("%1 written, %2 deleted.").arg(format::count(m_written), format::count(m_deleted));
        emit changed();
        emit applied();
        return;
    }
    const QString workspace = m_waiting.takeFirst();
    std::vector<ConfigChange> changes;
    for (const Entry &entry : m_entries)
        if (entry.chosen && entry.workspace == workspace)
            changes.push_back(entry.change);
    m_session->config()
        ->apply(workspace, std::move(changes))
        .then(
            this, [this, workspace](const ConfigOutcome &outcome) { settle(outcome, workspace); });
}

void ConfigReview::settle(const ConfigOutcome &outcome, const QString &workspace)
{
    m_written += outcome.written;
    m_deleted += outcome.deleted;
    if (!outcome.error && outcome.conflicts.isEmpty()) {
        const auto entries = m_entries; // drafts change what we show
        ConfigDrafts &drafts = *m_session->config()->drafts();
        for (const Entry &entry : entries) {
            if (!entry.draft || !entry.chosen || entry.workspace != workspace)
                continue;
            const auto *held = drafts.find(entry.id);
            if (!held || held->text == entry.change.value)
                drafts.discard(entry.id);
            else // edited since it was reviewed: that was not written
                drafts.rebase(entry.id, entry.change.value, std::optional(held->text));
        }
        return next();
    }
    m_busy = false;
    m_waiting.clear();
    if (!outcome.conflicts.isEmpty()) {
        m_error = flowtext::counted(outcome.conflicts.size(),
            tr("One value changed meanwhile. Nothing was written in %1.").arg(workspace),
            tr("%1 values changed meanwhile. Nothing was written in %2.")
                .arg(QStringLiteral("%1"), workspace));
        beginResetModel();
        for (Entry &entry : m_entries)
            if (outcome.conflicts.contains(entry.id)) {
                entry.kind = Conflict;
                entry.chosen = false;
                entry.blocked = entry.draft
                    ? tr("The value changed meanwhile: decide first.")
                    : tr("The value changed meanwhile: read the file again.");
            }
        endResetModel();
    } else {
        m_error = flowtext::failure(tr("Writing"), *outcome.error);
        if (m_written + m_deleted > 0)
            m_error += QLatin1Char(' ')
                + tr("Before that %1 were written and %2 deleted.")
                      .arg(format::count(m_written), format::count(m_deleted));
    }
    emit changed();
}

QString ConfigReview::report() const
{
    QStringList lines;
    if (!m_source.isEmpty())
        lines.append(tr("Dry run of %1").arg(m_source));
    for (const Entry &entry : m_entries) {
        const QString what = entry.kind == New ? tr("new")
            : entry.kind == Change             ? tr("change")
            : entry.kind == Delete             ? tr("delete")
                                               : tr("conflict");
        lines.append(QStringLiteral("%1\t%2\t%3\t%4\t%5")
                         .arg(entry.chosen ? QStringLiteral("+") : QStringLiteral("-"), what,
                             entry.workspace, entry.change.type, entry.change.key));
    }
    if (!m_left.isEmpty())
        lines.append(m_left);
    return lines.join(QLatin1Char('\n'));
}

int ConfigReview::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant ConfigReview::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Entry &entry = m_entries[std::size_t(index.row())];
    switch (role) {
    case KindRole:
        return entry.kind;
    case KeyRole:
    case Qt::DisplayRole:
        return entry.change.key;
    case TypeRole:
        return entry.change.type;
    case WorkspaceRole:
        return entry.workspace;
    case ChosenRole:
        return entry.chosen;
    case NoteRole:
        return entry.blocked.isEmpty() ? entry.note : entry.blocked;
    case BlockedRole:
        return !entry.blocked.isEmpty();
    default:
        return {};
    }
}

QHash<int, QByteArray> ConfigReview::roleNames() const
{
    return { { KindRole, "kind" }, { KeyRole, "key" }, { TypeRole, "type" },
        { WorkspaceRole, "workspace" }, { ChosenRole, "chosen" }, { NoteRole, "note" },
        { BlockedRole, "blocked" } };
}

} // namespace signalbox
