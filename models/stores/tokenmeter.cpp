// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/tokenmeter.h"

#include "models/schema/config.h"
#include "models/schema/metrics.h"
#include "models/schema/tokencost.h"
#include "models/stores/session.h"

namespace signalbox {

TokenMeter::TokenMeter(Session *session, QObject *parent)
    : QObject(parent)
    , m_session(session)
{
    m_timer.setInterval(everyMs);
    connect(&m_timer, &QTimer::timeout, this, &TokenMeter::look);
    connect(session, &Session::emptied, this, [this] {
        m_rates.reset();
        m_prices.clear();
        m_why.clear();
        emit changed();
    });
    const auto soon = [this] {
        if (m_timer.isActive())
            look();
    };
    connect(session, &Session::cameOnline, this, soon);
    connect(session, &Session::workspaceChanged, this, soon);
}

void TokenMeter::setActive(bool active)
{
    if (active == m_timer.isActive())
        return;
    if (!active) {
        m_timer.stop();
        return;
    }
    m_timer.start();
    look();
}

std::optional<rules::TokenBill> TokenMeter::bill() const
{
    return m_rates && !m_session->silent() ? std::optional(rules::billOf(*m_rates, m_prices))
                                           : std::nullopt;
}

void TokenMeter::fail(const QString &why)
{
    m_rates.reset();
    m_why = why;
    emit changed();
}

void TokenMeter::look()
{
    if (!m_session || !m_session->online() || !m_session->gateway()
        || m_session->attention() == Session::Hidden)
        return;
    using Metrics = Capabilities::Metrics;
    const auto metrics = m_session->capabilities().metrics;
    if (metrics == Metrics::None)
        return fail(tr("this back end has no metrics"));
    if (metrics == Metrics::Denied)
        return fail(tr("needs metrics:read"));
    Request request;
    request.service = "metrics";
    request.operation = "query";
    // Names of both eras (TG §5.8).
    const char *query = metrics == Metrics::Old
        ? "sum by (model,direction)(rate(tokens_total[5m]))"
        : "sum by (model,direction)(rate(tg_metering_tokens_total[5m]))";
    request.body = schema::encode(schema::MetricsParameters { { { "query", query } } });
    const int generation = m_session->generation();
    ask<schema::InstantVector>(*m_session->gateway(), request)
        .then(this, [this, generation](const Answer<schema::InstantVector> &answer) {
            if (generation != m_session->generation())
                return;
            if (!answer)
                return fail(answer.error().text);
            if (answer->samples.empty())
                return fail(tr("none is metered"));
            m_rates.emplace();
            m_why.clear();
            for (const auto &sample : answer->samples) {
                const auto *model = schema::find(sample.labels, "model");
                const auto *direction = schema::find(sample.labels, "direction");
                m_rates->push_back({ model ? *model : std::string(),
                    direction && *direction == "output", sample.value });
            }
            emit changed();
        });
    askPrices();
}

void TokenMeter::askPrices()
{
    const QString workspace =
        m_session->workspace().isEmpty() ? m_session->defaultWorkspace() : m_session->workspace();
    schema::ConfigRequest ask;
    ask.operation = "getvalues";
    ask.type = "token-cost";
    Request request;
    request.service = "config";
    request.operation = ask.operation;
    request.workspace = workspace.toStdString();
    request.body = schema::encode(ask);
    const int generation = m_session->generation();
    signalbox::ask<schema::ConfigResponse>(*m_session->gateway(), request)
        .then(this, [this, generation, workspace](const Answer<schema::ConfigResponse> &answer) {
            if (generation != m_session->generation() || !answer)
                return; // without prices the models at work are named as such
            m_prices.clear();
            m_pricesOf = workspace;
            for (const auto &value : answer->values)
                if (const auto cost = schema::decode<schema::TokenCost>(value.value.value_or("")))
                    m_prices[value.key] = { cost->inputPrice, cost->outputPrice };
            emit changed();
        });
}

} // namespace signalbox
