// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/flowhealth.h"

#include "models/stores/format.h"

#include <QCoreApplication>

namespace signalbox {
namespace {

using rules::FlowEvidence;
using rules::HealthFinding;
using rules::HealthReason;

QString say(const char *text)
{
    return QCoreApplication::translate("FlowHealth", text);
}

QString firstOf(const HealthFinding &finding)
{
    return finding.processors.empty() ? format::unknown()
                                      : QString::fromStdString(finding.processors.front());
}

QString namesOf(const HealthFinding &finding)
{
    return finding.processors.size() < 2
        ? firstOf(finding)
        : say("%1 and %2 more").arg(firstOf(finding)).arg(finding.processors.size() - 1);
}

QString whyMissing(const HealthFinding &finding)
{
    const QString queue = QString::fromStdString(finding.queue);
    return finding.number == 1
        ? say("The queue %1 is missing at the broker, what is sent there is lost: restart the "
              "process %2, which makes it.")
              .arg(queue, firstOf(finding))
        : say("The queue %1 and %2 more are missing at the broker, what is sent there is lost: "
              "restart the processes that make them, %3.")
              .arg(queue, QString::number(finding.number - 1), namesOf(finding));
}

QString whyDanger(const HealthFinding &finding)
{
    switch (finding.reason) {
    case HealthReason::Dead:
        return say("%1: dead.").arg(namesOf(finding));
    case HealthReason::Absent:
        return say("%1: expected by the blueprint, and no process runs it.").arg(namesOf(finding));
    case HealthReason::Missing:
        return whyMissing(finding);
    case HealthReason::Starving:
        return say("%1: no consumer, %2 waiting.")
            .arg(firstOf(finding), format::count(qint64(finding.number)));
    default: // FailsMuch
        return say("%1 % of the messages fail.").arg(format::percent(finding.share));
    }
}

QString whyStopping(const HealthFinding &finding, bool seen)
{
    if (finding.reason == HealthReason::Stopping)
        return seen ? say("It is being stopped.")
                    : say("It is being stopped; since when is not known.");
    const QString time = format::age(qint64(finding.number));
    return seen ? say("It has been stopping for %1.").arg(time)
                : say("It has been stopping for at least %1.").arg(time);
}

QString whyCaution(const HealthFinding &finding, const FlowEvidence &evidence)
{
    switch (finding.reason) {
    case HealthReason::Fault:
        return QString::fromStdString(evidence.fault);
    case HealthReason::Paused:
        return say("%1: paused.").arg(namesOf(finding));
    case HealthReason::MayBeAbsent:
        return say("%1: no process; it died or was never deployed, nothing tells which.")
            .arg(namesOf(finding));
    case HealthReason::FallsBehind:
        return say("Falls behind: %1 waiting, %2 a minute ago; most at %3.")
            .arg(format::count(qint64(finding.number)), format::count(qint64(finding.other)),
                firstOf(finding));
    case HealthReason::Still:
        return say("Stands still: %1 waiting, most at %2; nothing handled for %3.")
            .arg(format::count(qint64(finding.number)), firstOf(finding),
                format::age(qint64(finding.other)));
    case HealthReason::RateLimited:
        return say("%1: held back by a rate limit, %2 refusals.")
            .arg(namesOf(finding), format::ratePerSecond(finding.share));
    case HealthReason::Fails:
        return say("%1 % of the messages fail.").arg(format::percent(finding.share));
    default: // ConfigDrift
        return say("%1: still on configuration %2, others are on %3.")
            .arg(namesOf(finding))
            .arg(finding.number)
            .arg(finding.other);
    }
}

QString whyUnknown(const HealthFinding &finding)
{
    switch (finding.reason) {
    case HealthReason::NotAttached:
        return finding.other == 1 ? say("%1 of its processors do not run yet.").arg(finding.number)
            : finding.other == 2
            ? say("%1 of its queues are not there yet.").arg(finding.number)
            : say("%1 of its queues have no consumer yet.").arg(finding.number);
    case HealthReason::CountsUnknown:
        return say("Nothing on this connection tells queue counts.");
    case HealthReason::QueuesUnknown:
        return say("None of its queues is known yet.");
    default: // SomeQueuesUnknown
        return say("What waits in %1 of its %2 queues is not known now.")
            .arg(finding.number)
            .arg(finding.other);
    }
}

} // namespace

Cell::Aspect aspectOf(rules::Signal signal)
{
    switch (signal) {
    case rules::Signal::Clear:
        return Cell::Clear;
    case rules::Signal::Caution:
        return Cell::Warning;
    case rules::Signal::Danger:
        return Cell::Stop;
    default:
        return Cell::Unknown;
    }
}

QString whyOf(const HealthFinding &finding, const FlowEvidence &evidence)
{
    if (finding.reason == HealthReason::Stopping || finding.reason == HealthReason::StoppingTooLong)
        return whyStopping(finding, evidence.stoppingSeen);
    switch (finding.signal) {
    case rules::Signal::Danger:
        return whyDanger(finding);
    case rules::Signal::Caution:
        return whyCaution(finding, evidence);
    case rules::Signal::Unknown:
        return whyUnknown(finding);
    default:
        return finding.reason == HealthReason::ClearBut
            ? say("Every queue has a consumer. No process runs %1: what is sent there is lost.")
                  .arg(namesOf(finding))
            : say("Every queue has a consumer.");
    }
}

} // namespace signalbox
