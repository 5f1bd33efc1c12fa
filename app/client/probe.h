// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/rest.h"
#include "models/capabilities.h"

namespace signalbox {

/// What the probe requests of TG §7.2 brought; the socket's part of the answer is told by whoever
/// signs in.
struct ProbeFacts {
    RestAnswer version; ///< GET /api/v1/version, ours only
    RestAnswer i18n;
    RestAnswer bootstrapStatus;
    RestAnswer listMyWorkspaces; ///< without sign-in: decided before authentication
    RestAnswer reranker;
    RestAnswer imageToText;
    RestAnswer thru;
    RestAnswer listGroups; ///< signed in; tells the edition
    RestAnswer metricsNew; ///< count(tg_processor_info)
    RestAnswer metricsOld; ///< count(processor_info)
    RestAnswer broker; ///< pubsub_backend of the processors
    bool preIamSocket = false; ///< the socket answered the auth frame with "Bad message", or wants
                               ///< a token at the handshake
    bool oldAuthField = false;
};

/// Pure: facts → capabilities. The only place that knows which answer means which era.
Capabilities judge(const ProbeFacts &facts);

/// Pure: the same, after the metrics were asked for once more; `facts` needs those three only.
Capabilities withMetrics(Capabilities can, const ProbeFacts &facts);

/// What tells whether there are metrics, of which era, and what broker (TG §5.8). Aggregated: the
/// plain series carries secrets in its labels (TG §1.12).
struct MetricsQuestion {
    RestAnswer ProbeFacts::*into;
    const char *promql;
};
inline constexpr MetricsQuestion metricsQuestions[] = {
    { &ProbeFacts::metricsNew, "count(tg_processor_info)" },
    { &ProbeFacts::metricsOld, "count(processor_info)" },
    { &ProbeFacts::broker, "count by (pubsub_backend)(tg_processor_info)" },
};

/// Asks side-effect-free questions in parallel and says when all have been answered or given up.
/// I/O thread.
class Probe : public QObject {
    Q_OBJECT
public:
    Probe(Rest *rest, milliseconds timeout, QObject *parent);
    void start();
    ProbeFacts &facts() { return m_facts; }
    bool own() const;

signals:
    void versionKnown(bool own); ///< as soon as it is known whether it is ours
    void finished();

private:
    void get(RestAnswer ProbeFacts::*into, const QString &path, bool authorised);
    void post(RestAnswer ProbeFacts::*into, const QString &path, const std::string &body,
        bool authorised = false);
    void one(RestAnswer ProbeFacts::*into, const RestAnswer &answer);

    Rest *m_rest;
    milliseconds m_timeout;
    ProbeFacts m_facts;
    int m_waiting = 0;
};

} // namespace signalbox
