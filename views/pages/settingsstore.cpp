// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/settingsstore.h"

#include <QDir>

#include <algorithm>

namespace signalbox {

namespace {
const QString themeKey = QStringLiteral("look/theme");
const QString utcKey = QStringLiteral("look/utc");
const QString scaleKey = QStringLiteral("look/scale");
const QString motionKey = QStringLiteral("look/reducedMotion");
const QString geometryKey = QStringLiteral("window/geometry");
const QString maximizedKey = QStringLiteral("window/maximized");
} // namespace

SettingsStore::SettingsStore(const QString &folder, QObject *parent)
    : QObject(parent)
    , m_folder(folder)
{
    if (folder.isEmpty())
        return;
    if (!QDir().mkpath(folder)) {
        m_error = tr("The profile folder %1 cannot be made; settings are kept until the end only.")
                      .arg(folder);
        return;
    }
    m_file = std::make_unique<QSettings>(
        QDir(folder).filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    if (m_file->status() != QSettings::NoError)
        m_error = tr("The settings in %1 cannot be read.").arg(m_file->fileName());
    m_scaleInForce = scale();
}

SettingsStore::~SettingsStore()
{
    sync();
}

QVariant SettingsStore::value(const QString &key, const QVariant &fallback) const
{
    return m_file ? m_file->value(key, fallback) : m_memory.value(key, fallback);
}

void SettingsStore::write(const QString &key, const QVariant &value)
{
    if (m_file)
        m_file->setValue(key, value);
    else
        m_memory.insert(key, value);
}

void SettingsStore::setValue(const QString &key, const QVariant &value)
{
    if (this->value(key) == value)
        return;
    write(key, value);
    emit changed();
}

void SettingsStore::remove(const QString &key)
{
    if (m_file)
        m_file->remove(key);
    else
        m_memory.remove(key);
    emit changed();
}

QString SettingsStore::theme() const
{
    const QString theme = value(themeKey, QStringLiteral("dark")).toString();
    return theme == QLatin1String("light") || theme == QLatin1String("contrast")
        ? theme
        : QStringLiteral("dark");
}

void SettingsStore::setTheme(const QString &theme)
{
    if (theme == QLatin1String("dark") || theme == QLatin1String("light")
        || theme == QLatin1String("contrast"))
        setValue(themeKey, theme);
}

bool SettingsStore::utc() const
{
    return value(utcKey, false).toBool();
}
void SettingsStore::setUtc(bool utc)
{
    setValue(utcKey, utc);
}

int SettingsStore::scale() const
{
    return std::clamp(value(scaleKey, 100).toInt(), minimumScale, maximumScale);
}

void SettingsStore::setScale(int percent)
{
    setValue(scaleKey, std::clamp(percent, minimumScale, maximumScale));
}

bool SettingsStore::reducedMotion() const
{
    return value(motionKey, false).toBool();
}
void SettingsStore::setReducedMotion(bool reduced)
{
    setValue(motionKey, reduced);
}

QRect SettingsStore::geometry() const
{
    return value(geometryKey).toRect();
}
bool SettingsStore::maximized() const
{
    return value(maximizedKey, false).toBool();
}

void SettingsStore::setGeometry(const QRect &geometry, bool maximized)
{
    if (!maximized)
        write(geometryKey, geometry);
    write(maximizedKey, maximized);
}

void SettingsStore::sync()
{
    if (!m_file)
        return;
    m_file->sync();
    const QString error = m_file->status() == QSettings::NoError
        ? QString()
        : tr("The settings cannot be written to %1.").arg(m_file->fileName());
    if (error != m_error) {
        m_error = error;
        emit changed();
    }
}

} // namespace signalbox
