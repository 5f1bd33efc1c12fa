// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/journalview.h"

#include "models/stores/flowstore.h"
#include "models/stores/journaltable.h"
#include "models/stores/session.h"
#include "views/pages/flowtext.h"

namespace signalbox {

using flowtext::qs;

JournalView::JournalView(QObject *parent)
    : QObject(parent)
    , m_diff(new DiffLines(this))
{
}

JournalView::~JournalView()
{
    if (m_session && m_busy)
        m_session->journal()->setUndoing(nullptr);
}

Session *JournalView::session() const
{
    return m_session;
}

void JournalView::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    if (session) {
        m_table = session->journal()->newTable(this);
        m_table->setWorkspace({}); // the journal is one, whatever workspace is looked at
        connect(m_table, &TableModel::countChanged, this, &JournalView::changed);
        connect(session->journal(), &JournalStore::changed, this, &JournalView::changed);
        connect(session->journal(), &JournalStore::zoneChanged, this, &JournalView::changed);
        connect(session, &Session::changed, this, &JournalView::changed);
        connect(session->journal(), &JournalStore::reset, this, [this] { setCurrentKey({}); });
    }
    emit sessionChanged();
    emit changed();
}

const JournalRow *JournalView::row() const
{
    return m_session && !m_key.isEmpty() ? m_session->journal()->find(m_key.toLongLong()) : nullptr;
}

QString JournalView::summary() const
{
    if (!m_table)
        return {};
    QString text =
        tr("%1 of %2").arg(format::count(m_table->count()), format::count(m_table->total()));
    if (const qint64 gone = m_session->journal()->evicted(); gone > 0)
        text += tr(" · %1 older ones let go").arg(format::count(gone));
    return text;
}

QString JournalView::error() const
{
    return m_session ? m_session->journal()->error() : QString();
}

void JournalView::setCurrentKey(const QString &key)
{
    if (m_key == key)
        return;
    m_key = key;
    cancelUndo();
}

QString JournalView::title() const
{
    const JournalRow *row = this->row();
    if (!row)
        return {};
    const QString what = journalTarget(row->write);
    const QString operation =
        qs(row->write.operation.empty() ? row->write.service : row->write.operation);
    return what.isEmpty() ? operation : tr("%1 · %2").arg(operation, what);
}

QString JournalView::facts() const
{
    const JournalRow *row = this->row();
    if (!row)
        return {};
    const schema::JournalWrite &write = row->write;
    QStringList facts { format::dateTime(write.serverMs, m_session->zone()) };
    if (const QString utc = format::dateTime(write.serverMs, format::Zone::Utc);
        !facts.contains(utc))
        facts.append(utc);
    if (!write.user.empty())
        facts.append(tr("%1 at %2").arg(qs(write.user), qs(write.connection)));
    if (!write.workspace.empty())
        facts.append(tr("workspace %1").arg(qs(write.workspace)));
    if (row->elapsedMs >= 0)
        facts.append(tr("took %1").arg(format::latency(row->elapsedMs * 1000)));
    if (write.undoOf > 0)
        facts.append(tr("takes back number %1").arg(write.undoOf));
    return facts.join(QStringLiteral(" · "));
}

QString JournalView::outcome() const
{
    const JournalRow *row = this->row();
    if (!row)
        return {};
    const QString word = journalOutcome(*row);
    if (row->outcome == JournalRow::Unknown)
        return tr("%1: no answer came, it may have been applied. %2").arg(word, row->text);
    return row->text.isEmpty() ? word : tr("%1: %2").arg(word, row->text);
}

QString JournalView::why() const
{
    const JournalRow *row = this->row();
    return row ? qs(row->write.why) : QString();
}

QString JournalView::unknown() const
{
    const JournalRow *row = this->row();
    if (!row)
        return {};
    int secret = 0;
    int large = 0;
    int before = 0;
    for (const auto &part : row->write.parts) {
        secret += part.secret;
        large += part.large;
        before += !part.beforeKnown && !part.secret && !part.large;
    }
    QStringList words;
    if (secret > 0)
        words.append(tr("Holds a secret: only that it changed is kept."));
    if (large > 0)
        words.append(tr("Too long to be kept."));
    if (before > 0)
        words.append(tr("How it was before is not known."));
    return words.join(QLatin1Char(' '));
}

void JournalView::show()
{
    std::string before;
    std::string after;
    if (m_ready) {
        before = m_plan.before;
        after = m_plan.after;
    } else if (m_moved) {
        before = m_left;
        after = m_now;
    } else if (const JournalRow *row = this->row()) {
        const bool many = row->write.parts.size() > 1;
        for (const auto &part : row->write.parts) {
            const std::string title = many ? part.type + "/" + part.key + "\n" : std::string();
            const char *end = many ? "\n" : "";
            before += title + part.before.value_or("") + end;
            after += title + part.after.value_or("") + end;
        }
    }
    m_diff->show(before, after);
    emit changed();
}

QString JournalView::whyNoUndo() const
{
    const JournalRow *row = this->row();
    return row ? undoPlan(*row).impossible : tr("Nothing is chosen.");
}

QString JournalView::whyNot() const
{
    if (m_busy)
        return tr("Working…");
    if (!m_result.isEmpty())
        return tr("It has been taken back.");
    if (!m_ready)
        return m_refusal.isEmpty() ? tr("Nothing is chosen.") : m_refusal;
    if (const QString now = flowtext::whyNotNow(m_session); !now.isEmpty())
        return now;
    const JournalRow *row = this->row();
    if (!row || m_plan.kind == UndoPlan::Kind::Stop)
        return {}; // the stop preview says what hinders it
    const QString workspace = qs(row->write.workspace);
    QStringList operations { qs(m_plan.request.operation) };
    for (const Request &first : m_plan.first)
        operations.append(qs(first.operation));
    if (m_plan.kind == UndoPlan::Kind::Config) {
        operations.clear();
        for (const ConfigChange &change : m_plan.changes)
            operations.append(change.value ? QStringLiteral("put") : QStringLiteral("delete"));
    }
    for (const QString &operation : std::as_const(operations)) {
        const QString denied = m_session->denied(qs(row->write.service), operation, workspace);
        if (!denied.isEmpty())
            return flowtext::whyDenied(denied);
    }
    return {};
}

void JournalView::cancelUndo()
{
    ++m_round;
    m_undoing = m_ready = m_busy = m_moved = false;
    m_plan = {};
    m_refusal.clear();
    m_result.clear();
    show();
}

void JournalView::beginUndo()
{
    const JournalRow *row = this->row();
    if (!row || m_busy || !m_session->gateway())
        return;
    cancelUndo();
    m_plan = undoPlan(*row);
    if (m_plan.kind == UndoPlan::Kind::Impossible)
        return;
    m_undoing = m_busy = true;
    emit changed();
    m_session->gateway()
        ->request(m_plan.question)
        .then(this, [this, round = m_round](const Reply &answer) {
            if (round == m_round)
                looked(answer);
        });
}

void JournalView::looked(const Reply &answer)
{
    m_busy = false;
    const JournalRow *row = this->row();
    m_refusal = row ? movedOn(*row, answer) : tr("The journal has let it go.");
    m_ready = m_refusal.isEmpty();
    if (row && answer && !m_ready) {
        m_left = m_plan.before;
        m_now = presentState(*row, answer);
        m_moved = m_left != m_now;
    }
    if (m_ready && m_plan.kind == UndoPlan::Kind::Stop) {
        const QString key =
            FlowStore::key(qs(row->write.workspace), qs(row->write.parts.front().key));
        m_undoing = m_ready = false;
        emit changed();
        emit stopWanted(key);
        return;
    }
    show();
}

void JournalView::undo()
{
    if (!m_undoing || !whyNot().isEmpty())
        return;
    m_busy = true;
    emit changed();
    m_session->journal()->setUndoing(row());
    if (m_plan.kind == UndoPlan::Kind::Config)
        undoConfig();
    else
        undoRequest(0);
}

void JournalView::undoConfig()
{
    m_session->config()
        ->apply(qs(row()->write.workspace), m_plan.changes)
        .then(this, [this, round = m_round](const ConfigOutcome &outcome) {
            if (round != m_round)
                return;
            if (!outcome.conflicts.isEmpty())
                return done(tr("A value changed in this moment. Nothing was written."), {});
            if (outcome.error)
                return done(flowtext::failure(tr("Undo"), *outcome.error), {});
            done({},
                tr("Taken back: %1 written, %2 deleted.")
                    .arg(format::count(outcome.written), format::count(outcome.deleted)));
        });
}

void JournalView::undoRequest(std::size_t step)
{
    const bool last = step == m_plan.first.size();
    m_session->gateway()
        ->request(last ? m_plan.request : m_plan.first[step])
        .then(this, [this, step, last, round = m_round](const Reply &reply) {
            if (round != m_round)
                return;
            if (!reply)
                return done(flowtext::failure(tr("Undo"), reply.error()), {});
            if (!last)
                return undoRequest(step + 1);
            m_session->refresh();
            done({},
                m_plan.remains.isEmpty() ? tr("Taken back.")
                                         : tr("Taken back. %1").arg(m_plan.remains));
        });
}

void JournalView::done(const QString &error, const QString &result)
{
    m_session->journal()->setUndoing(nullptr);
    m_busy = m_ready = false;
    m_refusal = error;
    m_result = result;
    emit changed();
}

} // namespace signalbox
