// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/accesscommand.h"

#include "views/pages/flowtext.h"

namespace signalbox {

using flowtext::qs;

AccessCommand::AccessCommand(QObject *parent)
    : QObject(parent)
{
}

AccessCommand::~AccessCommand() = default;

void AccessCommand::setStore(AccessStore *store)
{
    if (m_store == store)
        return;
    if (m_store)
        m_store->disconnect(this);
    m_store = store;
    if (store)
        connect(store, &AccessStore::changed, this, &AccessCommand::changed);
    emit changed();
}

void AccessCommand::begin()
{
    ++m_round;
    m_busy = false;
    m_error.clear();
    m_result.clear();
    m_secret.clear();
    m_secretName.clear();
    emit changed();
}

void AccessCommand::forget()
{
    begin();
}

void AccessCommand::tellSecret(const QString &name, const std::string &secret)
{
    m_secretName = name;
    m_secret = qs(secret);
}

QString AccessCommand::denied() const
{
    for (const Step &step : steps()) {
        const QString missing =
            session()->denied(QStringLiteral("iam"), qs(step.request.operation));
        if (!missing.isEmpty())
            return flowtext::whyDenied(missing);
    }
    return {};
}

QString AccessCommand::whyNot() const
{
    if (!session() || !session()->gateway() || !session()->online())
        return tr("Not connected.");
    if (m_busy)
        return tr("Working…");
    if (const QString missing = denied(); !missing.isEmpty())
        return missing;
    return objection();
}

void AccessCommand::run()
{
    if (!m_result.isEmpty() || !whyNot().isEmpty())
        return;
    m_busy = true;
    m_error.clear();
    emit changed();
    next(steps(), 0);
}

void AccessCommand::next(std::vector<Step> steps, std::size_t at)
{
    const Step &step = steps[at];
    auto asked = step.lease.isEmpty() ? m_store->change(step.request, step.owners)
                                      : m_store->revokeLease(step.lease);
    asked.then(this,
        [this, steps = std::move(steps), at, round = m_round](
            const Answer<schema::IamResponse> &answer) {
            if (round != m_round || !m_store)
                return;
            if (answer && at + 1 < steps.size())
                return next(steps, at + 1);
            m_busy = false;
            if (answer) {
                m_result = finished(*answer);
            } else {
                m_error = flowtext::failure(title(), answer.error());
                if (at > 0)
                    m_error += tr(" Done before: %1 of %2 steps.").arg(at).arg(steps.size());
            }
            emit changed();
            if (answer)
                emit done(m_result);
        });
}

} // namespace signalbox
