// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/statusline.h"

#include "models/rules/access.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "models/stores/table.h"
#include "views/pages/appstate.h"

#include <algorithm>
#include <cstdlib>

namespace signalbox {

namespace {

int aspectOf(Session::State state, bool stale)
{
    switch (state) {
    case Session::Live:
    case Session::Polling:
        return stale ? Cell::Warning : Cell::Clear;
    case Session::Stale:
        return Cell::Warning;
    case Session::Disconnected:
    case Session::Refused:
        return Cell::Stop;
    case Session::Connecting:
        break;
    }
    return Cell::Unknown;
}

/// "reconnecting in 1 s: the far end closed the connection" without its reason, which is told in
/// the tip and the connection's dialog.
QString withoutReason(const QString &text)
{
    return text.section(QStringLiteral(": "), 0, 0).left(48);
}

} // namespace

StatusLine::StatusLine(QObject *parent)
    : QObject(parent)
{
    m_soon.calls([this] { sample(); });
}

StatusLine::~StatusLine() = default;

AppState *StatusLine::app() const
{
    return m_app;
}

void StatusLine::setApp(AppState *app)
{
    if (m_app == app)
        return;
    m_app = app;
    if (app) {
        connect(app->session(), &Session::pulse, this, &StatusLine::soon);
        connect(app->session(), &Session::changed, this, &StatusLine::sample);
        connect(app->session(), &Session::zoneChanged, this, &StatusLine::sample);
        connect(app->session()->queues()->replay(), &QueueReplay::moved, this, &StatusLine::sample);
    }
    sample();
}

void StatusLine::soon()
{
    m_soon.request();
}

void StatusLine::sample()
{
    if (!m_app || !m_app->session())
        return;
    Words words = read(*m_app->session());
    if (words == m_words)
        return;
    m_words = std::move(words);
    emit changed();
}

QString StatusLine::asOfWords(const Session &session) const
{
    const QDateTime asOf = session.asOf();
    if (!asOf.isValid()) {
        if (session.stale())
            return tr("stale: as of %1 ago")
                .arg(format::age(std::max<qint64>(0, session.ageMs()) / 1000 * 1000));
        return !session.online()        ? tr("nothing read yet")
            : session.flows()->loaded() ? tr("no counts yet")
                                        : tr("reading…");
    }
    // tenths would lie: the line is sampled once a second
    const QString clock =
        format::clockSeconds(asOf.toMSecsSinceEpoch() / 1000 * 1000, session.zone());
    return session.stale() ? tr("stale: as of %1").arg(clock) : tr("as of %1").arg(clock);
}

StatusLine::Words StatusLine::read(const Session &session) const
{
    Words words;
    const int age = session.ageMs();
    const bool working = session.state() == Session::Live || session.state() == Session::Polling;
    words.stale = session.stale();
    words.aspect = aspectOf(session.state(), words.stale);
    // Below a second the exact age is noise that would only cost a frame.
    const QString ageWords = age < 0 ? tr("no data yet")
        : age < 1000                 ? tr("< 1 s")
                                     : format::age(qint64(age) / 1000 * 1000);
    words.detail = session.stateText();
    if (working)
        words.state = tr("%1 · %2").arg(session.state() != Session::Live ? tr("polling")
                : session.attention() == Session::Watched
                ? tr("live")
                : tr("live, counts every %1").arg(tr("%1 s").arg(session.refreshMs() / 1000)),
            ageWords);
    else
        words.state = age < 0
            ? withoutReason(session.stateText())
            : tr("data from %1 ago · %2").arg(ageWords, withoutReason(session.stateText()));

    words.backend = session.backend().isEmpty() ? tr("back end not known") : session.backend();
    const bool ever = age >= 0;
    const auto number = [&](qint64 value) {
        return ever ? format::count(value) : format::unknown();
    };
    // What came is shown, or replaced on its way by a newer value of the same queue. Each is
    // rounded, so that they may be off by one; anything else is a loss of our own.
    const int told = session.shownPerSecond() + session.mergedPerSecond();
    const int off = session.receivedPerSecond() - told;
    const bool closes = std::abs(off) <= 1;
    words.traffic = tr("in %1 /s · shown %2 · merged %3 · dropped %4 in all")
                        .arg(number(closes ? told : session.receivedPerSecond()),
                            number(session.shownPerSecond()), number(session.mergedPerSecond()),
                            number(session.dropped()));
    if (!closes)
        words.traffic = tr("%1 · off by %2").arg(words.traffic, number(off));
    words.drops = session.dropped() > 0 || !closes;
    words.cost = ever ? tr("cost %1 req/s · %2/s")
                            .arg(format::rate(session.requestsPerSecond()),
                                format::bytes(qint64(session.bytesPerSecond())))
                      : tr("cost %1").arg(format::unknown());
    words.asOf = asOfWords(session);
    if (ever && std::abs(session.skewMs()) >= 2000)
        words.skew =
            tr("clock %1 %2")
                .arg(format::age(qint64(std::abs(session.skewMs()))),
                    session.skewMs() > 0 ? tr("ahead of the server") : tr("behind the server"));
    words.who = session.user().isEmpty() ? tr("not signed in")
        : session.role().isEmpty()       ? session.user()
                                         : tr("%1 · %2").arg(session.user(), session.role());
    if (session.replaying()) {
        const qint64 instant = session.queues()->replay()->instantMs();
        words.state = tr("%1 · replay").arg(format::clockSeconds(instant, session.zone()));
        words.detail = tr("A past instant is shown, and nothing is written. Ctrl+T: back to now.");
        words.aspect = Cell::Warning;
        words.past = true;
    }
    words.mayChange = rules::mayChange(session.account().roles);
    words.open = session.capabilities().anonymous;
    if (words.open)
        words.who = tr("open to everybody · %1").arg(words.who);
    return words;
}

} // namespace signalbox
