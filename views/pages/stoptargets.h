// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/rules/plan.h"
#include "views/pages/parttable.h"

namespace signalbox {

/// The flows of one stop dialog and how far each has got. A plain value.
class StopTargets {
public:
    void clear() { m_targets.clear(); }
    void add(const rules::FlowRef &flow) { m_targets.push_back({ flow, Waiting, {} }); }
    bool empty() const { return m_targets.empty(); }
    int count() const { return int(m_targets.size()); }
    std::vector<rules::FlowRef> flows() const;
    QStringList workspaces() const; ///< each once
    int running() const { return count(Running); }
    int stopped() const { return count(Stopped); }
    int failed() const { return count(Failed); }
    QStringList failedKeys() const;
    std::optional<rules::FlowRef> startNext(); ///< the next that waits, now running
    void settle(const rules::FlowRef &flow, const Answer<Done> &answer);
    QString report() const; ///< a line per flow

    static std::vector<Column> columns();
    std::vector<PartTable::Part> parts() const;

private:
    enum Outcome { Waiting, Running, Stopped, Failed };
    struct Target {
        rules::FlowRef flow;
        Outcome outcome = Waiting;
        QString text;
    };
    int count(Outcome outcome) const;

    std::vector<Target> m_targets;
};

} // namespace signalbox
