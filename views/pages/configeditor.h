// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/configdrafts.h"
#include "views/pages/configform.h"
#include "views/pages/configversions.h"
#include "views/pages/latestwork.h"

#include <QElapsedTimer>
#include <QTimer>

namespace signalbox {

/// The config entry looked at: its text, its form, what differs, its versions. Every edit is a
/// draft at once and kept; nothing is written to the back end from here. GUI thread.
class ConfigEditor : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ConfigPage")
    Q_PROPERTY(QString entry READ entry NOTIFY changed FINAL) ///< id, "" = none
    Q_PROPERTY(QString title READ title NOTIFY changed FINAL)
    Q_PROPERTY(QString subtitle READ subtitle NOTIFY changed FINAL)
    Q_PROPERTY(QString text READ text NOTIFY textChanged FINAL)
    Q_PROPERTY(QString state READ state NOTIFY changed FINAL) ///< of the draft, in words
    Q_PROPERTY(int stateTone READ stateTone NOTIFY changed FINAL)
    Q_PROPERTY(bool edited READ edited NOTIFY changed FINAL) ///< there is a draft
    Q_PROPERTY(bool conflict READ conflict NOTIFY changed FINAL)
    Q_PROPERTY(bool deleting READ deleting NOTIFY changed FINAL)
    Q_PROPERTY(QString frozen READ frozen NOTIFY changed FINAL) ///< why it cannot be edited
    Q_PROPERTY(QString textFrozen READ textFrozen NOTIFY changed FINAL) ///< as text
    /// What is said of the text is of an older one: this one is looked through on a thread.
    Q_PROPERTY(bool checking READ checking NOTIFY changed FINAL)
    Q_PROPERTY(QString whyNotApply READ whyNotApply NOTIFY changed FINAL) ///< "" = it may be
    Q_PROPERTY(QString fault READ fault NOTIFY changed FINAL) ///< why the text is no JSON
    Q_PROPERTY(int faultAt READ faultAt NOTIFY changed FINAL) ///< character, -1 none
    Q_PROPERTY(int faultLine READ faultLine NOTIFY changed FINAL) ///< from 1, 0 none
    Q_PROPERTY(QList<int> marks READ marks NOTIFY changed FINAL) ///< characters of lesser issues
    Q_PROPERTY(QString caution READ caution NOTIFY changed FINAL)
    Q_PROPERTY(bool hasForm READ hasForm NOTIFY changed FINAL)
    Q_PROPERTY(bool secret READ secret NOTIFY changed FINAL)
    Q_PROPERTY(bool revealed READ revealed WRITE setRevealed NOTIFY changed FINAL)
    Q_PROPERTY(signalbox::ConfigForm *form READ form CONSTANT FINAL)
    Q_PROPERTY(signalbox::DiffLines *diff READ diff CONSTANT FINAL)
    Q_PROPERTY(signalbox::ConfigVersions *versions READ versions CONSTANT FINAL)
public:
    static constexpr int textLimit = 512 * 1024; ///< bytes that the editor shows

    explicit ConfigEditor(QObject *parent = nullptr);
    ~ConfigEditor() override;

    void setSession(Session *session);
    void show(const QString &id);
    QString entry() const { return m_id; }
    QString title() const { return m_place.key; }
    QString subtitle() const;
    QString text() const { return m_text; }
    QString state() const;
    int stateTone() const;
    bool edited() const;
    bool conflict() const;
    bool deleting() const;
    QString frozen() const;
    QString textFrozen() const;
    bool checking() const { return m_checking; }
    QString whyNotApply() const;
    QString fault() const { return m_fault; }
    int faultAt() const { return m_faultAt; }
    int faultLine() const { return m_faultLine; }
    QList<int> marks() const { return m_marks; }
    QString caution() const { return m_caution; }
    bool hasForm() const { return m_hasForm; }
    bool secret() const { return m_secret; }
    bool revealed() const { return m_revealed; }
    void setRevealed(bool revealed);
    ConfigForm *form() const { return m_form; }
    DiffLines *diff() const { return m_diff; }
    ConfigVersions *versions() const { return m_versions; }

    /// Typed. A text above `LatestWork::small` is a draft at once and looked through on a thread.
    /// One above `largeText`, also one that a form makes, becomes a draft when the typing pauses,
    /// four times a second at least: copying it with every key would be felt.
    Q_INVOKABLE void edit(const QString &text);
    Q_INVOKABLE bool holds(const QString &text) const { return text == m_text; }
    static constexpr qsizetype largeText = 32768; ///< characters
    static constexpr int pauseMs = 100;
    static constexpr int longestPauseMs = 250;
    Q_INVOKABLE void discard(); ///< the draft
    Q_INVOKABLE void tidy(); ///< lays the text out
    /// Character of the next (or the one before) `needle` from `from` on, going round; -1 none.
    Q_INVOKABLE int find(const QString &needle, int from, bool backwards) const;

signals:
    void changed();
    void textChanged();

private:
    struct Question;
    struct Reading;
    [[nodiscard]] bool pending() const { return m_pause.isActive() || m_typingSince.isValid(); }
    void settle(); ///< what was typed last and is not a draft yet, by whoever goes on
    void settleTyped(); ///< the same while it is typed
    [[nodiscard]] std::string takePending();
    [[nodiscard]] std::optional<std::string> held() const; ///< draft, else the back end's value
    void takeForm(const std::string &text);
    void settleLater();
    void keep(const std::string &text, bool atOnce); ///< as a draft
    void keepTyped(const std::string &text);
    void readNow();
    void read();
    void tell(Reading reading);
    void setChecking(bool checking);
    [[nodiscard]] Question question() const;
    static Reading readingOf(const Question &question); ///< any thread
    static void check(const Question &question, const std::string &text, Reading &out);
    static void checkBlueprint(const Question &question, const std::string &text, Reading &out);
    [[nodiscard]] QStringList keysOf(const std::string &type) const;

    QPointer<Session> m_session;
    QTimer m_pause; ///< of the typing in a large text
    QElapsedTimer m_typingSince;
    std::optional<std::string> m_fromForm; ///< what waits was made by the form
    /// What the back end had when the typing began that waits: what came since is a conflict.
    std::optional<std::optional<std::string>> m_typedOn;
    LatestWork m_reading { this };
    bool m_checking = false;
    bool m_unread = true; ///< what is shown is not of this entry yet: it is read at once
    bool m_readsForm = false; ///< what is looked through was made by the form
    bool m_ownEdit = false; ///< the draft changes by us
    QString m_id;
    ConfigStore::Place m_place;
    QString m_text;
    QString m_fault;
    int m_faultAt = -1;
    int m_faultLine = 0;
    QList<int> m_marks;
    QString m_caution;
    bool m_hasForm = false;
    bool m_secret = false;
    bool m_revealed = false;
    bool m_tooLarge = false;
    ConfigForm *m_form;
    DiffLines *m_diff;
    ConfigVersions *m_versions;
};

} // namespace signalbox
