// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/replayview.h"

#include "models/stores/format.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "views/pages/appstate.h"
#include "views/pages/flowtext.h"

#include <QDateTime>

namespace signalbox {

ReplayView::ReplayView(QObject *parent)
    : QObject(parent)
{
}

ReplayView::~ReplayView() = default;

void ReplayView::setApp(AppState *app)
{
    if (m_app == app)
        return;
    m_app = app;
    if (app) {
        connect(replay(), &QueueReplay::toggled, this, &ReplayView::changed);
        connect(replay(), &QueueReplay::moved, this, &ReplayView::changed);
        connect(replay(), &QueueReplay::sampled, this, [this] {
            if (active()) // nobody sees it else
                emit changed();
        });
        connect(app, &AppState::placeChanged, this, &ReplayView::changed);
        connect(app->session(), &Session::zoneChanged, this, &ReplayView::changed);
        connect(app, &AppState::commandRequested, this, [this](const QString &command) {
            if (command == QLatin1String("replay"))
                toggle();
        });
    }
    emit changed();
}

QueueReplay *ReplayView::replay() const
{
    return m_app ? m_app->session()->queues()->replay() : nullptr;
}

bool ReplayView::active() const
{
    return m_app && replay()->active();
}

double ReplayView::from() const
{
    return m_app ? double(replay()->fromMs()) : 0;
}

double ReplayView::to() const
{
    return m_app ? double(replay()->toMs()) : 0;
}

double ReplayView::instant() const
{
    return active() ? double(replay()->instantMs()) : to();
}

QString ReplayView::clock(qint64 ms) const
{
    return m_app ? format::clockSeconds(ms, m_app->session()->zone()) : QString();
}

QString ReplayView::instantText() const
{
    return clock(qint64(instant()));
}

QString ReplayView::agoText() const
{
    if (!active())
        return {};
    const qint64 ago = QDateTime::currentMSecsSinceEpoch() - replay()->instantMs();
    return tr("%1 ago").arg(format::age(std::max<qint64>(0, ago)));
}

QString ReplayView::fromText() const
{
    return clock(qint64(from()));
}

QString ReplayView::toText() const
{
    return clock(qint64(to()));
}

bool ReplayView::known() const
{
    return active() && replay()->shownMs();
}

bool ReplayView::follows() const
{
    return m_app
        && (m_app->page() == QLatin1String("flows") || m_app->page() == QLatin1String("queues"));
}

QString ReplayView::reach() const
{
    const qint64 step = replay()->stepMs();
    return tr("kept: %1, one sample every %2, %3 of memory")
        .arg(format::age(replay()->toMs() - replay()->fromMs()), format::age(step),
            format::bytes(replay()->bytes()));
}

QString ReplayView::words() const
{
    if (!active())
        return {};
    if (!follows())
        return tr("This page shows now. Flows and Queues show the instant; nothing is written "
                  "anywhere until you are back.");
    QStringList words;
    const auto shown = replay()->shownMs();
    if (replay()->seeking())
        words.append(tr("looking back…"));
    else if (!shown)
        words.append(tr("nothing came at that time: all is unknown"));
    else
        words.append(tr("as sampled at %1").arg(clock(*shown)));
    if (replay()->goneThen() > 0)
        words.append(
            flowtext::counted(replay()->goneThen(), tr("1 queue of then is gone and not listed"),
                tr("%1 queues of then are gone and not listed")));
    words.append(reach());
    return words.join(QStringLiteral(" · "));
}

void ReplayView::seek(double instantMs)
{
    if (m_app)
        replay()->show(qint64(instantMs));
}

void ReplayView::step(int seconds)
{
    seek(instant() + double(seconds) * 1000);
}

void ReplayView::live()
{
    if (m_app)
        replay()->live();
}

void ReplayView::toggle()
{
    if (!m_app)
        return;
    if (active())
        return live();
    if (replay()->empty())
        return m_app->say(tr("Nothing is kept yet: the record begins with the first counts."));
    seek(to());
}

} // namespace signalbox
