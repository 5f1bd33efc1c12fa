// SPDX-License-Identifier: GPL-3.0-only
#include "tests/support/secretscan.h"

#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QUrl>

#include <algorithm>

namespace signalbox {
namespace {

/// What of the secret is certain in base64 when `before` other bytes stand in front of its group.
QByteArray base64At(const QByteArray &secret, int before, QByteArray::Base64Options options)
{
    const QByteArray all =
        (QByteArray(before, 'x') + secret).toBase64(options | QByteArray::OmitTrailingEquals);
    const qsizetype skip = before == 0 ? 0 : before + 1;
    const qsizetype whole = (before + secret.size()) * 8 / 6;
    return all.mid(skip, whole - skip);
}

} // namespace

void SecretScan::add(const QString &name, const QString &form, const QByteArray &bytes)
{
    const bool known = std::any_of(m_forms.cbegin(), m_forms.cend(),
        [&](const Form &one) { return one.name == name && one.bytes == bytes; });
    if (!known)
        m_forms.append({ name, form, bytes });
}

void SecretScan::plant(const QString &name, const QString &secret)
{
    const QByteArray plain = secret.toUtf8();
    add(name, QStringLiteral("plain text"), plain);
    add(name, QStringLiteral("UTF-16"),
        QByteArray(reinterpret_cast<const char *>(secret.utf16()), secret.size() * 2));
    for (int before = 0; before < 3; ++before) {
        add(name, QStringLiteral("base64"), base64At(plain, before, QByteArray::Base64Encoding));
        add(name, QStringLiteral("base64url"),
            base64At(plain, before, QByteArray::Base64UrlEncoding));
    }
    const QByteArray percent = QUrl::toPercentEncoding(secret);
    add(name, QStringLiteral("percent-encoded"), percent);
    add(name, QStringLiteral("percent-encoded"), percent.toLower());
    const QByteArray json = QJsonDocument(QJsonArray { secret }).toJson(QJsonDocument::Compact);
    add(name, QStringLiteral("JSON"), json.mid(2, json.size() - 4));
    add(name, QStringLiteral("hexadecimal"), plain.toHex());
}

QStringList SecretScan::look(const QString &place, const QByteArray &bytes) const
{
    QStringList found;
    for (const Form &form : m_forms)
        if (bytes.contains(form.bytes))
            found.append(QStringLiteral("%1: %2 as %3").arg(place, form.name, form.form));
    return found;
}

QStringList SecretScan::lookBelow(const QString &folder, int *files) const
{
    QStringList found;
    QDirIterator it(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        QFile file(it.next());
        found.append(look(QStringLiteral("name of ") + file.fileName(), file.fileName().toUtf8()));
        if (!file.open(QIODevice::ReadOnly))
            continue; // a socket
        if (files)
            ++*files;
        found.append(look(file.fileName(), file.readAll()));
    }
    return found;
}

QList<QByteArray> SecretScan::formsOf(const QString &name) const
{
    QList<QByteArray> forms;
    for (const Form &form : m_forms)
        if (form.name == name)
            forms.append(form.bytes);
    return forms;
}

} // namespace signalbox
