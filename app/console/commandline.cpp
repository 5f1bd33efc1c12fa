// SPDX-License-Identifier: GPL-3.0-only
#include "app/console/commandline.h"

#include "views/pages/pagelist.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QUrl>
#include <QUrlQuery>

namespace signalbox {

namespace {

constexpr qint64 keyFileLimit = 64 * 1024;

Expected<QString, QString> readKey(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return unexpected(QStringLiteral("--api-key-file: %1: %2").arg(path, file.errorString()));
    if (file.size() > keyFileLimit)
        return unexpected(QStringLiteral("--api-key-file: %1 is larger than 64 KiB").arg(path));
    const QString key = QString::fromUtf8(file.readAll()).trimmed();
    if (key.isEmpty())
        return unexpected(QStringLiteral("--api-key-file: %1 is empty").arg(path));
    return key;
}

bool readRenderer(const QString &text, Renderer &renderer)
{
    constexpr std::pair<const char *, Renderer> names[] = { { "auto", Renderer::Auto },
        { "opengl", Renderer::OpenGl }, { "software", Renderer::Software } };
    for (const auto &[name, value] : names)
        if (text == QLatin1String(name)) {
            renderer = value;
            return true;
        }
    return false;
}

QString check(const CommandLine &line)
{
    if (!line.url.isEmpty() && !line.connection.isEmpty())
        return QStringLiteral("--url and --connection exclude each other");
    if (!line.apiKey.isEmpty() && line.url.isEmpty())
        return QStringLiteral("--api-key-file needs --url");
    if (!line.page.isEmpty() && pageIndex(line.page) < 0)
        return QStringLiteral("--page: there is no page “%1”").arg(line.page);
    if (!line.url.isEmpty()) {
        const QUrl url(line.url, QUrl::StrictMode);
        if (!url.isValid() || url.host().isEmpty()
            || (url.scheme() != QLatin1String("http") && url.scheme() != QLatin1String("https")))
            return QStringLiteral(
                "--url: an address like http://127.0.0.1:8888 is needed, not “%1”")
                .arg(line.url);
        if (!url.userInfo().isEmpty())
            return QStringLiteral("--url: no password in the address; use --api-key-file");
    }
    return {};
}

} // namespace

QString defaultProfile()
{
    return QDir(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation))
        .filePath(QStringLiteral("signalbox"));
}

Expected<CommandLine, QString> parseCommandLine(const QStringList &arguments)
{
    CommandLine line;
    QString keyFile;
    QString renderer;
    const std::pair<const char *, QString *> values[] = {
        { "--connection", &line.connection },
        { "--url", &line.url },
        { "--api-key-file", &keyFile },
        { "--workspace", &line.workspace },
        { "--page", &line.page },
        { "--profile", &line.profile },
        { "--renderer", &renderer },
        { "--tour", &line.tour },
    };
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &argument = arguments[i];
        const QString name = argument.section(QLatin1Char('='), 0, 0);
        if (argument == QLatin1String("--help") || argument == QLatin1String("-h")) {
            line.help = true;
        } else if (argument == QLatin1String("--version") || argument == QLatin1String("-V")) {
            line.version = true;
        } else if (argument == QLatin1String("--read-only")) {
            line.readOnly = true;
        } else if (argument.startsWith(QLatin1String("signalbox://"))) {
            line.link = argument;
        } else {
            QString *value = nullptr;
            for (const auto &[option, target] : values)
                if (name == QLatin1String(option))
                    value = target;
            if (!value)
                return unexpected(QStringLiteral("unknown argument “%1”").arg(argument));
            if (argument.contains(QLatin1Char('=')))
                *value = argument.section(QLatin1Char('='), 1);
            else if (i + 1 < arguments.size())
                *value = arguments[++i];
            else
                return unexpected(QStringLiteral("%1 needs a value").arg(name));
            line.workspaceGiven = line.workspaceGiven || value == &line.workspace;
        }
    }
    if (!keyFile.isEmpty()) {
        auto key = readKey(keyFile);
        if (!key)
            return unexpected(key.error());
        line.apiKey = *key;
    }
    if (!renderer.isEmpty() && !readRenderer(renderer, line.renderer))
        return unexpected(
            QStringLiteral("--renderer: auto, opengl or software, not “%1”").arg(renderer));
    if (const QString fault = check(line); !fault.isEmpty())
        return unexpected(fault);
    line.profile = QDir(line.profile.isEmpty() ? defaultProfile() : line.profile).absolutePath();
    if (!line.tour.isEmpty())
        line.tour = QDir(line.tour).absolutePath();
    return line;
}

QString handOverText(const CommandLine &line)
{
    QUrlQuery query;
    const auto add = [&query](const char *name, const QString &value) {
        if (!value.isEmpty())
            query.addQueryItem(
                QLatin1String(name), QString::fromLatin1(QUrl::toPercentEncoding(value)));
    };
    add("link", line.link);
    add("connection", line.connection);
    add("url", line.url);
    add("key", line.apiKey);
    add("page", line.page);
    if (line.workspaceGiven)
        query.addQueryItem(QStringLiteral("workspace"),
            QString::fromLatin1(QUrl::toPercentEncoding(line.workspace)));
    if (line.readOnly)
        query.addQueryItem(QStringLiteral("read-only"), QStringLiteral("1"));
    return query.toString(QUrl::FullyEncoded);
}

CommandLine handedOver(const QString &text)
{
    const QUrlQuery query(text);
    const auto value = [&query](const char *name) {
        return query.queryItemValue(QLatin1String(name), QUrl::FullyDecoded);
    };
    CommandLine line;
    line.link = value("link");
    line.connection = value("connection");
    line.url = value("url");
    line.apiKey = value("key");
    line.page = value("page");
    line.workspaceGiven = query.hasQueryItem(QStringLiteral("workspace"));
    line.workspace = value("workspace");
    line.readOnly = query.hasQueryItem(QStringLiteral("read-only"));
    return line;
}

QString commandLineHelp()
{
    return QStringLiteral(R"(Usage: signalbox [OPTION]… [signalbox://LINK]
       signalbox test-chats DIR --url URL [--api-key-file FILE] [--junit FILE]

Operator console for a workspace-based message platform. Without options it opens the last
session, and the first time the built-in gateway with the demo platform.

  --connection NAME    open a saved connection
  --url URL            open this gateway (http or https)
  --api-key-file FILE  with --url: the API key, read from a file
  --workspace NAME     show this workspace ("" for all)
  --page PAGE          overview, flows, blueprints, queues, configuration, tenants,
                       conversations, chat-test, access or wire
  --read-only          refuse every change, below the window
  --profile DIR        keep settings, journal and cache here
  --renderer R         auto, opengl or software; auto takes software without a graphics processor
  -h, --help           this text
  -V, --version        the version

test-chats runs the chat tests of a folder (*.chat.json) without a window: exit code 0 when all
passed, 1 when some failed, 2 when it could not begin.

Environment: SIGNALBOX_MARKS=1 prints "mark NAME MILLISECONDS" since the start of the process
for first-frame, connected and first-row.
)");
}

} // namespace signalbox
