// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/appstate.h"

#include <QPointer>

namespace signalbox {

/// Filters of one page that a person gave a name, kept per connection in the settings. At most
/// `limit`. GUI thread.
class SavedFilters : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(signalbox::AppState *app READ app WRITE setApp NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(QString page READ page WRITE setPage NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(QStringList names READ names NOTIFY changed FINAL) ///< in alphabetical order
public:
    static constexpr qsizetype limit = 50;
    static constexpr qsizetype nameLimit = 60;
    using List = QMap<QString, QString>; ///< name → filter

    explicit SavedFilters(QObject *parent = nullptr);

    AppState *app() const { return m_app; }
    void setApp(AppState *app);
    QString page() const { return m_page; }
    void setPage(const QString &page);
    QStringList names() const;
    Q_INVOKABLE QString filter(const QString &name) const; ///< "" when there is none
    Q_INVOKABLE QString whyNotSave(const QString &name, const QString &filter) const; ///< "" = may
    Q_INVOKABLE void save(const QString &name, const QString &filter); ///< replaces one of the name
    Q_INVOKABLE void remove(const QString &name);

    static List read(const SettingsStore &settings, const QString &page, const QString &connection);

signals:
    void changed();

private:
    [[nodiscard]] List all() const;
    void write(const List &filters);

    QPointer<AppState> m_app;
    QString m_page;
};

} // namespace signalbox
