// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/startwatch.h"

#include "models/schema/flow.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "views/pages/flowtext.h"

namespace signalbox {

StartWatch::StartWatch(QObject *parent)
    : QObject(parent)
{
    m_timer.setInterval(everyMs);
    connect(&m_timer, &QTimer::timeout, this, &StartWatch::look);
}

void StartWatch::follow(Session *session, const QString &workspace, const QString &id)
{
    m_session = session;
    m_workspace = workspace;
    m_id = id;
    m_since.start();
    m_asking = false;
    set(Waiting, tr("%1 is recorded. Its processors are being started…").arg(id));
    m_timer.start();
    look();
}

void StartWatch::stop()
{
    m_timer.stop();
    m_id.clear();
    set(Idle, {});
}

void StartWatch::look()
{
    if (!m_session || !m_session->gateway() || m_asking)
        return;
    if (m_since.elapsed() > limitMs) {
        m_timer.stop();
        set(Late,
            tr("%1 runs, but is not ready after %2%3. Its page shows which queues nobody consumes.")
                .arg(m_id, format::age(qint64(limitMs)), processors()));
        return;
    }
    Request request;
    request.service = "flow";
    request.operation = "get-flow";
    request.workspace = m_workspace.toStdString();
    schema::FlowRequest body;
    body.operation = request.operation;
    body.flowId = m_id.toStdString();
    request.body = schema::encode(body);
    request.timeout = std::chrono::seconds(10);
    m_asking = true;
    ask<schema::FlowResponse>(*m_session->gateway(), std::move(request))
        .then(this, [this, id = m_id](const Answer<schema::FlowResponse> &answer) {
            m_asking = false;
            if (id != m_id || m_state != Waiting)
                return;
            // a failed look is no verdict: the next one may succeed, and the limit ends it
            if (!answer) {
                set(Waiting,
                    flowtext::readFailure(
                        tr("Asking whether %1 is ready").arg(m_id), answer.error()));
                return;
            }
            if (!answer->ready) {
                m_timer.stop();
                set(Running,
                    tr("%1 runs. This back end does not tell when its processors are ready%2.")
                        .arg(m_id, processors()));
            } else if (*answer->ready) {
                m_timer.stop();
                set(Ready,
                    tr("%1 runs and is ready after %2.").arg(m_id, format::age(m_since.elapsed())));
            } else {
                set(Waiting,
                    tr("%1 runs, waiting for its processors%2 · %3")
                        .arg(m_id, processors(), format::age(m_since.elapsed())));
            }
        });
}

QString StartWatch::processors() const
{
    const FlowRow *row = m_session ? m_session->flows()->find(m_workspace, m_id) : nullptr;
    if (!row || !row->processorsUp)
        return {};
    return tr(" (%1 of %2 up)").arg(*row->processorsUp).arg(row->processors);
}

void StartWatch::set(State state, const QString &text)
{
    if (m_state == state && m_text == text)
        return;
    m_state = state;
    m_text = text;
    emit changed();
}

} // namespace signalbox
