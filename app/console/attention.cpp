// SPDX-License-Identifier: GPL-3.0-only
#include "app/console/attention.h"

#include <QEvent>
#include <QGuiApplication>
#include <QStyleHints>
#include <QWindow>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace signalbox {

Attention::Attention(Session *session, std::chrono::milliseconds calmAfter)
    : m_session(session)
    , m_flashTime(QGuiApplication::styleHints()->cursorFlashTime())
{
    m_calm.setSingleShot(true);
    m_calm.setInterval(calmAfter);
    connect(&m_calm, &QTimer::timeout, this, &Attention::settle);
    QGuiApplication::instance()->installEventFilter(this);
    m_calm.start();
}

void Attention::watch(QWindow *window)
{
    m_window = window;
    connect(window, &QWindow::visibilityChanged, this, &Attention::settle);
    settle();
}

bool Attention::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::KeyPress:
    case QEvent::MouseMove:
    case QEvent::MouseButtonPress:
    case QEvent::Wheel:
    case QEvent::TouchBegin:
    case QEvent::TouchUpdate:
        touched();
        break;
    case QEvent::Expose:
        if (watched == m_window)
            settle();
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

void Attention::touched()
{
    const bool calm = !m_calm.isActive();
    m_calm.start();
    if (calm)
        settle();
}

void Attention::settle()
{
    const bool hidden =
        m_window && (m_window->visibility() == QWindow::Minimized || !m_window->isExposed());
    const bool calm = !m_calm.isActive();
    QGuiApplication::styleHints()->setCursorFlashTime(calm ? 0 : m_flashTime);
    const auto before = m_session->attention();
    m_session->setAttention(hidden ? Session::Hidden : calm ? Session::Calm : Session::Watched);
#ifdef __GLIBC__
    if (m_session->attention() != before && m_session->attention() != Session::Watched)
        malloc_trim(0); // what the start and the work left behind
#endif
}

} // namespace signalbox
