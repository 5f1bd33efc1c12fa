// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/appstate.h"
#include "views/pages/connectionlist.h"

#include <QAbstractListModel>
#include <QTimer>

namespace signalbox {

/// How well `query` fits `text`: −1 when its letters do not appear in this order, else higher is
/// better (whole words and beginnings count most). Ignores case. Pure.
int fuzzyScore(QStringView text, QStringView query);

/// Everything that can be reached or done, found by a few letters. Objects (flows, queues) appear
/// once something was typed. A command that is not allowed stays visible and says why. GUI thread;
/// reads the stores when the query changes.
class CommandPalette : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(signalbox::AppState *app READ app WRITE setApp NOTIFY appChanged REQUIRED FINAL)
    Q_PROPERTY(signalbox::ConnectionList *connections READ connections WRITE setConnections NOTIFY
            appChanged REQUIRED FINAL)
    Q_PROPERTY(QString query READ query WRITE setQuery NOTIFY queryChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY queryChanged FINAL)
    Q_PROPERTY(int more READ more NOTIFY queryChanged FINAL) ///< matches beyond those shown
public:
    enum Role { TitleRole = Qt::UserRole + 1, KindRole, DetailRole, KeysRole, WhyRole, GlyphRole };
    static constexpr int shownLimit = 60;

    explicit CommandPalette(QObject *parent = nullptr);
    ~CommandPalette() override;
    AppState *app() const { return m_app; }
    void setApp(AppState *app);
    ConnectionList *connections() const { return m_connections; }
    void setConnections(ConnectionList *connections);
    QString query() const { return m_query; }
    void setQuery(const QString &query);
    int count() const { return int(m_shown.size()); }
    int more() const { return m_more; }

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    /// Does what the row says; false when it may not (the reason is in its `why`) or does not
    /// exist.
    Q_INVOKABLE bool run(int row);
    Q_INVOKABLE QString whyNot(int row) const; ///< "" = it may run
    Q_INVOKABLE void refresh(); ///< the stores may have changed since the last query
    /// Runs a command by id: refresh, theme-dark, theme-light, theme-contrast, utc, read-only,
    /// start-flow, connections, settings, shortcuts, about, copy-link, back, forward, reconnect,
    /// filter, quit.
    Q_INVOKABLE bool runCommand(const QString &id);

signals:
    void appChanged();
    void queryChanged();

private:
    enum Kind { Page, Command, Workspace, Flow, Queue, Connection, Blueprint, Filter };
    struct Entry {
        Kind kind = Command;
        QString id;
        QString title;
        QString detail;
        QString keys;
        QString why; ///< "" = allowed
        int glyph = 0;
        int score = 0;
    };
    void rebuild();
    std::vector<Entry> commands() const;
    void offer(std::vector<Entry> &found, Entry entry) const;
    void offerPlaces(std::vector<Entry> &found) const;
    void offerFilters(std::vector<Entry> &found) const;
    void offerObjects(std::vector<Entry> &found) const;
    bool act(const Entry &entry);
    static QString kindName(Kind kind);

    AppState *m_app = nullptr;
    ConnectionList *m_connections = nullptr;
    QString m_query;
    std::vector<Entry> m_shown;
    int m_more = 0;
};

} // namespace signalbox
