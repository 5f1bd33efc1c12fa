// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/queuedetailview.h"
#include "views/pages/queuetree.h"
#include "views/pages/tablepage.h"

namespace signalbox {

/// The Queues page: every queue of the broker by scope and owner, and the one looked at. GUI
/// thread.
class QueuesPage : public signalbox::TablePage {
    Q_OBJECT
    QML_NAMED_ELEMENT(QueuesPageModel)
    Q_PROPERTY(signalbox::QueueDetailView *detail READ detail CONSTANT FINAL)
    Q_PROPERTY(signalbox::QueueTree *tree READ tree CONSTANT FINAL) ///< the same rows by owner
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged
            FINAL) ///< what the person typed
    Q_PROPERTY(QString scope READ scope WRITE setScope NOTIFY filterChanged FINAL) ///< "" = all
    Q_PROPERTY(QStringList scopes READ scopes CONSTANT FINAL)
    Q_PROPERTY(int scopeIndex READ scopeIndex NOTIFY filterChanged FINAL)
    Q_PROPERTY(QString sourceText READ sourceText NOTIFY sourcesChanged FINAL)
    /// Some source does not tell what it should; how each of them is, one a line.
    Q_PROPERTY(bool sourceFault READ sourceFault NOTIFY sourcesChanged FINAL)
    Q_PROPERTY(QString sourceReport READ sourceReport NOTIFY sourcesChanged FINAL)
    Q_PROPERTY(QString unknownWhy READ unknownWhy NOTIFY changed
            FINAL) ///< a banner: what is not known here, and why
public:
    explicit QueuesPage(QObject *parent = nullptr);
    ~QueuesPage() override;

    QueueDetailView *detail() const { return m_detail; }
    QueueTree *tree() const { return m_tree; }
    QString filter() const { return m_filter; }
    void setFilter(const QString &filter);
    QString scope() const { return m_scope; }
    void setScope(const QString &scope);
    QStringList scopes() const;
    int scopeIndex() const { return int(scopes().indexOf(m_scope)); }
    QString sourceText() const;
    bool sourceFault() const;
    QString sourceReport() const;
    QString unknownWhy() const;
    QString error() const override;
    QString emptyTitle() const override;
    QString emptyText() const override;
    Q_INVOKABLE QString scopeTitle(const QString &scope) const;
    Q_INVOKABLE QString linkTo(const QString &key) const;
    Q_INVOKABLE QString exportCsv() const; ///< what is shown, with filter and counts
    Q_INVOKABLE QString exportJson() const;
    /// Why none of the selected queues can be purged or deleted at all; "" = perhaps.
    Q_INVOKABLE QString bulkDenied(const QString &operation) const;
    /// What is asked for by field and chip together, as one filter.
    Q_INVOKABLE QString wholeFilter() const;

signals:
    void filterChanged();
    void sourcesChanged();

protected:
    TableModel *makeTable() override;
    QObject *store() const override;
    bool loaded() const override;
    void sessionSet() override;
    void looked() override;

private:
    void applyFilter();

    QueueDetailView *m_detail;
    QueueTree *m_tree;
    QString m_filter;
    QString m_scope;
};

} // namespace signalbox
