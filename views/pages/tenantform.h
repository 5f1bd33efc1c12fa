// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/tenantstore.h"
#include "views/pages/configform.h"
#include "views/pages/conflictmerge.h"
#include "views/pages/difflines.h"
#include "views/pages/formdraft.h"

#include <QPointer>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// Makes or changes a tenant or something that it has: as a form or as its JSON, both on the same
/// text, of which every byte that was not named stays; with what differs, and with a way out when
/// somebody was faster (409). Drafts are kept, but of what holds secrets: channels and the token
/// of an invitation.
/// GUI thread.
class TenantForm : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(signalbox::TenantStore *store READ store WRITE setStore NOTIFY changed FINAL)
    Q_PROPERTY(Kind kind READ kind NOTIFY changed FINAL)
    Q_PROPERTY(QString title READ title NOTIFY changed FINAL)
    Q_PROPERTY(QString subtitle READ subtitle NOTIFY changed FINAL)
    Q_PROPERTY(QString verb READ verb NOTIFY changed FINAL)
    Q_PROPERTY(signalbox::ConfigForm *form READ form CONSTANT FINAL)
    Q_PROPERTY(signalbox::DiffLines *diff READ diff CONSTANT FINAL)
    Q_PROPERTY(signalbox::ConflictMerge *merge READ merge CONSTANT FINAL) ///< of a conflict
    Q_PROPERTY(signalbox::FormDraft *draft READ draft CONSTANT FINAL)
    Q_PROPERTY(QString text READ text NOTIFY textChanged FINAL)
    Q_PROPERTY(QString fault READ fault NOTIFY changed FINAL) ///< why the text is no JSON
    Q_PROPERTY(int faultAt READ faultAt NOTIFY changed FINAL) ///< character, -1 none
    Q_PROPERTY(bool edited READ edited NOTIFY changed FINAL)
    Q_PROPERTY(bool conflict READ conflict NOTIFY changed FINAL)
    Q_PROPERTY(QStringList templates READ templates NOTIFY changed FINAL) ///< names; new agents
    Q_PROPERTY(QString note READ note NOTIFY changed FINAL) ///< what the form cannot say
    Q_PROPERTY(QString whyNot READ whyNot NOTIFY changed FINAL) ///< "" = it can be saved
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString result READ result NOTIFY changed FINAL)
    Q_PROPERTY(QString secret READ secret NOTIFY changed FINAL) ///< shown once
public:
    enum Kind { ATenant, AnAgent, AChannel, AMember, AnInvitation, AnAcceptance };
    Q_ENUM(Kind)

    explicit TenantForm(QObject *parent = nullptr);

    TenantStore *store() const { return m_store; }
    void setStore(TenantStore *store);
    Kind kind() const { return m_kind; }
    QString title() const;
    QString subtitle() const;
    QString verb() const;
    ConfigForm *form() const { return m_form; }
    DiffLines *diff() const { return m_diff; }
    ConflictMerge *merge() const { return m_merge; }
    FormDraft *draft() const { return m_draft; }
    QString text() const { return QString::fromStdString(m_text); }
    QString fault() const { return m_fault; }
    int faultAt() const { return m_faultAt; }
    bool edited() const;
    bool conflict() const { return m_current.has_value(); }
    QStringList templates() const;
    QString note() const;
    QString whyNot() const;
    bool busy() const { return m_busy; }
    QString error() const { return m_error; }
    QString result() const { return m_result; }
    QString secret() const { return m_secret; }

    /// `id` "" makes a new one; `copyOf` begins it with what that one holds.
    Q_INVOKABLE void open(signalbox::TenantForm::Kind kind, const QString &tenant,
        const QString &id = {}, const QString &copyOf = {});
    Q_INVOKABLE void edit(const QString &text); ///< typed into the JSON
    Q_INVOKABLE void tidy();
    /// Fills the form: what a template brings is looked at, changed and shown as a diff before
    /// anything is saved, which the far end's own `from-template` would not let anybody do.
    Q_INVOKABLE void takeTemplate(int index);
    Q_INVOKABLE void save();
    Q_INVOKABLE void takeMerged(); ///< conflict: as chosen place by place
    Q_INVOKABLE void takeMine(); ///< conflict: mine as it is, on top of theirs
    Q_INVOKABLE void takeTheirs(); ///< conflict: mine is dropped
    Q_INVOKABLE void forget();
    /// The request line of a save, for rights.
    static std::string line(Kind kind, const QString &tenant, const QString &id);

signals:
    void changed();
    void textChanged();
    void done();

private:
    void follow();
    void show();
    void take(std::string text);
    void startOver();
    void keepDraft();
    void settle(const Reply &reply);
    void readCurrent();
    void goOn(std::string text);
    [[nodiscard]] std::string storedText() const;
    [[nodiscard]] bool keepsDraft() const { return m_kind != AChannel && m_kind != AnAcceptance; }
    [[nodiscard]] QStringList toolNames() const;
    [[nodiscard]] QString checkField(const schema::FormField &field) const;

    QPointer<TenantStore> m_store;
    Kind m_kind = AnAgent;
    QString m_tenant;
    QString m_id;
    ConfigForm *m_form;
    DiffLines *m_diff;
    ConflictMerge *m_merge;
    FormDraft *m_draft;
    std::string m_base; ///< what the far end had when this was begun
    std::string m_blank; ///< what the form began with
    std::string m_text;
    std::optional<std::string> m_current; ///< conflict: what it has now
    QString m_fault;
    int m_faultAt = -1;
    int m_round = 0; ///< answers of an older one are void
    bool m_busy = false;
    bool m_toolsKnown = false;
    QString m_error;
    QString m_result;
    QString m_secret;
};

} // namespace signalbox
