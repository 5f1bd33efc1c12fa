// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/filter.h"
#include "models/stores/conversationstore.h"
#include "models/stores/table.h"

#include <QAbstractListModel>
#include <QPointer>

namespace signalbox {

/// The conversations in the order in which they need somebody: those that wait for a person,
/// longest first; then confirmations, the one that expires first; then what is going on; then the
/// rest, newest first. Filtered by the filter language (`needs:person tenant:acme channel:slack
/// text`). A row that changes moves alone, so that selection and scroll position stay. GUI thread.
class ConversationList : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by a page")
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged FINAL)
    Q_PROPERTY(QString filterError READ filterError NOTIFY filterChanged FINAL)
    Q_PROPERTY(int filterErrorPosition READ filterErrorPosition NOTIFY filterChanged FINAL)
    Q_PROPERTY(QStringList filterFields READ filterFields CONSTANT FINAL)
public:
    enum Role {
        KeyRole = Qt::UserRole + 1,
        TitleRole, ///< who talks: the user, and the channel's mark where it has no name
        ChannelRole,
        TenantRole,
        LineRole, ///< last message, or what waits
        StateRole, ///< "Escalated · 6 m · Support agent"
        ToneRole, ///< Cell::Tone of the state
        AspectRole, ///< Cell::Aspect
        ExactRole, ///< exact times, for the tip
    };
    Q_ENUM(Role)

    explicit ConversationList(QObject *parent = nullptr);
    ~ConversationList() override;

    void setStore(ConversationStore *store);
    int count() const { return int(m_order.size()); }
    QString filter() const { return m_filterText; }
    void setFilter(const QString &text); ///< a faulty one keeps the last good one in force
    QString filterError() const { return m_filterError; }
    int filterErrorPosition() const { return m_filterPosition; }
    static QStringList filterFields();
    /// Only these keys, found by a search; nullptr: all.
    void setOnly(std::optional<std::vector<std::string>> keys);
    Q_INVOKABLE QString keyAt(int row) const;
    Q_INVOKABLE int rowOf(const QString &key) const;
    void tick(); ///< ages and clocks are worded anew

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();
    void filterChanged();

private:
    [[nodiscard]] bool shown(int row) const;
    [[nodiscard]] bool before(int left, int right) const;
    [[nodiscard]] const ConversationItem &item(int row) const;
    [[nodiscard]] int placeFor(int row) const;
    void rebuild();
    void update(int row);
    void insertRow(int row);
    void removeAt(int at);
    [[nodiscard]] QString stateText(const ConversationItem &item) const;
    [[nodiscard]] bool stale() const; ///< nothing new comes: what is shown may be over
    void age(); ///< colours go when rows grow stale, and come back

    QPointer<ConversationStore> m_store;
    std::vector<int> m_order; ///< shown row → store row
    std::optional<std::vector<std::string>> m_only; ///< sorted
    rules::Filter m_filter;
    QString m_filterText;
    QString m_filterError;
    int m_filterPosition = -1;
    bool m_toldStale = false;
};

} // namespace signalbox
