// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/expand.h"
#include "models/stores/session.h"
#include "models/stores/soon.h"
#include "models/stores/table.h"

#include <QPointer>
#include <QSet>

#include <array>
#include <unordered_map>

namespace signalbox {

class QueueStore;
struct QueueState;

/// The queues that a table shows, as scope → owner → queue, with sums over what is below. Queues
/// come in the order of the table. Sums follow every change of a row without looking at the others;
/// the view hears of it at most four times a second. Nothing is followed while not active. GUI
/// thread.
class QueueTree : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by QueuesPageModel")
    Q_PROPERTY(bool active READ active WRITE setActive NOTIFY activeChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY counted FINAL) ///< lines
public:
    enum Role {
        TitleRole = Qt::UserRole + 1,
        LevelRole, ///< 0 scope, 1 owner, 2 queue
        KeyRole, ///< of a queue: its name; of a group: what toggle() takes
        OpenRole,
        AspectRole, ///< the worst below
        QueuesRole,
        ReadyRole,
        UnackedRole,
        ConsumersRole,
        InRole,
        OutRole,
        SummaryRole, ///< all of it in words
    };
    Q_ENUM(Role)

    explicit QueueTree(QObject *parent = nullptr);
    ~QueueTree() override;

    void setSource(QueueStore *store, TableModel *table); ///< nullptr: none
    bool active() const { return m_active; }
    void setActive(bool active);
    int count() const { return int(m_lines.size()); }

    Q_INVOKABLE void toggle(int line); ///< a queue does nothing
    Q_INVOKABLE void setOpen(int line, bool open);
    Q_INVOKABLE int parentOf(int line) const; ///< -1 of a scope
    Q_INVOKABLE QString keyAt(int line) const; ///< "" out of range
    Q_INVOKABLE QString queueAt(int line) const; ///< "" when it is a group
    Q_INVOKABLE int lineOf(const QString &key) const; ///< -1 when folded away or gone

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    struct Sums {
        qint64 queues = 0;
        qint64 uncounted = 0; ///< of them without counts
        qint64 ready = 0;
        qint64 unacked = 0;
        qint64 consumers = 0;
        qint64 unrated = 0; ///< counted ones without a rate
        double in = 0;
        double out = 0;
        qint64 stop = 0; ///< by signal
        qint64 warning = 0;
        qint64 unclear = 0;
        void add(const Sums &other, int sign);
    };

signals:
    void activeChanged();
    void counted();

private:
    static constexpr int nobody = -1;
    static constexpr std::array<rules::Scope, 8> scopes { rules::Scope::Flow,
        rules::Scope::Blueprint, rules::Scope::Workspace, rules::Scope::Global,
        rules::Scope::System, rules::Scope::Subscriber, rules::Scope::Orphan,
        rules::Scope::Unknown };
    static int scopeNumber(const std::string &name);
    struct Group {
        std::string key;
        QString title;
        int scope = 0;
        Sums sums;
    };
    struct Line {
        int level = 0;
        int number = 0; ///< of scope, group, or store row
        bool operator==(const Line &) const = default;
    };
    void follow();
    void rebuild();
    void renumber(int row, int movedFrom);
    void place(int row); ///< into its group, or out of all
    void takeOut(int row);
    int groupOf(const QueueState &queue);
    void layLines();
    void setLines(std::vector<Line> lines);
    void rowsMoved();
    [[nodiscard]] bool isOpen(const Line &line) const;
    [[nodiscard]] Sums sumsOf(const Line &line) const;
    [[nodiscard]] Sums sumsOfRow(int row) const;
    [[nodiscard]] QString titleOf(const Line &line) const;
    [[nodiscard]] QString figure(const Line &line, int role) const;

    QPointer<QueueStore> m_store;
    QPointer<TableModel> m_table;
    bool m_active = false;
    bool m_anew = false; ///< the table shows by other rules
    std::vector<Group> m_groups;
    std::unordered_map<std::string, int> m_groupNumbers;
    std::vector<int> m_group; ///< by store row; -1 not shown
    std::vector<Sums> m_told; ///< by store row: what its group counts of it
    std::vector<Line> m_lines;
    QSet<QString> m_toggled; ///< scopes that are folded, owners that are open
    Soon m_laying { std::chrono::milliseconds(250) };
};

} // namespace signalbox
