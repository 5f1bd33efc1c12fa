// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/settingsstore.h"

#include <QPointer>

#include <deque>

namespace signalbox {

class AlertStore;
class Session;

/// Where the person is: page, workspace and the object looked at, with the way back. Remembers the
/// place in the settings. Pages open each other through it and never directly. GUI thread.
class AppState : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the program")
    Q_MOC_INCLUDE("models/stores/alertstore.h")
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(signalbox::Session *session READ session CONSTANT FINAL)
    Q_PROPERTY(signalbox::AlertStore *alerts READ alerts CONSTANT FINAL)
    Q_PROPERTY(signalbox::SettingsStore *settings READ settings CONSTANT FINAL)
    Q_PROPERTY(QString page READ page NOTIFY placeChanged FINAL) ///< id as in pagelist.h
    Q_PROPERTY(int pageIndex READ currentIndex NOTIFY placeChanged FINAL)
    Q_PROPERTY(QString pageTitle READ pageTitle NOTIFY placeChanged FINAL)
    Q_PROPERTY(QString target READ target NOTIFY placeChanged
            FINAL) ///< key of the object to show, "" none
    Q_PROPERTY(bool canGoBack READ canGoBack NOTIFY placeChanged FINAL)
    Q_PROPERTY(bool canGoForward READ canGoForward NOTIFY placeChanged FINAL)
    Q_PROPERTY(
        QString notice READ notice NOTIFY noticeChanged FINAL) ///< last short word to the person
    Q_PROPERTY(QString version READ version CONSTANT FINAL)
    Q_PROPERTY(QString address READ address NOTIFY addressChanged FINAL) ///< asked about
public:
    static constexpr int historyLimit = 100;

    AppState(Session *session, SettingsStore *settings, QObject *parent = nullptr);
    ~AppState() override;

    Session *session() const;
    AlertStore *alerts() const { return m_alerts; } ///< of the session
    SettingsStore *settings() const { return m_settings; }
    QString page() const;
    int currentIndex() const;
    QString pageTitle() const;
    QString target() const;
    bool canGoBack() const { return m_at > 0; }
    bool canGoForward() const { return m_at + 1 < int(m_history.size()); }
    QString notice() const { return m_notice; }
    QString version() const;
    QString address() const { return m_address; }

    /// Goes to a page; `target` selects an object there, `filter` (when not empty) replaces the
    /// page's filter. An unknown page changes nothing and is told in `notice`.
    Q_INVOKABLE void open(
        const QString &page, const QString &target = {}, const QString &filter = {});
    Q_INVOKABLE void openIndex(int index);
    Q_INVOKABLE void back();
    Q_INVOKABLE void forward();
    /// The page tells what it shows now, so that back and the next start find it again. No new
    /// step.
    Q_INVOKABLE void setTarget(const QString &target);
    /// signalbox://page/ID · workspace/ID · flow/WORKSPACE/ID · queue/NAME ·
    /// config/WORKSPACE/TYPE/KEY · blueprint/WORKSPACE/NAME (percent-encoded).
    /// False: not understood.
    Q_INVOKABLE bool openLink(const QString &link);
    /// The Flows page with the form for a new flow of this blueprint.
    Q_INVOKABLE void startFlowOf(const QString &workspace, const QString &blueprint);
    Q_INVOKABLE void copy(const QString &text, const QString &what = {});
    Q_INVOKABLE void say(const QString &notice);
    /// Writes text to a file of the person; "" or why not. A file that exists is replaced only with
    /// `replace`.
    Q_INVOKABLE QString save(const QString &path, const QString &text, bool replace);
    Q_INVOKABLE QString exportPath(
        const QString &name) const; ///< a free name in the download folder
    /// "14:02:31.4" in the zone chosen in the settings; "—" when 0.
    Q_INVOKABLE QString clock(double unixMs) const;
    Q_INVOKABLE QString ageText(double ms) const; ///< "0.4 s"; "—" when negative
    Q_INVOKABLE QString bytesText(double bytes) const;
    Q_INVOKABLE QString countText(double value) const; ///< "—" when negative
    /// Why the logs of a thing cannot be opened, "" they can; a part that it has not is "". `of` is
    /// flow, processor or queue and chooses the template of the connection.
    Q_INVOKABLE QString whyNoLogs(const QString &of, const QString &workspace, const QString &flow,
        const QString &processor = {}, const QString &queue = {}) const;
    /// Shows the address and asks; openAddress() then hands it to the browser.
    Q_INVOKABLE void askForLogs(const QString &of, const QString &workspace, const QString &flow,
        const QString &processor = {}, const QString &queue = {});
    Q_INVOKABLE void openAddress();
    /// A new process with the same command line takes over (e.g. for another scale). The program
    /// does it.
    Q_INVOKABLE void restart() { emit restartRequested(); }

signals:
    void placeChanged();
    void filterRequested(const QString &page, const QString &filter);
    void noticeChanged();
    void addressChanged();
    void startRequested(const QString &workspace, const QString &blueprint);
    void commandRequested(
        const QString &command); ///< ids of CommandPalette; the frame or a page acts
    void restartRequested();

private:
    struct Place {
        int page = 0;
        QString workspace;
        QString target;
        bool operator==(const Place &) const = default;
    };
    const Place &here() const { return m_history[size_t(m_at)]; }
    void go(Place place);
    void arrive();
    void followWorkspace();

    QPointer<Session> m_session;
    AlertStore *m_alerts;
    SettingsStore *m_settings;
    std::deque<Place> m_history;
    int m_at = 0;
    bool m_moving = false; ///< back or forward changes the workspace: no new step
    QString m_notice;
    QString m_address;
};

} // namespace signalbox
