// SPDX-License-Identifier: GPL-3.0-only
// When something is worth calling a person for: limits per scope, delays against flapping, and
// causes, so that one fault calls once. Times in milliseconds of any steady clock.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace signalbox::rules {

enum class AlertKind {
    WorkerDead, ///< a process that a live flow needs is gone
    NoConsumer, ///< nobody reads a queue that a live flow needs
    Stuck, ///< messages wait, somebody reads, and none is handled
    ErrorRate, ///< per cent of a flow's messages
    Backlog, ///< messages that wait in one queue
    Age, ///< seconds that the oldest of them waits
    DrainTime, ///< seconds until a queue is empty at the rates of now
    Stopping, ///< seconds that a flow is in *stopping*
    SourceStale, ///< seconds since anything came
};
inline constexpr std::array alertKinds { AlertKind::WorkerDead, AlertKind::NoConsumer,
    AlertKind::Stuck, AlertKind::ErrorRate, AlertKind::Backlog, AlertKind::Age,
    AlertKind::DrainTime, AlertKind::Stopping, AlertKind::SourceStale };
std::string_view name(AlertKind kind);
std::optional<AlertKind> parseAlertKind(std::string_view text);
/// Worth waking somebody, rather than worth a look.
bool grave(AlertKind kind);

struct AlertLimit {
    bool on = true;
    double limit = 1; ///< reached or more: over. States are 0 or 1.
    std::int64_t forMs = 0; ///< over so long without a break, then it is raised
    double clearShare = 1; ///< below this share of the limit: under
    std::int64_t clearMs = 0; ///< under so long without a break, then it ends
    bool operator==(const AlertLimit &) const = default;
};
/// Fit for a stock flow at work: slow models and a full intake call nobody.
AlertLimit defaultLimit(AlertKind kind);

/// A limit for a part of the platform; "" = any workspace, any flow.
struct AlertRule {
    AlertKind kind = AlertKind::Backlog;
    std::string workspace;
    std::string flow;
    AlertLimit limit;
    bool operator==(const AlertRule &) const = default;
};
/// The narrowest rule counts, of equal ones the last; without any the default.
AlertLimit limitFor(const std::vector<AlertRule> &rules, AlertKind kind, std::string_view workspace,
    std::string_view flow);

/// What one look found about one thing.
struct AlertReading {
    AlertKind kind = AlertKind::Backlog;
    std::string subject; ///< stable name of the thing
    std::string workspace;
    std::string flow;
    std::optional<double> value; ///< nullopt: not known now, which neither raises nor ends
    std::vector<std::string> causes; ///< ids that explain it, nearest to the root first
    bool operator==(const AlertReading &) const = default;
};
std::string alertId(AlertKind kind, std::string_view subject);

struct Alert {
    AlertReading reading; ///< the last one with a value
    AlertLimit limit; ///< by which it was judged
    bool raised = false;
    std::int64_t since = 0; ///< over without a break (while not raised), or raised
    std::int64_t underSince = -1; ///< while raised
    double worst = 0; ///< since it was raised
    std::string under; ///< id of the cause that it is counted to, "" stands for itself
    std::int64_t freedAt = -1; ///< its cause ended then
    bool called = false; ///< a person was called for it
};

struct AlertChange {
    enum What {
        Call, ///< a person is to know: raised by itself, or left over by its cause
        Grouped, ///< raised, and explained by a cause that called or will
        Ended
    };
    What what = Call;
    std::string id;
    Alert alert;
};

/// What is over its limit. A value without clocks or signals; bounded by what is over a limit.
class AlertBook {
public:
    /// One look: readings that are missing are under their limits (the thing is gone, or well).
    /// `known` false: nothing can be told now but the readings with a value.
    std::vector<AlertChange> look(std::int64_t nowMs, const std::vector<AlertReading> &readings,
        const std::vector<AlertRule> &rules, bool known = true);
    [[nodiscard]] const std::map<std::string, Alert> &alerts() const { return m_alerts; }
    /// How many are raised that this one explains, by the last look.
    [[nodiscard]] int groupedUnder(const std::string &id) const;
    void clear() { *this = AlertBook(); }

    /// A backlog that a dead worker left gets so long to drain before it calls by itself.
    static constexpr std::int64_t leftOverMs = 600000;

private:
    void judge(std::int64_t nowMs, const AlertReading &reading, const AlertLimit &limit);
    void release(std::int64_t nowMs, Alert &alert);
    [[nodiscard]] std::string causeOf(const std::string &id, const Alert &alert) const;
    void group(std::int64_t nowMs, std::vector<AlertChange> &changes);

    void countGroups();

    std::map<std::string, Alert> m_alerts; ///< over or raised
    std::unordered_map<std::string, int> m_groups; ///< by id of the cause
};

} // namespace signalbox::rules
