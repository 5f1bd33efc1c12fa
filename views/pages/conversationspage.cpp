// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/conversationspage.h"

#include "views/pages/flowtext.h"

namespace signalbox {

ConversationsPage::ConversationsPage(QObject *parent)
    : QObject(parent)
    , m_list(new ConversationList(this))
    , m_thread(new ConversationThread(this))
    , m_lens(new ConversationLens(m_thread))
{
    m_clock.setInterval(1000);
    connect(&m_clock, &QTimer::timeout, this, [this] {
        m_list->tick();
        m_thread->tick();
        emit changed(); // how long the oldest waits
    });
    connect(m_list, &ConversationList::countChanged, this, &ConversationsPage::changed);
    connect(m_list, &ConversationList::filterChanged, this, &ConversationsPage::changed);
}

ConversationsPage::~ConversationsPage() = default;

void ConversationsPage::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    m_store = ConversationStore::of(session);
    m_list->setStore(m_store);
    m_thread->setSession(session);
    m_lens->setSession(session);
    if (m_store)
        connect(m_store, &ConversationStore::changed, this, &ConversationsPage::changed);
    if (session) {
        connect(session, &Session::changed, this, &ConversationsPage::changed);
        connect(session, &Session::emptied, this, [this] {
            search({});
            emit currentKeyChanged();
        });
    }
    emit sessionChanged();
    emit changed();
}

void ConversationsPage::watch(bool watching)
{
    if (watching)
        m_clock.start();
    else
        m_clock.stop();
    if (m_store)
        m_store->watch(watching);
    m_lens->watch(watching);
}

void ConversationsPage::setCurrentKey(const QString &key)
{
    if (key == m_thread->key())
        return;
    m_thread->show(key);
    emit currentKeyChanged();
}

void ConversationsPage::tryAgain()
{
    if (m_store && m_session->online())
        m_store->tryAgain();
}

void ConversationsPage::search(const QString &words)
{
    ++m_searchRound;
    m_searched = words.trimmed();
    m_searchError.clear();
    m_found.reset();
    m_searching = !m_searched.isEmpty() && m_store;
    if (!m_searching) {
        m_searched.clear();
        m_list->setOnly(std::nullopt);
        emit changed();
        return;
    }
    m_store->search(
        m_searched, [this, round = m_searchRound](const Answer<ConversationStore::Hits> &found) {
            if (round != m_searchRound)
                return;
            m_searching = false;
            m_searchError = found ? QString() : found.error().text;
            if (found) {
                m_found = found->total;
                m_list->setOnly(found->keys);
            }
            emit changed();
        });
    emit changed();
}

QString ConversationsPage::summary() const
{
    if (!m_store || !offered())
        return {};
    QString live =
        tr("%1 live of %2").arg(format::count(m_store->live()), format::count(m_store->total()));
    if (m_found && *m_found > schema::countedAtMost)
        live = tr("%1 · %2+ found").arg(live, format::count(qint64(schema::countedAtMost)));
    else if (m_found)
        live = tr("%1 · %2 found").arg(live, format::count(*m_found));
    return m_list->count() < m_store->total()
        ? tr("%1 · %2 shown").arg(live, format::count(m_list->count()))
        : live;
}

QString ConversationsPage::waiting() const
{
    if (!m_store || m_store->waiting() == 0)
        return {};
    const QString number = flowtext::counted(
        m_store->waiting(), tr("1 waits for a person"), tr("%1 wait for a person"));
    const qint64 age = m_session->serverNowMs() - qint64(m_store->oldestMs());
    return m_store->oldestMs() > 0
        ? tr("%1 · oldest %2").arg(number, format::age(std::max<qint64>(0, age)))
        : number;
}

QString ConversationsPage::staleness() const
{
    if (!m_store || m_store->total() == 0 || !m_session->stale())
        return {};
    return tr("shown as of %1 ago").arg(format::age(qint64(m_session->ageMs())));
}

bool ConversationsPage::offered() const
{
    return m_store && m_store->offered();
}
bool ConversationsPage::loading() const
{
    return m_store && m_store->loading();
}
QString ConversationsPage::error() const
{
    return m_store ? m_store->error() : QString();
}

QString ConversationsPage::truncated() const
{
    if (!m_store || m_store->more() <= 0)
        return {};
    return tr("%1 more are not read: at most %2 are held. The search looks through all.")
        .arg(format::count(m_store->more()), format::count(ConversationStore::limit));
}

QString ConversationsPage::emptyTitle() const
{
    if (!m_session)
        return {};
    if (!m_session->online() && (!m_store || m_store->total() == 0))
        return flowtext::notYet(*m_session, tr("Reading conversations…"));
    if (!offered())
        return tr("This gateway has no conversations");
    if (!m_store->loaded())
        return m_store->error().isEmpty() ? tr("Reading conversations…")
                                          : tr("Conversations cannot be read");
    if (m_store->total() == 0)
        return tr("Nobody has talked to an agent yet");
    return tr("None fits");
}

QString ConversationsPage::emptyText() const
{
    if (!m_session || !m_session->online())
        return {};
    if (!offered())
        return tr("Conversations are an extension of the tenant platform (capability “ops”). The "
                  "gateway that comes with Signalbox has it.");
    if (!m_store->loaded())
        return m_store->error();
    if (m_store->total() == 0)
        return tr("Talk to an agent on the Chat test page, or connect a channel to a tenant.");
    return searched().isEmpty() ? tr("Change the filter to see more.")
                                : tr("Change the search or the filter to see more.");
}

} // namespace signalbox
