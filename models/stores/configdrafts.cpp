// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/configdrafts.h"

#include "models/schema/configform.h"
#include "models/stores/draftstore.h"
#include "models/stores/session.h"
#include "models/stores/whendone.h"

#include <QDateTime>
#include <QUrl>
#include <QtConcurrentRun>

#include <utility>

namespace signalbox {
namespace {

bool holdsSecret(const std::optional<std::string> &text)
{
    if (!text)
        return false;
    const auto tree = schema::JsonTree::parse(*text);
    // A text that is no JSON right now may hold one all the same: its name is enough.
    return tree
        ? !schema::secretPaths(*tree).empty()
        : text->find("token\"") != std::string::npos || text->find("password") != std::string::npos
            || text->find("secret") != std::string::npos;
}

} // namespace

ConfigDrafts::ConfigDrafts(ConfigStore *store, DraftStore *drafts)
    : QObject(store)
    , m_store(store)
    , m_drafts(drafts)
{
    connect(drafts, &DraftStore::errorChanged, this, [this] { emit changed({}); });
}

QString ConfigDrafts::keyOf(const QString &id) const
{
    return QStringLiteral("config/%1/%2")
        .arg(QString::fromLatin1(QUrl::toPercentEncoding(m_store->session()->connectionIdentity())),
            id);
}

void ConfigDrafts::load()
{
    finish(); // of the connection that was
    m_held.clear();
    const QString prefix = keyOf({});
    for (const QString &key : m_drafts->keys(prefix)) {
        const auto text = m_drafts->text(key);
        auto draft = schema::decode<schema::ConfigDraft>(text.value_or(std::string()));
        if (draft)
            m_held.emplace(key.mid(prefix.size()), std::move(*draft));
    }
    for (const auto &[id, draft] : m_held)
        m_store->mark(id, state(id));
    emit changed({});
}

void ConfigDrafts::edit(const QString &id, const std::optional<std::string> &text)
{
    const auto held = m_held.find(id);
    const ConfigRow *row = m_store->find(id);
    const bool exists = row && row->exists;
    if (held != m_held.end())
        return rebase(id, held->second.base, text);
    rebase(id, exists ? std::optional(row->value) : std::nullopt, text);
}

void ConfigDrafts::rebase(const QString &id, const std::optional<std::string> &base,
    const std::optional<std::string> &text)
{
    const ConfigRow *row = m_store->find(id);
    const std::optional<std::string> value =
        row && row->exists ? std::optional(row->value) : std::nullopt;
    const bool known = !row || m_store->loaded(row->workspace);
    if (text == value && known)
        return discard(id); // nothing to write
    const auto [workspace, type, key] = ConfigStore::parseId(id);
    schema::ConfigDraft &draft = m_held[id];
    draft = { workspace.toStdString(), type.toStdString(), key.toStdString(), base, text,
        QDateTime::currentMSecsSinceEpoch() };
    save(id);
    m_store->mark(id, state(id));
    emit changed(id);
}

ConfigDrafts::Record ConfigDrafts::recordOf(const schema::ConfigDraft &draft)
{
    return { schema::encode(draft), holdsSecret(draft.text) || holdsSecret(draft.base) };
}

void ConfigDrafts::put(const QString &key, const Record &record)
{
    m_drafts->put(
        key, record.text, record.secret ? DraftStore::Keep::Memory : DraftStore::Keep::Disk);
}

/// A large one is looked through and encoded on a thread: it comes with every key that is typed.
/// What is under way is kept although the text has grown meanwhile; the newer one follows.
void ConfigDrafts::save(const QString &id)
{
    const schema::ConfigDraft &draft = m_held.at(id);
    const auto sizeOf = [](const std::optional<std::string> &text) {
        return text ? text->size() : std::size_t(0);
    };
    if (sizeOf(draft.text) + sizeOf(draft.base) <= largeDraft) {
        m_saving.erase(id);
        return put(keyOf(id), recordOf(draft));
    }
    if (const auto at = m_saving.find(id); at != m_saving.end()) {
        at->second.again = true;
        return;
    }
    const int number = ++m_saves;
    m_saving[id] = { number, keyOf(id), false };
    whenDone(this, QtConcurrent::run([draft] { return recordOf(draft); }),
        [this, id, number](const Record &record) { saved(id, number, record); });
}

void ConfigDrafts::saved(const QString &id, int number, const Record &record)
{
    const auto at = m_saving.find(id);
    if (at == m_saving.end() || at->second.number != number)
        return; // discarded, or kept by finish()
    const Saving saving = std::move(at->second);
    m_saving.erase(at);
    put(saving.key, record);
    if (saving.again)
        save(id);
    else
        emit kept(id);
}

void ConfigDrafts::finish()
{
    for (const auto &[id, saving] : std::exchange(m_saving, {}))
        put(saving.key, recordOf(m_held.at(id)));
}

void ConfigDrafts::discard(const QString &id)
{
    if (m_held.erase(id) == 0)
        return;
    m_saving.erase(id);
    m_drafts->remove(keyOf(id));
    m_store->mark(id, ConfigRow::None);
    emit changed(id);
}

void ConfigDrafts::settle(const QString &id)
{
    const auto held = m_held.find(id);
    if (held == m_held.end())
        return;
    const ConfigRow *row = m_store->find(id);
    const std::optional<std::string> value =
        row && row->exists ? std::optional(row->value) : std::nullopt;
    if (value == held->second.text) {
        discard(id); // what was wanted is there
        return;
    }
    m_store->mark(id, state(id));
    emit changed(id);
}

const schema::ConfigDraft *ConfigDrafts::find(const QString &id) const
{
    const auto at = m_held.find(id);
    return at == m_held.end() ? nullptr : &at->second;
}

ConfigRow::Draft ConfigDrafts::state(const QString &id) const
{
    const schema::ConfigDraft *draft = find(id);
    if (!draft)
        return ConfigRow::None;
    const auto workspace = QString::fromStdString(draft->workspace);
    if (m_store->loaded(workspace)) {
        const ConfigRow *row = m_store->find(id);
        const std::optional<std::string> value =
            row && row->exists ? std::optional(row->value) : std::nullopt;
        if (value != draft->base)
            return ConfigRow::Conflict;
    }
    return !draft->text ? ConfigRow::Deleting : draft->base ? ConfigRow::Edited : ConfigRow::New;
}

QStringList ConfigDrafts::ids() const
{
    QStringList ids;
    for (const auto &[id, draft] : m_held)
        ids.append(id);
    return ids;
}

int ConfigDrafts::conflicts() const
{
    int count = 0;
    for (const auto &[id, draft] : m_held)
        count += state(id) == ConfigRow::Conflict;
    return count;
}

bool ConfigDrafts::inMemoryOnly(const QString &id) const
{
    return m_drafts->inMemoryOnly(keyOf(id));
}

QString ConfigDrafts::error() const
{
    return m_drafts->error();
}

} // namespace signalbox
