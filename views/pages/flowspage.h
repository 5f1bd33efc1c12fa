// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/flowdetail.h"
#include "views/pages/tablepage.h"

namespace signalbox {

/// The Flows page: the table of one or all workspaces, what may be done, and the flow looked at.
/// GUI thread. (The base is named in full: the type registration of Qt 6.4 finds no other name.)
class FlowsPage : public signalbox::TablePage {
    Q_OBJECT
    QML_NAMED_ELEMENT(FlowsPageModel)
    Q_PROPERTY(signalbox::FlowDetail *detail READ detail CONSTANT FINAL)
    Q_PROPERTY(bool loading READ loading NOTIFY changed FINAL)
    Q_PROPERTY(QString startDenied READ startDenied NOTIFY changed FINAL) ///< why not, "" = allowed
    Q_PROPERTY(QString stopDenied READ stopDenied NOTIFY changed FINAL)
public:
    explicit FlowsPage(QObject *parent = nullptr);
    ~FlowsPage() override;

    FlowDetail *detail() const { return m_detail; }
    bool loading() const;
    QString error() const override;
    QString emptyTitle() const override;
    QString emptyText() const override;
    QString startDenied() const;
    QString stopDenied() const;

    /// Why these flows cannot be stopped now: the right is missing, or all of them are stopping
    /// already.
    Q_INVOKABLE QString whyNotStop(const QStringList &keys) const;
    Q_INVOKABLE QString idOf(const QString &key) const;
    Q_INVOKABLE QString workspaceOf(const QString &key) const;
    /// For the Queues page: that flow's, whatever its name holds.
    Q_INVOKABLE QString filterOf(const QString &key) const;
    Q_INVOKABLE QString blueprintLinkOf(const QString &key) const;
    QString jsonOf(const QString &key) const override; ///< also while the filter hides it
    Q_INVOKABLE QString linkTo(const QString &key) const;
    Q_INVOKABLE void copy(const QString &text);

signals:
    void copied(const QString &text);
    void flowGone(const QString &key);

protected:
    TableModel *makeTable() override;
    QObject *store() const override;
    bool loaded() const override;
    void sessionSet() override;
    void looked() override;

private:
    FlowDetail *m_detail;
};

} // namespace signalbox
