// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/appstate.h"

#include "models/stores/alertstore.h"
#include "models/stores/configstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/session.h"
#include "views/pages/pagelist.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QSaveFile>
#include <QStandardPaths>
#include <QUrl>

namespace signalbox {

namespace {
const QString pageKey = QStringLiteral("place/page");
const QString workspaceKey = QStringLiteral("place/workspace");
const QString targetKey = QStringLiteral("place/target");
} // namespace

AppState::AppState(Session *session, SettingsStore *settings, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_alerts(new AlertStore(session, this))
    , m_settings(settings)
{
    Place first;
    first.page = std::max(0, signalbox::pageIndex(settings->value(pageKey).toString()));
    first.workspace = settings->value(workspaceKey).toString();
    first.target = settings->value(targetKey).toString();
    session->setWorkspace(first.workspace);
    m_history.push_back(first);
    connect(session, &Session::workspaceChanged, this, &AppState::followWorkspace);
    const auto followZone = [this] {
        m_session->setZone(m_settings->utc() ? format::Zone::Utc : format::Zone::Local);
    };
    connect(settings, &SettingsStore::changed, this, followZone);
    followZone();
}

AppState::~AppState() = default;

Session *AppState::session() const
{
    return m_session;
}
QString AppState::page() const
{
    return QLatin1String(pageList[size_t(here().page)].id);
}
int AppState::currentIndex() const
{
    return here().page;
}
QString AppState::pageTitle() const
{
    return pageName(here().page);
}
QString AppState::target() const
{
    return here().target;
}
QString AppState::version() const
{
    return QCoreApplication::applicationVersion();
}

void AppState::open(const QString &page, const QString &target, const QString &filter)
{
    const int index = signalbox::pageIndex(page);
    if (index < 0) {
        say(tr("There is no page “%1”.").arg(page));
        return;
    }
    go({ index, m_session->workspace(), target });
    if (!filter.isEmpty())
        emit filterRequested(this->page(), filter);
}

void AppState::startFlowOf(const QString &workspace, const QString &blueprint)
{
    open(QStringLiteral("flows"));
    emit startRequested(workspace, blueprint);
}

void AppState::openIndex(int index)
{
    if (index >= 0 && index < int(pageList.size()) && index != here().page)
        go({ index, m_session->workspace(), {} });
}

void AppState::go(Place place)
{
    if (place == here())
        return;
    m_history.erase(m_history.begin() + m_at + 1, m_history.end());
    m_history.push_back(std::move(place));
    if (m_history.size() > historyLimit)
        m_history.pop_front();
    m_at = int(m_history.size()) - 1;
    arrive();
}

void AppState::arrive()
{
    m_moving = true;
    m_session->setWorkspace(here().workspace);
    m_moving = false;
    m_settings->setValue(pageKey, page());
    m_settings->setValue(workspaceKey, here().workspace);
    m_settings->setValue(targetKey, here().target);
    emit placeChanged();
}

void AppState::followWorkspace()
{
    if (m_moving)
        return;
    go({ here().page, m_session->workspace(), {} });
}

void AppState::back()
{
    if (!canGoBack())
        return;
    --m_at;
    arrive();
}

void AppState::forward()
{
    if (!canGoForward())
        return;
    ++m_at;
    arrive();
}

void AppState::setTarget(const QString &target)
{
    if (here().target == target)
        return;
    m_history[size_t(m_at)].target = target;
    m_settings->setValue(targetKey, target);
    emit placeChanged();
}

bool AppState::openLink(const QString &link)
{
    const QUrl url(link, QUrl::StrictMode);
    const QStringList parts =
        url.path(QUrl::FullyEncoded).split(QLatin1Char('/'), Qt::SkipEmptyParts);
    const auto part = [&](qsizetype index) {
        return QUrl::fromPercentEncoding(parts.value(index).toUtf8());
    };
    const QString what = url.host();
    if (!url.isValid() || url.scheme() != QLatin1String("signalbox") || parts.isEmpty()) {
        say(tr("This link cannot be read: %1").arg(link.left(200)));
        return false;
    }
    if (what == QLatin1String("page") && signalbox::pageIndex(part(0)) >= 0)
        open(part(0));
    else if (what == QLatin1String("workspace"))
        m_session->setWorkspace(part(0));
    else if (what == QLatin1String("flow") && parts.size() == 2)
        open(QStringLiteral("flows"), FlowStore::key(part(0), part(1)));
    else if (what == QLatin1String("config") && parts.size() == 3)
        open(QStringLiteral("configuration"), parts.join(QLatin1Char('/')));
    else if (what == QLatin1String("blueprint") && parts.size() == 2)
        open(QStringLiteral("blueprints"),
            ConfigStore::idOf(part(0), QStringLiteral("flow-blueprint"), part(1)));
    else if (what == QLatin1String("queue"))
        open(QStringLiteral("queues"), part(0));
    else {
        say(tr("This link leads nowhere: %1").arg(link.left(200)));
        return false;
    }
    return true;
}

void AppState::copy(const QString &text, const QString &what)
{
    QGuiApplication::clipboard()->setText(text);
    say(what.isEmpty() ? tr("Copied.") : tr("Copied: %1").arg(what));
}

void AppState::say(const QString &notice)
{
    m_notice = notice;
    emit noticeChanged();
}

QString AppState::save(const QString &path, const QString &text, bool replace)
{
    if (path.trimmed().isEmpty())
        return tr("Say where to.");
    if (!QFileInfo(path).isAbsolute())
        return tr("Give the whole path, from / on.");
    if (!replace && QFileInfo::exists(path))
        return tr("%1 exists already.").arg(path);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Text))
        return tr("%1 cannot be written: %2").arg(path, file.errorString());
    file.write(text.toUtf8());
    if (!file.commit())
        return tr("%1 could not be written: %2").arg(path, file.errorString());
    say(tr("Written: %1").arg(path));
    return {};
}

QString AppState::exportPath(const QString &name) const
{
    QString folder = QStandardPaths::writableLocation(QStandardPaths::DownloadLocation);
    if (!QFileInfo(folder).isDir())
        folder = QDir::homePath();
    const QFileInfo wanted(QDir(folder).filePath(name));
    QString path = wanted.filePath();
    for (int i = 2; QFileInfo::exists(path) && i < 1000; ++i)
        path = QDir(folder).filePath(
            QStringLiteral("%1-%2.%3").arg(wanted.completeBaseName()).arg(i).arg(wanted.suffix()));
    return path;
}

QString AppState::clock(double unixMs) const
{
    return format::clock(qint64(unixMs), m_session->zone());
}

QString AppState::ageText(double ms) const
{
    return ms < 0 ? format::unknown() : format::age(qint64(ms));
}
QString AppState::bytesText(double bytes) const
{
    return format::bytes(qint64(bytes));
}

QString AppState::countText(double value) const
{
    return value < 0 ? format::unknown() : format::count(qint64(value));
}

} // namespace signalbox
