// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QByteArray>
#include <QObject>
#include <QRect>
#include <QSettings>
#include <QStringList>
#include <QVariant>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// What the console remembers between starts: an ini file in the profile folder. Holds no secret,
/// ever. GUI thread. A value that cannot be written is reported by `error`.
class SettingsStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the program")
    Q_PROPERTY(
        QString theme READ theme WRITE setTheme NOTIFY changed FINAL) ///< dark light contrast
    Q_PROPERTY(bool utc READ utc WRITE setUtc NOTIFY changed FINAL)
    Q_PROPERTY(int scale READ scale WRITE setScale NOTIFY changed
            FINAL) ///< percent, in force from the next start on
    Q_PROPERTY(int scaleInForce READ scaleInForce CONSTANT FINAL) ///< what this start began with
    Q_PROPERTY(bool reducedMotion READ reducedMotion WRITE setReducedMotion NOTIFY changed FINAL)
    Q_PROPERTY(QString folder READ folder CONSTANT FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
public:
    /// `folder` is made when missing; "" keeps everything in memory only (tests).
    explicit SettingsStore(const QString &folder, QObject *parent = nullptr);
    ~SettingsStore() override;

    static constexpr int minimumScale = 75;
    static constexpr int maximumScale = 300;

    QString theme() const;
    void setTheme(const QString &theme); ///< unknown names are refused
    bool utc() const;
    void setUtc(bool utc);
    int scale() const;
    void setScale(int percent); ///< bounded
    int scaleInForce() const { return m_scaleInForce; }
    bool reducedMotion() const;
    void setReducedMotion(bool reduced);
    QString folder() const { return m_folder; }
    QString error() const { return m_error; }

    /// Anything a page wants to keep, e.g. "flows/filter", "columns/flows". Values are plain (text,
    /// numbers, lists).
    Q_INVOKABLE QVariant value(const QString &key, const QVariant &fallback = {}) const;
    Q_INVOKABLE void setValue(const QString &key, const QVariant &value);
    Q_INVOKABLE void remove(const QString &key);

    QRect geometry() const; ///< of the window; null when never kept
    void setGeometry(const QRect &geometry, bool maximized);
    bool maximized() const;
    void sync(); ///< writes now

signals:
    void changed();

private:
    void write(const QString &key, const QVariant &value);

    QString m_folder;
    QString m_error;
    std::unique_ptr<QSettings> m_file; ///< nullptr: in memory
    QVariantMap m_memory;
    int m_scaleInForce = 100;
};

} // namespace signalbox
