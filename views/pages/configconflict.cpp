// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/configconflict.h"

#include "models/stores/configdrafts.h"

namespace signalbox {

ConfigConflict::ConfigConflict(QObject *parent)
    : ConflictMerge(parent)
{
    connect(this, &ConflictMerge::compared, this, &ConfigConflict::changed);
}

void ConfigConflict::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    if (m_session)
        connect(m_session->config(), &ConfigStore::valueChanged, this, [this](const QString &id) {
            if (id == m_id && open())
                read(); // they changed it once more
        });
    emit changed();
}

void ConfigConflict::begin(const QString &id)
{
    m_id = id;
    read();
}

void ConfigConflict::read()
{
    const auto *draft = m_session ? m_session->config()->drafts()->find(m_id) : nullptr;
    const ConfigRow *row = m_session ? m_session->config()->find(m_id) : nullptr;
    compare(draft ? draft->base : std::nullopt,
        row && row->exists ? std::optional(row->value) : std::nullopt,
        draft ? draft->text : std::nullopt);
}

QString ConfigConflict::title() const
{
    return ConfigStore::parseId(m_id).key;
}

QString ConfigConflict::subtitle() const
{
    const auto place = ConfigStore::parseId(m_id);
    return tr("%1 · %2").arg(place.type, place.workspace);
}

bool ConfigConflict::open() const
{
    return m_session && m_session->config()->drafts()->state(m_id) == ConfigRow::Conflict;
}

void ConfigConflict::takeMine()
{
    if (!open())
        return;
    m_session->config()->drafts()->rebase(m_id, theirText(), myText());
    emit changed();
    emit decided();
}

void ConfigConflict::takeTheirs()
{
    if (!open())
        return;
    m_session->config()->drafts()->discard(m_id);
    emit changed();
    emit decided();
}

void ConfigConflict::takeMerged()
{
    if (!open() || !mergeable())
        return;
    m_session->config()->drafts()->rebase(m_id, theirText(), merge());
    emit changed();
    emit decided();
}

} // namespace signalbox
