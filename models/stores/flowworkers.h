// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/health.h"
#include "models/schema/fabric.h"

#include <QHash>
#include <QString>

#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace signalbox {

/// Workers as the fabric service tells them, for the flows that they serve: a flow's own ones, and
/// those of entries that are scoped to a blueprint or workspace, which serve several flows. A plain
/// value. GUI thread; bounded by the workers that the back end has.
class FlowWorkers {
public:
    struct Entry {
        std::string processor;
        std::string variant;
        bool shared = false; ///< serves other flows too
    };

    void take(const std::vector<schema::ProcessorRow> &rows, qint64 nowMs);
    /// The processor entries of a flow, by its blueprint. `flow` is "workspace/id".
    void setEntries(const QString &flow, const std::string &workspace, std::vector<Entry> entries);
    const std::vector<Entry> *entries(const QString &flow) const; ///< nullptr while unknown
    std::vector<schema::ProcessorRow> of(const QString &flow) const; ///< own ones first
    /// What is known of each processor entry of the flow; one that `complete` lists do not name is
    /// absent.
    std::vector<rules::EntryEvidence> evidence(const QString &flow, bool complete) const;
    /// What was tried in the last minute, over all workers of the flow: a worker counts what it
    /// did well and what failed apart.
    struct Tried {
        double perSecond = 0;
        double errorPercent = 0;
    };
    std::optional<Tried> tried(const QString &flow) const;
    void remove(const QString &flow);
    void clear();

private:
    /// Handled messages, failed ones among them, to tell the share of errors in the last minute.
    struct Window {
        struct Sample {
            qint64 ms;
            qint64 handled;
            qint64 errors;
        };
        std::vector<Sample> samples;
        void push(qint64 ms, qint64 handled, qint64 errors);
        [[nodiscard]] std::optional<Tried> tried() const;
    };
    struct Flow {
        std::string workspace;
        bool known = false; ///< entries are
        std::vector<Entry> entries;
        std::map<std::string, schema::ProcessorRow> own; ///< by processor and variant
        Window window;
    };
    static std::string name(
        const std::string &workspace, const std::string &processor, const std::string &variant);
    template <class Visit> void visit(const Flow &flow, Visit &&visit) const;

    QHash<QString, Flow> m_flows;
    std::unordered_map<std::string, schema::ProcessorRow> m_shared; ///< by name()
};

} // namespace signalbox
