// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/conversationlist.h"

#include "models/stores/format.h"
#include "models/stores/plaintext.h"

#include <algorithm>
#include <utility>

namespace signalbox {
namespace {

enum TalkField {
    NeedsField,
    TenantField,
    ChannelField,
    AgentField,
    UserField,
    StateField,
    FlowField,
    HolderField,
    ThreadField,
    TextField,
    TestField,
    MessagesField,
    AgeField,
};

const std::vector<rules::FilterField> &talkFields()
{
    using rules::FieldKind;
    static const std::vector<rules::FilterField> all {
        { "needs", FieldKind::Text, {}, { "person", "confirmation", "none" } },
        { "tenant", FieldKind::Text, {} },
        { "channel", FieldKind::Text, {} },
        { "agent", FieldKind::Text, {} },
        { "user", FieldKind::Text, {} },
        { "state", FieldKind::Text, {},
            { "idle", "typing", "streaming", "confirmation", "escalated", "human", "closed" } },
        { "flow", FieldKind::Text, {} },
        { "holder", FieldKind::Text, {} },
        { "thread", FieldKind::Text, { "id" } },
        { "text", FieldKind::Text, {} },
        { "test", FieldKind::Text, {}, { "yes", "no" } },
        { "messages", FieldKind::Number, {} },
        { "age", FieldKind::DurationMs, {} },
    };
    return all;
}

struct TalkRow final : rules::Filter::Row {
    const ConversationItem &item;
    qint64 nowMs;
    TalkRow(const ConversationItem &of, qint64 now)
        : item(of)
        , nowMs(now)
    {
    }
    std::string_view text(std::size_t field) const override
    {
        const auto &row = item.row;
        switch (field) {
        case NeedsField:
            return row.thread.needs.empty() ? std::string_view("none") : row.thread.needs;
        case TenantField:
            return row.tenantName.empty() ? row.thread.tenantId : row.tenantName;
        case ChannelField:
            return row.thread.channelType;
        case AgentField:
            return row.agentName;
        case UserField:
            return row.userName;
        case StateField:
            return item.state();
        case FlowField:
            return row.flow ? std::string_view(*row.flow) : std::string_view();
        case HolderField:
            return row.holder ? std::string_view(*row.holder) : std::string_view();
        case ThreadField:
            return row.thread.id;
        case TextField:
            return row.lastMessage;
        case TestField:
            return row.test ? "yes" : "no";
        default:
            return {};
        }
    }
    bool anyText(
        std::size_t field, const std::function<bool(std::string_view)> &fits) const override
    {
        if (field == TenantField) // a tenant is meant by its id as well as by its name
            return fits(item.row.tenantName) || fits(item.row.thread.tenantId);
        return fits(text(field));
    }
    std::optional<double> number(std::size_t field) const override
    {
        if (field == MessagesField)
            return double(item.row.messages);
        if (field == AgeField && item.sinceMs > 0)
            return double(nowMs - item.sinceMs);
        return {};
    }
};

/// 0 waits for a person, 1 for a confirmation, 2 something is going on, 3 nothing is.
int urgency(const ConversationItem &item)
{
    return item.needsPerson() ? 0 : item.needsConfirmation() ? 1 : item.live() ? 2 : 3;
}

QString qs(const std::string &text)
{
    return QString::fromStdString(text);
}

} // namespace

ConversationList::ConversationList(QObject *parent)
    : QAbstractListModel(parent)
{
}

ConversationList::~ConversationList() = default;

QStringList ConversationList::filterFields()
{
    QStringList names;
    for (const auto &field : talkFields())
        names.append(qs(field.name));
    return names;
}

void ConversationList::setStore(ConversationStore *store)
{
    if (m_store == store)
        return;
    if (m_store) {
        m_store->disconnect(this);
        m_store->session()->disconnect(this);
    }
    m_store = store;
    if (store) {
        connect(store->session(), &Session::changed, this, &ConversationList::age);
        connect(store, &ConversationStore::reset, this, &ConversationList::rebuild);
        connect(store, &ConversationStore::rowsChanged, this, [this](const std::vector<int> &rows) {
            for (const int row : rows)
                update(row);
        });
        connect(store, &ConversationStore::rowsInserted, this, [this](int first, int last) {
            if (count() == 0)
                return rebuild();
            for (int row = first; row <= last; ++row)
                insertRow(row);
            emit countChanged();
        });
        connect(store, &ConversationStore::rowRemoved, this, [this](int row, int movedFrom) {
            const auto held = std::find(m_order.begin(), m_order.end(), row);
            const int at = held == m_order.end() ? -1 : int(held - m_order.begin());
            if (at >= 0) {
                beginRemoveRows({}, at, at);
                m_order.erase(held);
            }
            std::replace(m_order.begin(), m_order.end(), movedFrom, row);
            if (at < 0)
                return;
            endRemoveRows();
            emit countChanged();
        });
        connect(store, &ConversationStore::zoneChanged, this, &ConversationList::tick);
    }
    m_toldStale = stale();
    rebuild();
}

const ConversationItem &ConversationList::item(int row) const
{
    return m_store->rows()[std::size_t(row)];
}

bool ConversationList::shown(int row) const
{
    const ConversationItem &one = item(row);
    if (m_only
        && !std::binary_search(
            m_only->begin(), m_only->end(), ConversationStore::keyOf(one.row.thread)))
        return false;
    return m_filter.matches(TalkRow(one, m_store->session()->serverNowMs()));
}

bool ConversationList::before(int left, int right) const
{
    const ConversationItem &a = item(left);
    const ConversationItem &b = item(right);
    const int first = urgency(a);
    const int second = urgency(b);
    if (first != second)
        return first < second;
    if (first == 0 && a.sinceMs != b.sinceMs)
        return a.sinceMs < b.sinceMs;
    if (first == 1 && a.expiresMs != b.expiresMs)
        return a.expiresMs < b.expiresMs;
    // What is going on moves many times a second: by when it began, so that rows stay in place.
    const qint64 mine = first == 2 ? a.sinceMs : a.updatedMs;
    const qint64 other = first == 2 ? b.sinceMs : b.updatedMs;
    if (mine != other)
        return mine > other;
    return ConversationStore::keyOf(a.row.thread) < ConversationStore::keyOf(b.row.thread);
}

int ConversationList::placeFor(int row) const
{
    return int(std::lower_bound(m_order.begin(), m_order.end(), row, [this](int left, int right) {
        return before(left, right);
    }) - m_order.begin());
}

void ConversationList::rebuild()
{
    beginResetModel();
    m_order.clear();
    if (m_store)
        for (int row = 0; row < m_store->total(); ++row)
            if (shown(row))
                m_order.push_back(row);
    std::sort(m_order.begin(), m_order.end(),
        [this](int left, int right) { return before(left, right); });
    endResetModel();
    emit countChanged();
}

void ConversationList::insertRow(int row)
{
    if (!shown(row))
        return;
    const int at = placeFor(row);
    beginInsertRows({}, at, at);
    m_order.insert(m_order.begin() + at, row);
    endInsertRows();
}

void ConversationList::removeAt(int at)
{
    beginRemoveRows({}, at, at);
    m_order.erase(m_order.begin() + at);
    endRemoveRows();
    emit countChanged();
}

void ConversationList::update(int row)
{
    const auto held = std::find(m_order.begin(), m_order.end(), row);
    if (held == m_order.end()) {
        insertRow(row);
        emit countChanged();
        return;
    }
    const int from = int(held - m_order.begin());
    if (!shown(row))
        return removeAt(from);
    const bool leftFits = from == 0 || before(m_order[std::size_t(from - 1)], row);
    const bool rightFits = from + 1 == count() || before(row, m_order[std::size_t(from) + 1]);
    if (!leftFits || !rightFits) {
        m_order.erase(held);
        const int to = placeFor(row);
        m_order.insert(m_order.begin() + from, row);
        beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
        m_order.erase(m_order.begin() + from);
        m_order.insert(m_order.begin() + to, row);
        endMoveRows();
        emit dataChanged(index(to), index(to));
        return;
    }
    emit dataChanged(index(from), index(from));
}

void ConversationList::setFilter(const QString &text)
{
    if (text == m_filterText)
        return;
    m_filterText = text;
    const std::string bytes = text.toStdString();
    auto filter = rules::Filter::compile(bytes, talkFields());
    if (filter) {
        m_filter = std::move(*filter);
        m_filterError.clear();
        m_filterPosition = -1;
        if (m_store)
            rebuild();
    } else {
        m_filterError = qs(filter.error().message);
        m_filterPosition = int(qs(bytes.substr(0, filter.error().position)).size());
    }
    emit filterChanged();
}

void ConversationList::setOnly(std::optional<std::vector<std::string>> keys)
{
    if (keys)
        std::sort(keys->begin(), keys->end());
    m_only = std::move(keys);
    rebuild();
}

QString ConversationList::keyAt(int row) const
{
    return row >= 0 && row < count()
        ? qs(ConversationStore::keyOf(item(m_order[std::size_t(row)]).row.thread))
        : QString();
}

int ConversationList::rowOf(const QString &key) const
{
    for (int row = 0; row < count(); ++row)
        if (keyAt(row) == key)
            return row;
    return -1;
}

void ConversationList::tick()
{
    if (count() > 0)
        emit dataChanged(index(0), index(count() - 1), { StateRole, ExactRole });
}

bool ConversationList::stale() const
{
    return m_store && m_store->session()->stale();
}

void ConversationList::age()
{
    if (std::exchange(m_toldStale, stale()) != m_toldStale && count() > 0)
        emit dataChanged(
            index(0), index(count() - 1), { StateRole, ToneRole, AspectRole, ExactRole });
}

int ConversationList::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QString ConversationList::stateText(const ConversationItem &item) const
{
    const auto &row = item.row;
    const qint64 now = m_store->session()->serverNowMs();
    const QString age =
        item.sinceMs > 0 ? format::age(std::max<qint64>(0, now - item.sinceMs)) : format::unknown();
    const QString agent =
        plainLine(row.agentName.empty() ? row.thread.agentId : row.agentName, 120);
    const std::string &state = item.state();
    QString word;
    if (item.needsConfirmation()) {
        const qint64 left = item.expiresMs - now;
        word = item.expiresMs == 0 ? tr("Confirm")
            : left > 0             ? tr("Confirm · %1 left").arg(format::age(left))
                                   : tr("Confirm · expired");
    } else if (state == "escalated") {
        word = tr("Escalated · %1").arg(age);
    } else if (state == "human") {
        word = row.holder ? tr("With %1 · %2").arg(plainLine(*row.holder, 120), age)
                          : tr("With a person");
    } else if (state == "typing") {
        word = tr("Typing");
    } else if (state == "streaming") {
        word = tr("Streaming");
    } else if (state == "closed") {
        word = tr("Closed · %1").arg(age);
    } else if (state == "idle") {
        word = tr("Idle · %1").arg(age);
    } else {
        word = plainLine(state, 60);
    }
    return agent.isEmpty() ? word : tr("%1 · %2").arg(word, agent);
}

QVariant ConversationList::data(const QModelIndex &index, int role) const
{
    if (!m_store || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const int number = m_order[std::size_t(index.row())];
    if (number >= m_store->total()) // it is going just now
        return {};
    const ConversationItem &one = item(number);
    const auto &row = one.row;
    switch (role) {
    case KeyRole:
        return qs(ConversationStore::keyOf(row.thread));
    case Qt::DisplayRole:
    case TitleRole:
        return plainLine(row.userName.empty() ? row.thread.userId : row.userName, 120);
    case ChannelRole:
        return row.test ? tr("%1 test").arg(plainLine(row.thread.channelType, 60))
                        : plainLine(row.thread.channelType, 60);
    case TenantRole:
        return plainLine(row.tenantName.empty() ? row.thread.tenantId : row.tenantName, 120);
    case LineRole:
        return plainLine(row.lastMessage);
    case StateRole:
        return stateText(one);
    case ToneRole: // what is old asks nobody to hurry: somebody may have it by now
        return stale()                ? Cell::Muted
            : one.needsPerson()       ? Cell::Danger
            : one.needsConfirmation() ? Cell::Caution
                                      : Cell::Muted;
    case AspectRole:
        return stale()                                               ? Cell::Unknown
            : one.needsPerson()                                      ? Cell::Stop
            : one.needsConfirmation() || row.thread.state == "human" ? Cell::Warning
            : one.live()                                             ? Cell::Clear
                                                                     : Cell::Unknown;
    case ExactRole:
        return tr("%1\nsince %2\nlast change %3")
            .arg(plainLine(row.thread.id, 200),
                format::dateTime(one.sinceMs, m_store->session()->zone()),
                format::dateTime(one.updatedMs, m_store->session()->zone()));
    default:
        return {};
    }
}

QHash<int, QByteArray> ConversationList::roleNames() const
{
    return { { KeyRole, "key" }, { TitleRole, "title" }, { ChannelRole, "channel" },
        { TenantRole, "tenant" }, { LineRole, "line" }, { StateRole, "stateText" },
        { ToneRole, "tone" }, { AspectRole, "aspect" }, { ExactRole, "exact" } };
}

} // namespace signalbox
