// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/formdraft.h"

#include "models/schema/secretname.h"
#include "models/stores/configstore.h"
#include "models/stores/draftstore.h"
#include "models/stores/format.h"
#include "models/stores/session.h"

#include <QDateTime>

namespace signalbox {

FormDraft::FormDraft(QObject *parent)
    : QObject(parent)
{
}

Session *FormDraft::session() const
{
    return m_session;
}

void FormDraft::setSession(Session *session)
{
    m_session = session;
    emit changed();
}

void FormDraft::setForm(const QString &form)
{
    m_form = form;
    emit changed();
}

DraftStore *FormDraft::store() const
{
    return m_session ? m_session->config()->draftStore() : nullptr;
}

QString FormDraft::key() const
{
    const QString connection = m_everywhere ? QString() : m_session->connectionIdentity();
    return QStringList { QStringLiteral("form"), connection, m_form, m_object }.join(
        QLatin1Char('/'));
}

bool FormDraft::begin(const QString &object)
{
    m_object = object;
    m_draft = {};
    m_restored.clear();
    m_begun = store() != nullptr;
    if (m_begun)
        if (const auto text = store()->text(key()))
            if (auto read = schema::decode<schema::FormDraft>(*text))
                m_draft = std::move(*read);
    if (!m_draft.fields.empty())
        m_restored =
            tr("Restored from %1").arg(format::dateTime(m_draft.savedMs, m_session->zone()));
    emit changed();
    return !m_draft.fields.empty();
}

bool FormDraft::has(const QString &field) const
{
    return schema::find(m_draft.fields, field.toStdString()) != nullptr;
}

QString FormDraft::text(const QString &field) const
{
    const std::string *held = schema::find(m_draft.fields, field.toStdString());
    return held ? QString::fromStdString(*held) : QString();
}

void FormDraft::keep(const QString &field, const QString &text, const QString &blank)
{
    if (!m_begun)
        return;
    const std::string name = field.toStdString();
    std::string value = text.toStdString();
    const std::string *held = schema::find(m_draft.fields, name);
    const bool worth = text != blank && value.size() <= fieldLimit && !schema::namesSecret(name);
    if (worth ? held && *held == value : !held)
        return;
    if (worth)
        schema::set(m_draft.fields, name, std::move(value));
    else
        std::erase_if(m_draft.fields, [&](const auto &each) { return each.first == name; });
    if (m_draft.fields.empty())
        return drop();
    m_draft.savedMs = QDateTime::currentMSecsSinceEpoch();
    store()->put(key(), schema::encode(m_draft));
}

void FormDraft::drop()
{
    m_draft = {};
    if (m_begun)
        store()->remove(key());
    if (m_restored.isEmpty())
        return;
    m_restored.clear();
    emit changed();
}

void FormDraft::startOver()
{
    drop();
    emit startedOver();
}

} // namespace signalbox
