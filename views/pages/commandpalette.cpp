// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/commandpalette.h"

#include "models/stores/blueprintstore.h"
#include "models/stores/configstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/leasestore.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "models/stores/workspacestore.h"
#include "views/items/glyph.h"
#include "views/pages/pagelist.h"
#include "views/pages/savedfilters.h"

#include <algorithm>

namespace signalbox {

namespace {

bool isBoundary(QStringView text, qsizetype at)
{
    return at == 0 || !text[at - 1].isLetterOrNumber()
        || (text[at].isUpper() && text[at - 1].isLower());
}

} // namespace

int fuzzyScore(QStringView text, QStringView query)
{
    if (query.isEmpty())
        return 0;
    const qsizetype whole = text.indexOf(query, 0, Qt::CaseInsensitive);
    if (whole >= 0)
        return 1000 + (isBoundary(text, whole) ? 500 : 0) + (whole == 0 ? 300 : 0)
            + (text.size() == query.size() ? 200 : 0) - int(std::min<qsizetype>(text.size(), 200));
    int score = 0;
    qsizetype from = 0;
    qsizetype last = -2;
    for (const QChar letter : query) {
        if (letter.isSpace())
            continue;
        qsizetype at = from;
        while (at < text.size() && text[at].toCaseFolded() != letter.toCaseFolded())
            ++at;
        if (at >= text.size())
            return -1;
        score += at == last + 1 ? 12 : isBoundary(text, at) ? 10 : 2;
        last = at;
        from = at + 1;
    }
    return score;
}

CommandPalette::CommandPalette(QObject *parent)
    : QAbstractListModel(parent)
{
}

CommandPalette::~CommandPalette() = default;

void CommandPalette::setApp(AppState *app)
{
    m_app = app;
    rebuild();
    emit appChanged();
}

void CommandPalette::setConnections(ConnectionList *connections)
{
    m_connections = connections;
    rebuild();
    emit appChanged();
}

void CommandPalette::setQuery(const QString &query)
{
    if (m_query == query)
        return;
    m_query = query;
    rebuild();
}

void CommandPalette::refresh()
{
    rebuild();
}

int CommandPalette::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QString CommandPalette::kindName(Kind kind)
{
    switch (kind) {
    case Page:
        return tr("page");
    case Command:
        return tr("command");
    case Workspace:
        return tr("workspace");
    case Flow:
        return tr("flow");
    case Queue:
        return tr("queue");
    case Blueprint:
        return tr("blueprint");
    case Connection:
        return tr("connection");
    case Filter:
        return tr("filter");
    }
    return {};
}

QVariant CommandPalette::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto &entry = m_shown[size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case TitleRole:
        return entry.title;
    case KindRole:
        return kindName(entry.kind);
    case DetailRole:
        return entry.detail;
    case KeysRole:
        return entry.keys;
    case WhyRole:
        return entry.why;
    case GlyphRole:
        return entry.glyph;
    default:
        return {};
    }
}

QHash<int, QByteArray> CommandPalette::roleNames() const
{
    return { { TitleRole, "title" }, { KindRole, "kind" }, { DetailRole, "detail" },
        { KeysRole, "keys" }, { WhyRole, "why" }, { GlyphRole, "glyph" } };
}

std::vector<CommandPalette::Entry> CommandPalette::commands() const
{
    const auto *session = m_app->session();
    const QString denied = session->denied(QStringLiteral("flow"), QStringLiteral("start-flow"));
    const QString startWhy = denied.isEmpty()       ? QString()
        : denied.startsWith(QLatin1String("lease")) ? tr("writing needs a lease")
        : session->readOnly()                       ? tr("this connection is read-only")
                                                    : tr("you lack %1").arg(denied);
    const QString putDenied = session->denied(QStringLiteral("config"), QStringLiteral("put"));
    const QString putWhy = putDenied.isEmpty()         ? QString()
        : putDenied.startsWith(QLatin1String("lease")) ? tr("writing needs a lease")
        : session->readOnly()                          ? tr("this connection is read-only")
                                                       : tr("you lack %1").arg(putDenied);
    const QString theme = m_app->settings()->theme();
    const auto already = [](bool same) { return same ? tr("in force already") : QString(); };
    const auto command = [](const char *id, const QString &title, const QString &keys, int glyph,
                             const QString &why = {}) {
        Entry entry;
        entry.id = QLatin1String(id);
        entry.title = title;
        entry.keys = keys;
        entry.glyph = glyph;
        entry.why = why;
        return entry;
    };
    return {
        command("refresh", tr("Refresh everything shown"), tr("F5"), Glyph::Refresh),
        command("start-flow", tr("Start flow…"), {}, Glyph::Plus, startWhy),
        command("new-blueprint", tr("New blueprint…"), {}, Glyph::Plus, putWhy),
        command("connections", tr("Connections…"), tr("Ctrl+O"), Glyph::Plug),
        command("reconnect", tr("Reconnect now"), {}, Glyph::Plug,
            already(session->state() == Session::Live)),
        command("read-only",
            session->leases()->held() ? tr("Lease of writing: renew or end it…")
                : session->leaseNeeded() && !session->forcedReadOnly()
                ? tr("Allow writing for a while…")
                : session->readOnly() ? tr("Allow writing on this connection")
                                      : tr("Make this connection read-only"),
            {}, Glyph::Lock),
        command("replay",
            session->replaying() ? tr("Back to now")
                                 : tr("Replay the last hour of queues and flows"),
            tr("Ctrl+T"), Glyph::Clock,
            session->queues()->replay()->empty() ? tr("nothing is kept yet") : QString()),
        command("alerts", tr("Alerts: what calls, history and rules…"), tr("Ctrl+B"), Glyph::Bell),
        command(
            "reconciler", tr("Reconciler: flows, entries and queues compared…"), {}, Glyph::Queues),
        command("journal", tr("Journal of what was written…"), tr("Ctrl+J"), Glyph::Pencil),
        command("theme-dark", tr("Theme: dark"), {}, Glyph::Settings,
            already(theme == QLatin1String("dark"))),
        command("theme-light", tr("Theme: light"), {}, Glyph::Settings,
            already(theme == QLatin1String("light"))),
        command("theme-contrast", tr("Theme: high contrast"), {}, Glyph::Settings,
            already(theme == QLatin1String("contrast"))),
        command("utc", m_app->settings()->utc() ? tr("Show local times") : tr("Show UTC times"), {},
            Glyph::Settings),
        command("filter", tr("Go to the filter"), tr("Ctrl+F"), Glyph::Filter),
        command("copy-link", tr("Copy a link to this place"), {}, Glyph::Copy),
        command("back", tr("Back"), tr("Alt+Left"), Glyph::Back,
            m_app->canGoBack() ? QString() : tr("nothing to go back to")),
        command("forward", tr("Forward"), tr("Alt+Right"), Glyph::Forward,
            m_app->canGoForward() ? QString() : tr("nothing to go forward to")),
        command("settings", tr("Settings…"), tr("Ctrl+,"), Glyph::Settings),
        command("shortcuts", tr("Keyboard shortcuts"), tr("?"), Glyph::Info),
        command("about", tr("About Signalbox"), {}, Glyph::Info),
        command("quit", tr("Quit"), tr("Ctrl+Q"), Glyph::Close),
    };
}

void CommandPalette::offer(std::vector<Entry> &found, Entry entry) const
{
    const int score = fuzzyScore(entry.title, m_query);
    if (score < 0)
        return;
    // Places and commands before the many objects of equal fit.
    entry.score = score * 8
        + (entry.kind <= Command                                      ? 6
                : entry.kind == Workspace || entry.kind == Connection ? 4
                : entry.kind == Flow || entry.kind == Blueprint       ? 2
                                                                      : 0);
    found.push_back(std::move(entry));
}

void CommandPalette::offerPlaces(std::vector<Entry> &found) const
{
    for (int i = 0; i < int(pageList.size()); ++i) {
        Entry entry;
        entry.kind = Page;
        entry.id = QString::fromLatin1(pageList[size_t(i)].id);
        entry.title = pageName(i);
        entry.keys = tr("Ctrl+%1").arg((i + 1) % 10);
        entry.glyph = pageList[size_t(i)].glyph;
        offer(found, entry);
    }
    for (auto &entry : commands())
        offer(found, std::move(entry));
    Entry all;
    all.kind = Workspace;
    all.title = tr("All workspaces");
    all.glyph = Glyph::Tenants;
    offer(found, all);
    for (const QString &id : m_app->session()->workspaces()->ids()) {
        Entry entry;
        entry.kind = Workspace;
        entry.id = id;
        entry.title = id;
        entry.glyph = Glyph::Tenants;
        offer(found, entry);
    }
    for (int row = 0; row < m_connections->count(); ++row) {
        Entry entry;
        entry.kind = Connection;
        entry.id = m_connections->nameAt(row);
        entry.title = entry.id;
        entry.detail = m_connections->at(row).url;
        entry.glyph = Glyph::Plug;
        entry.why = entry.id == m_connections->current() ? tr("open already") : QString();
        offer(found, entry);
    }
}

/// What a person kept, under its own name.
void CommandPalette::offerFilters(std::vector<Entry> &found) const
{
    const auto filters = SavedFilters::read(
        *m_app->settings(), QStringLiteral("queues"), m_app->session()->connectionIdentity());
    for (auto at = filters.begin(); at != filters.end(); ++at) {
        Entry entry;
        entry.kind = Filter;
        entry.id = at.value();
        entry.title = tr("Queues: %1").arg(at.key());
        entry.detail = at.value();
        entry.glyph = Glyph::Filter;
        offer(found, std::move(entry));
    }
}

void CommandPalette::offerObjects(std::vector<Entry> &found) const
{
    if (m_query.trimmed().isEmpty())
        return;
    for (const auto &flow : m_app->session()->flows()->rows()) {
        if (fuzzyScore(flow.id, m_query) < 0)
            continue;
        Entry entry;
        entry.kind = Flow;
        entry.id = FlowStore::key(flow.workspace, flow.id);
        entry.title = flow.id;
        entry.detail = tr("%1 · %2").arg(flow.workspace, flow.blueprint);
        entry.glyph = Glyph::Flows;
        offer(found, std::move(entry));
    }
    for (const QString &workspace : m_app->session()->workspaces()->ids()) {
        const auto held = m_app->session()->blueprints()->held(workspace);
        if (!held)
            continue;
        for (const auto &[name, blueprint] : held->blueprints) {
            const QString title = QString::fromStdString(name);
            if (fuzzyScore(title, m_query) < 0)
                continue;
            Entry entry;
            entry.kind = Blueprint;
            entry.id = ConfigStore::idOf(workspace, QStringLiteral("flow-blueprint"), title);
            entry.title = title;
            entry.detail = workspace;
            entry.glyph = Glyph::Blueprints;
            offer(found, std::move(entry));
        }
    }
    for (const auto &queue : m_app->session()->queues()->rows()) {
        if (fuzzyScore(queue.name, m_query) < 0)
            continue;
        Entry entry;
        entry.kind = Queue;
        entry.id = queue.name;
        entry.title = queue.name;
        entry.detail = QString::fromStdString(queue.row.workspace);
        entry.glyph = Glyph::Queues;
        offer(found, std::move(entry));
    }
}

void CommandPalette::rebuild()
{
    if (!m_app || !m_connections)
        return;
    std::vector<Entry> found;
    offerPlaces(found);
    offerFilters(found);
    offerObjects(found);
    const auto shown = std::min<size_t>(shownLimit, found.size());
    if (!m_query.isEmpty())
        std::stable_sort(found.begin(), found.end(),
            [](const Entry &a, const Entry &b) { return a.score > b.score; });
    beginResetModel();
    m_more = int(found.size() - shown);
    found.resize(shown);
    m_shown = std::move(found);
    endResetModel();
    emit queryChanged();
}

QString CommandPalette::whyNot(int row) const
{
    return row >= 0 && row < count() ? m_shown[size_t(row)].why : tr("nothing fits");
}

bool CommandPalette::run(int row)
{
    if (row < 0 || row >= count() || !m_shown[size_t(row)].why.isEmpty())
        return false;
    return act(m_shown[size_t(row)]);
}

bool CommandPalette::runCommand(const QString &id)
{
    for (const auto &entry : commands())
        if (entry.id == id)
            return entry.why.isEmpty() && act(entry);
    return false;
}

bool CommandPalette::act(const Entry &chosen)
{
    const Entry entry = chosen; // acting may rebuild the list
    auto *settings = m_app->settings();
    switch (entry.kind) {
    case Page:
        m_app->open(entry.id);
        return true;
    case Workspace:
        m_app->session()->setWorkspace(entry.id);
        return true;
    case Flow:
        m_app->open(QStringLiteral("flows"), entry.id);
        return true;
    case Blueprint:
        m_app->open(QStringLiteral("blueprints"), entry.id);
        return true;
    case Queue:
        m_app->open(QStringLiteral("queues"), entry.id);
        return true;
    case Filter:
        m_app->open(QStringLiteral("queues"), {}, entry.id);
        return true;
    case Connection:
        m_connections->open(m_connections->indexOf(entry.id));
        return true;
    case Command:
        break;
    }
    if (entry.id == QLatin1String("refresh"))
        m_app->session()->refresh();
    else if (entry.id == QLatin1String("reconnect"))
        m_app->session()->reconnectNow();
    else if (entry.id.startsWith(QLatin1String("theme-")))
        settings->setTheme(entry.id.mid(6));
    else if (entry.id == QLatin1String("utc"))
        settings->setUtc(!settings->utc());
    else if (entry.id == QLatin1String("back"))
        m_app->back();
    else if (entry.id == QLatin1String("forward"))
        m_app->forward();
    else {
        if (entry.id == QLatin1String("start-flow"))
            m_app->open(QStringLiteral("flows"));
        else if (entry.id == QLatin1String("new-blueprint"))
            m_app->open(QStringLiteral("blueprints"));
        emit m_app->commandRequested(entry.id);
    }
    return true;
}

} // namespace signalbox
