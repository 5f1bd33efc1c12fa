// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/configversions.h"

#include "models/stores/configdrafts.h"
#include "models/stores/confighistory.h"
#include "models/stores/format.h"
#include "views/pages/flowtext.h"

#include <algorithm>

namespace signalbox {

ConfigVersions::ConfigVersions(QObject *parent)
    : QAbstractListModel(parent)
    , m_diff(new DiffLines(this))
{
}

void ConfigVersions::show(Session *session, const QString &id)
{
    if (m_session && m_session == session && m_id == id)
        return; // it follows by itself
    if (m_session != session) {
        if (m_session) {
            m_session->disconnect(this);
            m_session->config()->history()->disconnect(this);
            m_session->config()->drafts()->disconnect(this);
            m_session->config()->disconnect(this);
        }
        m_session = session;
        if (m_session) {
            const auto mine = [this](const QString &changed) {
                if (changed.isEmpty() || changed == m_id)
                    read();
            };
            connect(m_session->config()->drafts(), &ConfigDrafts::changed, this,
                [this, mine](const QString &changed) {
                    if (changed.isEmpty() || changed != m_id || !readDraft())
                        mine(changed);
                });
            connect(m_session->config(), &ConfigStore::valueChanged, this, mine);
            connect(m_session->config(), &ConfigStore::reset, this, [this] { read(); });
            connect(m_session, &Session::zoneChanged, this, [this] { read(); });
        }
    }
    if (m_id != id) {
        m_id = id;
        m_first = 1;
        m_second = 0;
    }
    read();
}

void ConfigVersions::read()
{
    std::vector<Row> rows;
    m_letGo = 0;
    if (m_session && !m_id.isEmpty()) {
        ConfigStore *store = m_session->config();
        const auto [workspace, type, key] = ConfigStore::parseId(m_id);
        if (const auto *draft = store->drafts()->find(m_id))
            rows.push_back({ draft->text ? tr("Draft") : tr("Draft: delete it"), draft->savedMs,
                tr("not applied"), draft->text, false, true });
        const ConfigRow *row = store->find(m_id);
        const ConfigAddress address { m_session->connectionIdentity(), workspace, type, key };
        const auto versions = store->history()->versions(address);
        const std::optional<std::string> now =
            row && row->exists ? std::optional(row->value) : std::nullopt;
        if (versions.empty() || versions.front().value != now)
            rows.push_back({ now ? tr("Now") : tr("Now: not there"), 0, {}, now, false });
        m_letGo = store->history()->letGo(address);
        bool newest = true;
        for (const auto &version : versions) {
            Row made;
            const bool current = std::exchange(newest, false) && version.value == now;
            made.title = !version.value     ? tr("Deleted")
                : version.origin == "wrote" ? tr("Written")
                                            : tr("Seen");
            if (current)
                made.title = tr("Now · %1").arg(made.title.toLower());
            made.atMs = version.atMs;
            made.who = version.origin == "wrote" ? flowtext::qs(version.who)
                                                 : tr("who wrote it is not known");
            made.value = version.value;
            made.restorable = !current && version.value.has_value();
            rows.push_back(std::move(made));
        }
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
    compare();
}

/// While somebody types only the draft is another one: the rest, which may be long, stays.
bool ConfigVersions::readDraft()
{
    const auto *draft = m_session ? m_session->config()->drafts()->find(m_id) : nullptr;
    if (!draft || !draft->text || m_rows.empty() || !m_rows.front().draft
        || m_rows.front().value == draft->text)
        return false;
    m_rows.front().value = draft->text;
    m_rows.front().atMs = draft->savedMs;
    emit dataChanged(index(0), index(0));
    compare();
    return true;
}

void ConfigVersions::setFirst(int row)
{
    m_first = row;
    compare();
}

void ConfigVersions::setSecond(int row)
{
    m_second = row;
    compare();
}

void ConfigVersions::compare()
{
    const auto value = [&](int row) {
        return row >= 0 && row < count() ? m_rows[std::size_t(row)].value.value_or(std::string())
                                         : std::string();
    };
    m_diff->showSoon(value(std::min(m_first, count() - 1)), value(std::min(m_second, count() - 1)));
    emit changed();
}

QString ConfigVersions::bound() const
{
    const QString kept =
        tr("What this console saw or wrote, at most %1 versions of an entry and %2 "
           "in all.")
            .arg(format::count(ConfigHistory::perEntry), format::bytes(ConfigHistory::totalBytes));
    return m_letGo > 0
        ? tr("%1 %2 older ones of this entry were let go.").arg(kept, format::count(m_letGo))
        : kept;
}

void ConfigVersions::restore(int row)
{
    if (!m_session || row < 0 || row >= count() || !m_rows[std::size_t(row)].restorable)
        return;
    const auto value = m_rows[std::size_t(row)].value;
    const ConfigRow *held = m_session->config()->find(m_id);
    const std::optional<std::string> now =
        held && held->exists ? std::optional(held->value) : std::nullopt;
    m_session->config()->drafts()->rebase(m_id, now, value);
    emit restored();
}

int ConfigVersions::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant ConfigVersions::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[std::size_t(index.row())];
    switch (role) {
    case TitleRole:
    case Qt::DisplayRole:
        return row.title;
    case WhenRole:
        return row.atMs > 0 && m_session ? format::dateTime(row.atMs, m_session->zone())
                                         : QString();
    case WhoRole:
        return row.who;
    case SizeRole:
        return row.value ? format::bytes(qint64(row.value->size())) : format::unknown();
    case RestorableRole:
        return row.restorable;
    default:
        return {};
    }
}

QHash<int, QByteArray> ConfigVersions::roleNames() const
{
    return { { TitleRole, "title" }, { WhenRole, "when" }, { WhoRole, "who" }, { SizeRole, "size" },
        { RestorableRole, "restorable" } };
}

} // namespace signalbox
