// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/queuestate.h"
#include "models/stores/rates.h"

#include <QHash>

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace signalbox {

/// The rows behind QueueStore: which queues there are, which flows consume them, and the sums. A
/// plain value without signals; it gathers what changed until the store says it. GUI thread.
class QueueLedger {
public:
    const std::vector<QueueState> &rows() const { return m_rows; }
    int count() const { return int(m_rows.size()); }
    int rowOf(const std::string &name) const; ///< -1 when not known
    int numberOf(const std::string &name) const; ///< by its name at our gateway or at the broker

    void beginFetch() { ++m_fetch; } ///< our gateway's; what no upsert() meets from here on is gone
    /// Rows that our gateway does not list any more and nobody else does; ascending.
    std::vector<int> endFetch(qint64 nowMs);
    /// What our gateway says.
    void upsert(const schema::QueueRow &row, const QString &source, qint64 nowMs);
    /// Our gateway says that it is gone. True: nobody else tells it.
    bool dropped(int row, qint64 nowMs);
    /// The source is about to tell all it knows.
    void beginListing(rules::QueueSource source, qint64 nowMs);
    /// What another source says: `identity` whose queue it is (its figures are not looked at).
    void tell(const schema::QueueRow &identity, rules::QueueReading reading);
    /// It has told all. Rows that nobody tells any more; ascending.
    std::vector<int> endListing(rules::QueueSource source, qint64 nowMs);
    /// Figures that become stale let others win; what changed is taken with takeChanged().
    void setTerms(const rules::AllSourceTerms &terms) { m_terms = terms; }
    const rules::AllSourceTerms &terms() const { return m_terms; }
    void choose(qint64 nowMs);
    int remove(int row); ///< swap-remove; returns the row that moved into its place
    /// A sample of the counters of rows from `first` to before `last`; those whose rates moved.
    /// `pushed`: values hold until the next one comes, so that every call is a sample; otherwise
    /// sources sample by themselves.
    std::vector<int> sample(qint64 nowMs, bool pushed, int first, int last);
    std::vector<int> forgetRates(); ///< our gateway tells none any more; rows that had some
    void clear();

    int takeInserted(); ///< first new row since the last call, -1 none
    std::vector<int> takeChanged();

    /// What the flows of one workspace consume by their blueprints; replaces what was said before.
    void setConsumed(const std::string &workspace, const std::vector<ExpectedFlowQueue> &queues);
    std::vector<int> ofFlow(const std::string &workspace, const std::string &flow);
    std::vector<std::string> flowsOf(int row); ///< ids of the flows that consume it, sorted
    bool consumed(int row); ///< by any flow
    /// Summed over its own queues now; a flow without any has no totals.
    std::optional<FlowTotals> totalsOf(const std::string &workspace, const std::string &flow);
    /// The same over other figures; queues without any are counted as unknown.
    std::optional<FlowTotals> totalsOf(const std::string &workspace, const std::string &flow,
        const std::function<QueueFigures(const QueueState &)> &figures);
    WorkspaceTotals totalsIn(const QString &workspace); ///< kept up to date with every change
    /// Flows of a row are found anew after setConsumed(); rows whose flows changed by it.
    std::vector<int> takeMovedOwners();

    /// Name at a RabbitMQ broker of a queue that a blueprint names.
    static std::string rabbitName(const rules::ExpectedQueue &queue);

private:
    struct Consumed {
        std::size_t name; ///< hash
        int slot;
        auto operator<=>(const Consumed &) const = default;
    };
    static constexpr int nobody = -1; ///< owner numbers: below it shared, from 0 on one flow
    int slot(const std::string &workspace, const std::string &flow);
    int ownerOf(const schema::QueueRow &row, bool &named);
    int add(const schema::QueueRow &row, const QString &source, qint64 nowMs);
    void setOwner(int row);
    bool choose(int row, qint64 nowMs); ///< true: something that is shown changed
    bool ownCounters(int row) const; ///< rates come from our gateway
    void resolve();
    int workspaceNumber(const std::string &workspace);
    void enter(int row); ///< into the lists of its workspace and flows
    void leave(int row);
    void rename(int from, int to); ///< the same row has another number from now on
    void settle(int row); ///< the sums of its workspace follow what it is now
    template <class Visit> void visit(int owner, Visit &&visit) const;
    void add(FlowTotals &sum, int row, bool shared) const;

    std::vector<QueueState> m_rows;
    std::unordered_map<std::string, int> m_index;
    // parallel to the rows
    std::vector<RateRing> m_rings;
    std::vector<int> m_owner;
    std::vector<char> m_named;
    std::vector<quint32> m_stamp; ///< fetch that saw it last
    std::vector<rules::QueueSource> m_counters; ///< who told the counters of its rates
    quint32 m_fetch = 0;
    rules::AllSourceTerms m_terms {};
    struct Listing {
        std::uint32_t round = 0;
        qint64 beganMs = 0;
    };
    std::array<Listing, rules::queueSources> m_listings {};
    int m_merged = 0; ///< rows with readings

    std::vector<int> m_changed;
    int m_insertedFrom = -1;

    std::unordered_map<std::string, int> m_slotNumbers;
    std::vector<std::string> m_slotFlows; ///< flow's id by slot
    std::vector<std::vector<int>> m_slotRows; ///< rows by slot
    std::unordered_map<std::string, std::vector<Consumed>> m_consumed; ///< by workspace, sorted
    std::map<std::vector<int>, int> m_groupNumbers;
    std::vector<std::vector<int>> m_groups; ///< slot numbers of flows that share a queue
    std::unordered_set<std::string> m_unresolved; ///< workspaces
    std::vector<int> m_movedOwners;
    /// What a row adds to the sums of its workspace. Rates in thousandths, so that what is added
    /// and taken off again leaves nothing behind.
    struct Share {
        qint64 ready = 0;
        qint64 outMilli = 0;
        int consumed = 0; ///< all those below are 0 or 1
        int unknown = 0;
        int expected = 0; ///< of the unknown ones: a blueprint names it, and nobody tells it
        int rated = 0;
    };
    struct Workspace {
        std::vector<int> rows;
        Share sums;
    };
    static void count(Share &sums, const Share &share, int sign);
    std::unordered_map<std::string, int> m_workspaceNumbers;
    std::vector<Workspace> m_workspaces;
    struct Place { ///< parallel to the rows
        int workspace = -1;
        int at = 0; ///< in its workspace's rows
        Share share;
    };
    std::vector<Place> m_places;
};

} // namespace signalbox
