// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/alert.h"

#include "models/schema/reader.h"

namespace signalbox::schema {

template <class V> void members(V &v, const AlertRuleRecord *)
{
    v("kind", &AlertRuleRecord::kind, Required);
    v("workspace", &AlertRuleRecord::workspace);
    v("flow", &AlertRuleRecord::flow);
    v("on", &AlertRuleRecord::on, Always);
    v("limit", &AlertRuleRecord::limit, Always);
    v("for-ms", &AlertRuleRecord::forMs, Always);
    v("clear-share", &AlertRuleRecord::clearShare, Always);
    v("clear-ms", &AlertRuleRecord::clearMs, Always);
}

template <class V> void members(V &v, const AlertMute *)
{
    v("connection", &AlertMute::connection, Required);
    v("id", &AlertMute::id, Required);
    v("until-ms", &AlertMute::untilMs, Always);
}

template <class V> void members(V &v, const AlertSettings *)
{
    v("rules", &AlertSettings::rules, Always);
    v("mutes", &AlertSettings::mutes);
    v("desktop", &AlertSettings::desktop, Always);
    v("webhook", &AlertSettings::webhook);
    v("webhook-kept", &AlertSettings::webhookKept);
}

template <class V> void members(V &v, const AlertEvent *)
{
    v("event", &AlertEvent::event, Required);
    v("id", &AlertEvent::id, Required);
    v("kind", &AlertEvent::kind);
    v("subject", &AlertEvent::subject);
    v("workspace", &AlertEvent::workspace);
    v("flow", &AlertEvent::flow);
    v("severity", &AlertEvent::severity);
    v("text", &AlertEvent::text);
    v("value", &AlertEvent::value);
    v("limit", &AlertEvent::limit);
    v("note", &AlertEvent::note);
    v("user", &AlertEvent::user);
    v("connection", &AlertEvent::connection);
    v("environment", &AlertEvent::environment);
    v("at-ms", &AlertEvent::atMs, Always);
    v("until-ms", &AlertEvent::untilMs);
    v("grouped", &AlertEvent::grouped);
}

SIGNALBOX_WIRE(AlertSettings)
SIGNALBOX_WIRE(AlertEvent)

} // namespace signalbox::schema
