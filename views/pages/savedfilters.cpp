// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/savedfilters.h"

#include "models/stores/session.h"
#include "views/pages/settingsstore.h"

namespace signalbox {
namespace {

QString keyOf(const QString &page, const QString &connection)
{
    // a name may hold what separates groups in the file
    return QStringLiteral("filters/%1/%2")
        .arg(page, QString::fromLatin1(connection.toUtf8().toHex()));
}

} // namespace

SavedFilters::SavedFilters(QObject *parent)
    : QObject(parent)
{
}

void SavedFilters::setApp(AppState *app)
{
    if (m_app == app)
        return;
    m_app = app;
    if (m_app)
        connect(m_app->session(), &Session::changed, this, &SavedFilters::changed);
    emit changed();
}

void SavedFilters::setPage(const QString &page)
{
    m_page = page;
    emit changed();
}

SavedFilters::List SavedFilters::read(
    const SettingsStore &settings, const QString &page, const QString &connection)
{
    List filters;
    const QStringList lines = settings.value(keyOf(page, connection)).toStringList();
    for (const QString &line : lines)
        if (const qsizetype tab = line.indexOf(QLatin1Char('\t')); tab > 0)
            filters.insert(line.left(tab), line.mid(tab + 1));
    return filters;
}

SavedFilters::List SavedFilters::all() const
{
    return m_app && m_app->session()
        ? read(*m_app->settings(), m_page, m_app->session()->connectionIdentity())
        : List();
}

void SavedFilters::write(const List &filters)
{
    QStringList lines;
    for (auto at = filters.begin(); at != filters.end(); ++at)
        lines.append(at.key() + QLatin1Char('\t') + at.value());
    m_app->settings()->setValue(keyOf(m_page, m_app->session()->connectionIdentity()), lines);
    emit changed();
}

QStringList SavedFilters::names() const
{
    return all().keys();
}

QString SavedFilters::filter(const QString &name) const
{
    return all().value(name);
}

QString SavedFilters::whyNotSave(const QString &name, const QString &filter) const
{
    if (filter.trimmed().isEmpty())
        return tr("There is no filter to keep.");
    if (name.trimmed().isEmpty())
        return tr("Give it a name.");
    if (name.trimmed().size() > nameLimit)
        return tr("The name is longer than %1 characters.").arg(nameLimit);
    const List held = all();
    return held.size() >= limit && !held.contains(name.trimmed())
        ? tr("%1 filters are kept already: remove one first.").arg(limit)
        : QString();
}

void SavedFilters::save(const QString &name, const QString &filter)
{
    if (!m_app || !whyNotSave(name, filter).isEmpty())
        return;
    List held = all();
    held.insert(name.trimmed().replace(QLatin1Char('\t'), QLatin1Char(' ')), filter.simplified());
    write(held);
}

void SavedFilters::remove(const QString &name)
{
    List held = all();
    if (m_app && held.remove(name) > 0)
        write(held);
}

} // namespace signalbox
