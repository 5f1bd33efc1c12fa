// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/queuedetailview.h"
#include "views/pages/tablepage.h"

namespace signalbox {

/// The Queues page: every queue of the broker by scope and owner, and the one looked at. GUI
/// thread.
class QueuesPage : public signalbox::TablePage {
    Q_OBJECT
    QML_NAMED_ELEMENT(QueuesPageModel)
    Q_PROPERTY(signalbox::QueueDetailView *detail READ detail CONSTANT FINAL)
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged
            FINAL) ///< what the person typed
    Q_PROPERTY(QString scope READ scope WRITE setScope NOTIFY filterChanged FINAL) ///< "" = all
    Q_PROPERTY(QStringList scopes READ scopes CONSTANT FINAL)
    Q_PROPERTY(int scopeIndex READ scopeIndex NOTIFY filterChanged FINAL)
    Q_PROPERTY(QString sourceText READ sourceText NOTIFY changed FINAL)
    Q_PROPERTY(QString unknownWhy READ unknownWhy NOTIFY changed
            FINAL) ///< a banner: what is not known here, and why
public:
    explicit QueuesPage(QObject *parent = nullptr);
    ~QueuesPage() override;

    QueueDetailView *detail() const { return m_detail; }
    QString filter() const { return m_filter; }
    void setFilter(const QString &filter);
    QString scope() const { return m_scope; }
    void setScope(const QString &scope);
    QStringList scopes() const;
    int scopeIndex() const { return int(scopes().indexOf(m_scope)); }
    QString sourceText() const;
    QString unknownWhy() const;
    QString error() const override;
    QString emptyTitle() const override;
    QString emptyText() const override;
    Q_INVOKABLE QString scopeTitle(const QString &scope) const;
    Q_INVOKABLE QString linkTo(const QString &key) const;

signals:
    void filterChanged();

protected:
    TableModel *makeTable() override;
    QObject *store() const override;
    bool loaded() const override;
    void sessionSet() override;
    void looked() override;

private:
    void applyFilter();

    QueueDetailView *m_detail;
    QString m_filter;
    QString m_scope;
};

} // namespace signalbox
