// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/wirepage.h"

#include "models/stores/format.h"
#include "models/stores/session.h"
#include "models/stores/wirestore.h"

#include <utility>

namespace signalbox {

WirePage::WirePage(QObject *parent)
    : QObject(parent)
{
}

WirePage::~WirePage() = default;

Session *WirePage::session() const
{
    return m_session;
}
WireStore *WirePage::store() const
{
    return m_session ? m_session->wire() : nullptr;
}

void WirePage::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    if (session) {
        m_table = session->wire()->newTable(this);
        m_table->setWorkspace({}); // the wire is one, whatever workspace is looked at
        connect(m_table, &TableModel::countChanged, this, &WirePage::summaryChanged);
        connect(session->wire(), &WireStore::changed, this, &WirePage::summaryChanged);
        connect(session->wire(), &WireStore::zoneChanged, this, &WirePage::read);
    }
    emit sessionChanged();
    emit summaryChanged();
}

void WirePage::setCurrentKey(const QString &key)
{
    if (m_key == key)
        return;
    m_key = key;
    m_text.clear();
    m_rawText.clear();
    m_title.clear();
    m_facts.clear();
    m_fault.clear();
    m_truncated = false;
    read();
}

/// What was read of a frame stays when it is pushed out of the ring.
void WirePage::read()
{
    if (const WireRow *row = m_session->wire()->find(m_key)) {
        m_text = m_session->wire()->textOf(m_key);
        m_rawText = row->text.text();
        m_title = row->operation.isEmpty() ? row->service
                                           : tr("%1 · %2").arg(row->service, row->operation);
        m_facts = QStringList { row->direction, row->channel, format::bytes(row->size),
            row->latencyUs >= 0 ? format::latency(row->latencyUs) : tr("no answer time"),
            format::dateTime(row->atMs, m_session->zone()) }
                      .join(QStringLiteral(" · "));
        m_fault = row->failed ? row->state : QString();
        m_truncated = row->truncated;
    }
    emit currentChanged();
}

void WirePage::setRaw(bool raw)
{
    if (std::exchange(m_raw, raw) != raw)
        emit currentChanged();
}

bool WirePage::gone() const
{
    return !m_key.isEmpty() && m_session && m_title.isEmpty();
}

QString WirePage::summary() const
{
    if (!m_table)
        return {};
    QString text =
        tr("%1 of %2").arg(format::count(m_table->count()), format::count(m_table->total()));
    if (m_session->wire()->evicted() > 0)
        text += tr(" · %1 older ones let go").arg(format::count(m_session->wire()->evicted()));
    return text;
}

} // namespace signalbox
