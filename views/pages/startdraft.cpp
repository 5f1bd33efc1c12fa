// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/startdraft.h"

#include "models/schema/secretname.h"
#include "views/pages/flowtext.h"

#include <QStringList>
#include <QUrl>

#include <algorithm>

namespace signalbox {

using flowtext::qs;

namespace {
QString group(const QString &connection)
{
    return QStringLiteral("start/") + QString::fromLatin1(QUrl::toPercentEncoding(connection))
        + QLatin1Char('/');
}

bool tooLong(const StartDraft &draft)
{
    return std::any_of(draft.values.begin(), draft.values.end(), [](const auto &value) {
        return value.second.size() > StartDraftFile::valueLimit;
    }) || draft.description.size() > StartDraftFile::valueLimit;
}
} // namespace

bool StartDraft::empty() const
{
    return id.isEmpty() && description.isEmpty() && values.empty();
}

StartDraftFile::StartDraftFile(const QString &folder)
{
    if (!folder.isEmpty())
        m_file = std::make_unique<QSettings>(
            folder + QStringLiteral("/drafts.ini"), QSettings::IniFormat);
}

StartDraftFile::~StartDraftFile() = default;

std::optional<StartDraft> StartDraftFile::read(const QString &connection) const
{
    if (!m_file)
        return m_memory;
    const QString at = group(connection);
    if (!m_file->contains(at + QStringLiteral("blueprint")))
        return std::nullopt;
    const auto text = [&](const char *key) {
        return m_file->value(at + QLatin1String(key)).toString();
    };
    StartDraft draft { text("workspace"), text("blueprint"), text("id"), text("description"), {} };
    const QStringList names = m_file->value(at + QStringLiteral("names")).toStringList();
    const QStringList values = m_file->value(at + QStringLiteral("values")).toStringList();
    for (qsizetype i = 0; i < std::min(names.size(), values.size()); ++i)
        draft.values.emplace_back(names.at(i).toStdString(), values.at(i).toStdString());
    return draft;
}

QString StartDraftFile::write(const QString &connection, const StartDraft &draft)
{
    if (draft.empty()) {
        clear(connection);
        return {};
    }
    if (tooLong(draft))
        return QCoreApplication::translate(
            "StartDraft", "A value is longer than 64 KiB: this form is not kept as a draft.");
    if (!m_file) {
        m_memory = draft;
        return {};
    }
    const QString at = group(connection);
    QStringList names;
    QStringList values;
    QStringList secrets; // never go to disk
    for (const auto &[name, value] : draft.values) {
        if (schema::namesSecret(name)) {
            secrets.append(qs(name));
            continue;
        }
        names.append(qs(name));
        values.append(qs(value));
    }
    m_file->setValue(at + QStringLiteral("workspace"), draft.workspace);
    m_file->setValue(at + QStringLiteral("blueprint"), draft.blueprint);
    m_file->setValue(at + QStringLiteral("id"), draft.id);
    m_file->setValue(at + QStringLiteral("description"), draft.description);
    m_file->setValue(at + QStringLiteral("names"), names);
    m_file->setValue(at + QStringLiteral("values"), values);
    m_file->sync();
    if (m_file->status() != QSettings::NoError)
        return QCoreApplication::translate("StartDraft", "The draft cannot be written to %1.")
            .arg(m_file->fileName());
    if (!secrets.isEmpty())
        return QCoreApplication::translate("StartDraft", "Secrets are not kept in the draft: %1.")
            .arg(secrets.join(QStringLiteral(", ")));
    return {};
}

void StartDraftFile::clear(const QString &connection)
{
    m_memory.reset();
    if (!m_file)
        return;
    m_file->remove(group(connection).chopped(1));
    m_file->sync();
}

} // namespace signalbox
