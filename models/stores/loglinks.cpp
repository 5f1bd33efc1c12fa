// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/loglinks.h"

#include <QCoreApplication>

namespace signalbox {
namespace {

QString logWords(const char *text)
{
    return QCoreApplication::translate("LogLinks", text);
}

QString logKey(const char *of)
{
    return QLatin1String("logs-") + QLatin1String(of);
}

} // namespace

LogTemplates LogTemplates::of(const SavedConnection &saved)
{
    return { saved.more.value(logKey("flow")), saved.more.value(logKey("processor")),
        saved.more.value(logKey("queue")) };
}

void LogTemplates::putInto(SavedConnection &saved) const
{
    const auto put = [&saved](const char *of, const QString &pattern) {
        if (pattern.trimmed().isEmpty())
            saved.more.remove(logKey(of));
        else
            saved.more.insert(logKey(of), pattern.trimmed());
    };
    put("flow", flow);
    put("processor", processor);
    put("queue", queue);
}

QString LogTemplates::words(const rules::LogLinkFault &fault)
{
    using Kind = rules::LogLinkFault::Kind;
    const QString text = QString::fromStdString(fault.text);
    switch (fault.kind) {
    case Kind::NotWeb:
        return logWords("It must begin with https:// or http://.");
    case Kind::NoHost:
        return logWords("It names no host.");
    case Kind::Account:
        return logWords("No name or password here: it would be stored and shown.");
    case Kind::PlaceholderInHost:
        return logWords("No placeholder in the host: a name must not decide where a link leads.");
    case Kind::Unknown:
        return logWords("“{%1}” is no placeholder: there are {workspace}, {flow}, {processor} and "
                        "{queue}. Write %7B and %7D for braces.")
            .arg(text);
    case Kind::Brace:
        return logWords("A brace is not closed or not opened. Write %7B and %7D for braces.");
    case Kind::Character:
        return logWords("A blank or a control character must be percent-encoded.");
    case Kind::Missing:
        return logWords("The template of this connection wants {%1}, which is not known of it.")
            .arg(text);
    }
    return {};
}

QString LogTemplates::fault(const QString &pattern)
{
    const auto fault = rules::logLinkFault(pattern.trimmed().toStdString());
    return fault ? words(*fault) : QString();
}

} // namespace signalbox
