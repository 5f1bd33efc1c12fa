// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace signalbox {

/// Looks for secrets in bytes: as they are, as UTF-16, base64 (both alphabets, at each of the three
/// places it may begin), percent-encoded, escaped as in JSON and as hexadecimal.
class SecretScan {
public:
    void plant(const QString &name, const QString &secret);
    /// "PLACE: NAME as FORM", one line for each that was found.
    [[nodiscard]] QStringList look(const QString &place, const QByteArray &bytes) const;
    /// All files below a folder.
    [[nodiscard]] QStringList lookBelow(const QString &folder, int *files = nullptr) const;
    [[nodiscard]] QList<QByteArray> formsOf(const QString &name) const;

private:
    struct Form {
        QString name;
        QString form;
        QByteArray bytes;
    };
    void add(const QString &name, const QString &form, const QByteArray &bytes);
    QList<Form> m_forms;
};

} // namespace signalbox
