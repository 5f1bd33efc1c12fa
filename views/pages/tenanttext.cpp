// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/tenanttext.h"

#include "models/rules/resource.h"
#include "models/stores/format.h"
#include "models/stores/plaintext.h"
#include "models/stores/session.h"
#include "models/stores/whendone.h"
#include "views/pages/flowtext.h"
#include "views/pages/tenantwords.h"

#include <QFile>
#include <QFileInfo>
#include <QStringDecoder>

namespace signalbox {

using flowtext::qs;

namespace {

std::string kbPathOf(const QString &tenant, const QString &id = {})
{
    const std::string all = rules::resourcePath({ "tenants", tenant.toStdString(), "kb" });
    return id.isEmpty() ? all : all + rules::resourcePath({ id.toStdString() });
}

/// The words of a file, or why there are none.
Expected<QString, QString> plainWordsIn(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return unexpected(TenantText::tr("%1 cannot be read: %2").arg(path, file.errorString()));
    const QByteArray bytes = file.read(TenantText::longest + 1);
    if (bytes.size() > TenantText::longest)
        return unexpected(
            TenantText::tr("%1 is larger than %2.").arg(path, format::bytes(TenantText::longest)));
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString words = decoder(bytes);
    if (decoder.hasError() || words.contains(QChar(0)))
        return unexpected(TenantText::tr("%1 is no plain text in UTF-8.").arg(path));
    return words;
}

} // namespace

TenantText::TenantText(QObject *parent)
    : QObject(parent)
    , m_draft(new FormDraft(this))
{
    m_draft->setForm(QStringLiteral("portal/text"));
    connect(m_draft, &FormDraft::startedOver, this, &TenantText::startOver);
}

void TenantText::setStore(TenantStore *store)
{
    if (m_store == store)
        return;
    if (m_store)
        m_store->disconnect(this);
    m_store = store;
    m_draft->setSession(store ? store->session() : nullptr);
    if (store)
        connect(store, &TenantStore::changed, this, &TenantText::changed);
    emit changed();
}

void TenantText::fill(const QString &title, const QString &text)
{
    m_title = title;
    m_text = text;
    m_bytes = m_text.toUtf8().size();
    emit titleChanged();
    emit textChanged();
    emit changed();
}

void TenantText::open(const QString &tenant, const QString &id)
{
    forget();
    m_tenant = tenant;
    m_id = id;
    if (!m_store)
        return;
    if (reading())
        return read();
    const bool kept = m_draft->begin(tenant);
    fill(kept ? m_draft->text(QStringLiteral("title")) : QString(),
        kept ? m_draft->text(QStringLiteral("text")) : QString());
}

void TenantText::startOver()
{
    fill({}, {});
}

void TenantText::read()
{
    m_busy = true;
    if (const auto *row = tenantwords::held(m_store->texts().rows, m_id))
        m_title = plainLine(row->title);
    emit titleChanged();
    emit changed();
    whenDone(this, m_store->question(m_tenant, kbPathOf(m_tenant, m_id)),
        [this, round = m_round](const Reply &reply) {
            if (round != m_round)
                return;
            m_busy = false;
            if (!reply) {
                m_error = flowtext::readFailure(tr("Reading the text"), reply.error());
            } else if (const auto held = schema::decode<schema::KbText>(reply->body)) {
                fill(plainLine(held->title),
                    plainText(held->text, std::size_t(longestShown), &m_hidden));
                m_bytes = qint64(held->text.size());
            } else {
                m_error = tr("The answer could not be read.");
            }
            emit changed();
        });
}

void TenantText::setTitle(const QString &title)
{
    if (m_title == title || reading())
        return;
    m_title = title;
    m_draft->keep(QStringLiteral("title"), title);
    emit titleChanged();
    emit changed();
}

void TenantText::setText(const QString &text)
{
    if (m_text == text || reading())
        return;
    m_text = text;
    m_bytes = m_text.toUtf8().size();
    m_error.clear();
    m_draft->keep(QStringLiteral("text"), text);
    emit textChanged();
    emit changed();
}

void TenantText::takeFile(const QString &path)
{
    if (reading() || m_busy)
        return;
    const auto words = plainWordsIn(path);
    if (words) {
        setText(*words);
        if (m_title.trimmed().isEmpty())
            setTitle(QFileInfo(path).completeBaseName());
    }
    m_error = words ? QString() : words.error();
    emit changed();
}

QString TenantText::subtitle() const
{
    const schema::Tenant *tenant = m_store ? m_store->tenant(m_tenant) : nullptr;
    return tenant ? plainLine(tenant->name) : QString();
}

QString TenantText::size() const
{
    if (m_bytes == 0)
        return {};
    if (m_hidden == 0 && m_text.size() > searched)
        return tr("%1, of which the first %2 characters are looked through: divide it.")
            .arg(format::bytes(m_bytes), format::count(qint64(searched)));
    if (reading() && m_hidden == 0)
        return format::bytes(m_bytes);
    return m_hidden > 0
        ? tr("%1, of which the first %2 are shown.")
              .arg(format::bytes(m_bytes), format::bytes(m_bytes - m_hidden))
        : tr("%1 of at most %2.").arg(format::bytes(m_bytes), format::bytes(longest));
}

QString TenantText::denied(const QString &tenant) const
{
    const Session *session = m_store ? m_store->session() : nullptr;
    if (!session || !session->gateway() || !session->online())
        return tr("Not connected.");
    if (QString why = m_store->roleDenied("POST " + kbPathOf(tenant), tenant); !why.isEmpty())
        return why;
    const schema::Tenant *row = m_store->tenant(tenant);
    return flowtext::whyDenied(session->denied(QStringLiteral("portal"),
        qs("POST " + kbPathOf(tenant)), row ? qs(schema::workspaceOf(*row)) : QString()));
}

QString TenantText::whyNot() const
{
    if (m_busy)
        return reading() ? tr("Reading…") : tr("Working…");
    if (reading())
        return {};
    if (QString why = denied(m_tenant); !why.isEmpty())
        return why;
    if (m_title.trimmed().isEmpty())
        return tr("Give it a title.");
    if (m_text.trimmed().isEmpty())
        return tr("There are no words in it.");
    return m_bytes > longest ? tr("It is larger than %1.").arg(format::bytes(longest)) : QString();
}

void TenantText::save()
{
    if (reading() || !m_result.isEmpty() || !whyNot().isEmpty())
        return;
    m_busy = true;
    m_error.clear();
    emit changed();
    schema::KbText made;
    made.title = m_title.trimmed().toStdString();
    made.text = m_text.toStdString();
    whenDone(this, m_store->change(m_tenant, "POST", kbPathOf(m_tenant), schema::encode(made)),
        [this, round = m_round](const Reply &reply) {
            if (round != m_round)
                return;
            m_busy = false;
            if (!reply) {
                m_error = flowtext::failure(tr("Adding the text"), reply.error());
                emit changed();
                return;
            }
            m_draft->drop();
            m_result = tr("Agents with the tool kb_search find it from now on.");
            emit changed();
            emit done();
        });
}

void TenantText::forget()
{
    ++m_round;
    m_busy = false;
    m_id.clear();
    m_hidden = 0;
    m_error.clear();
    m_result.clear();
    fill({}, {});
}

} // namespace signalbox
