// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/overviewpage.h"

#include "models/stores/conversationstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/plaintext.h"
#include "models/stores/queuehistory.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "models/stores/tokenmeter.h"
#include "models/stores/wirestore.h"
#include "models/stores/workspacestore.h"
#include "views/pages/flowtext.h"

#include <QLocale>

#include <algorithm>
#include <limits>

namespace signalbox {

namespace {

constexpr int trendMs = 10000;
constexpr int trendPoints = 60; ///< ten minutes
const QString flowsPage = QStringLiteral("flows");
const QString queuesPage = QStringLiteral("queues");

int urgency(const OverviewLine &line)
{
    return line.aspect == Cell::Stop ? 0 : line.aspect == Cell::Warning ? 1 : 2;
}

struct QueueTotals {
    qint64 queues = 0;
    qint64 ready = 0;
    qint64 unknown = 0; ///< queues whose counts nobody tells
    qint64 unrated = 0; ///< those, and the ones that have no rate yet
    qint64 orphans = 0;
    qint64 missing = 0; ///< that blueprints expect; not among the queues
    qint64 unserved = 0;
    double in = 0;
    double out = 0;
    bool rates = false;
};

} // namespace

OverviewPage::OverviewPage(QObject *parent)
    : QObject(parent)
    , m_tiles(new OverviewLines(this))
    , m_attention(new OverviewLines(this))
    , m_hottest(new OverviewLines(this))
    , m_failures(new OverviewLines(this))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &OverviewPage::compute);
    // the trends go on while another page is shown
    m_sampling.setInterval(trendMs);
    connect(&m_sampling, &QTimer::timeout, this, [this] {
        if (m_session)
            computeTiles();
    });
}

OverviewPage::~OverviewPage() = default;

Session *OverviewPage::session() const
{
    return m_session;
}

void OverviewPage::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    if (session) {
        m_workspaces = session->workspaces()->newTable(this);
        m_meter = new TokenMeter(session, this);
        m_meter->setActive(m_active);
        connect(m_meter, &TokenMeter::changed, this, &OverviewPage::soon);
        connect(session, &Session::emptied, this, [this] { m_trends.clear(); });
        connect(session, &Session::workspaceChanged, this, [this] { m_trends.clear(); });
        connect(session->flows(), &FlowStore::changed, this, &OverviewPage::soon);
        connect(session->queues(), &QueueStore::changed, this, &OverviewPage::soon);
        connect(session->workspaces(), &WorkspaceStore::changed, this, &OverviewPage::soon);
        connect(session->wire(), &WireStore::changed, this, &OverviewPage::soon);
        auto *talks = ConversationStore::of(session);
        connect(talks, &ConversationStore::changed, this, [this, talks] {
            if (talks->waiting() > 0 || m_attention->count() > 0)
                soon(); // of what goes on in the others nothing is told here
        });
        connect(session, &Session::changed, this, &OverviewPage::soon);
        connect(session, &Session::pulse, this, &OverviewPage::soon);
        connect(session, &Session::workspaceChanged, this, &OverviewPage::compute);
        connect(session, &Session::zoneChanged, this, &OverviewPage::compute);
    }
    compute();
    emit sessionChanged();
}

void OverviewPage::setActive(bool active)
{
    if (m_active == active)
        return;
    m_active = active;
    if (m_meter)
        m_meter->setActive(active);
    if (active) {
        m_sampling.stop();
        compute();
    } else {
        m_timer.stop();
        m_sampling.start();
    }
    emit sessionChanged();
}

void OverviewPage::soon()
{
    if (!m_active || m_timer.isActive())
        return;
    m_timer.start(m_tiles->count() == 0 || m_attention->count() == 0 ? 50 : 1000);
}

void OverviewPage::compute()
{
    if (!m_session || !m_active)
        return;
    computeTiles();
    computeAttention();
    computeHottest();
    computeFailures();
    emit changed();
}

bool OverviewPage::here(const QString &workspace) const
{
    return m_session->workspace().isEmpty() || workspace == m_session->workspace();
}

QString OverviewPage::error() const
{
    if (!m_session)
        return {};
    for (const QString &error : { m_session->workspaces()->error(), m_session->flows()->error(),
             m_session->queues()->error() })
        if (!error.isEmpty())
            return error;
    return {};
}

bool OverviewPage::loading() const
{
    return m_session && !m_session->workspaces()->loaded()
        && m_session->workspaces()->rows().empty() && error().isEmpty();
}

bool OverviewPage::partial() const
{
    return m_session && !loading()
        && (!m_session->flows()->loaded()
            || (m_session->knowsQueues() && !m_session->queues()->loaded()));
}

QString OverviewPage::staleness() const
{
    if (!m_session || !m_session->stale())
        return {};
    return tr("Nothing new for %1: what you see is from then.")
        .arg(format::age(qint64(m_session->ageMs())));
}

QString OverviewPage::calmQueues() const
{
    if (!m_session || m_session->ageMs() < 0 || !m_session->queues()->loaded())
        return tr("Not known yet.");
    if (!m_session->queues()->countsKnown())
        return tr("Nothing on this connection tells queue counts: that takes the fabric service, "
                  "RabbitMQ or Pulsar as second address, or a Prometheus that scrapes the broker.");
    return tr("No message is waiting.");
}

QString OverviewPage::queueSource() const
{
    return m_session ? m_session->queues()->sourceText() : QString();
}

void OverviewPage::computeTiles()
{
    int running = 0, stopping = 0, unclear = 0, trouble = 0, caution = 0, unjudged = 0;
    for (const auto &flow : m_session->flows()->rows()) {
        if (!here(flow.workspace))
            continue;
        ++(flow.stopping ? stopping : flow.state() == QLatin1String("running") ? running : unclear);
        unjudged += !flow.stopping && flow.aspect == Cell::Unknown;
        trouble += flow.aspect == Cell::Stop;
        caution += flow.aspect == Cell::Warning;
    }
    QueueTotals sum;
    const std::string workspace = m_session->workspace().toStdString();
    for (const auto &queue : m_session->queues()->rows()) {
        if (!workspace.empty() && queue.row.workspace != workspace)
            continue;
        if (m_session->queues()->missing(queue)) { // only a blueprint names it: nothing waits there
            ++sum.missing;
            continue;
        }
        ++sum.queues;
        sum.orphans += queue.row.scope == "orphan";
        if (!queue.countsNow()) {
            ++sum.unknown;
            ++sum.unrated;
            continue;
        }
        sum.ready += queue.row.ready;
        sum.unrated += !queue.inRate || !queue.outRate;
        sum.unserved += queue.row.consumers == 0 && queue.row.ready > 0;
        sum.rates = sum.rates || queue.inRate || queue.outRate;
        sum.in += queue.inRate.value_or(0);
        sum.out += queue.outRate.value_or(0);
    }
    const int flows = running + stopping + unclear;
    const bool flowsKnown = flowsRead() || flows > 0;
    // as long as no flow can be judged, none in trouble is no finding
    const int troubled = trouble + caution;
    const bool troubleKnown =
        flowsKnown && (troubled > 0 || unjudged == 0 || unjudged + stopping < flows);
    const bool queuesKnown = sum.queues > sum.unknown;
    const auto optionalCount = [](bool known, qint64 value) {
        return known ? format::count(value) : format::unknown();
    };
    const auto tile = [](const QString &key, const QString &value, const QString &title,
                          const QString &detail, Cell::Tone tone, const QString &page,
                          const QString &filter) {
        OverviewLine line;
        line.key = key;
        line.value = value;
        line.title = title;
        line.detail = detail;
        line.tone = tone;
        line.page = page;
        line.filter = filter;
        return line;
    };
    const auto without = [](qint64 queues) {
        return queues > 0 ? tr("%1 queues not known").arg(format::count(queues)) : QString();
    };
    std::vector<OverviewLine> tiles;
    tiles.push_back(
        tile(QStringLiteral("running"), optionalCount(flowsKnown, running), tr("flows running"),
            !flowsRead() && flowsKnown ? tr("not all are read")
                : stopping > 0         ? tr("%1 stopping").arg(format::count(stopping))
                                       : QString(),
            Cell::Normal, flowsPage, QStringLiteral("state:running")));
    tiles.push_back(
        tile(QStringLiteral("trouble"), optionalCount(troubleKnown, troubled), tr("in trouble"),
            unjudged > 0      ? tr("%1 not known").arg(format::count(unjudged))
                : caution > 0 ? tr("%1 only warn").arg(format::count(caution))
                              : QString(),
            !troubleKnown     ? Cell::Muted
                : trouble > 0 ? Cell::Danger
                : caution > 0 ? Cell::Caution
                              : Cell::Normal,
            flowsPage, QStringLiteral("signal:stop,warning")));
    tiles.push_back(tile(QStringLiteral("queues"),
        optionalCount(m_session->queues()->loaded() || sum.queues > 0, sum.queues), tr("queues"),
        sum.orphans > 0       ? tr("%1 orphaned").arg(format::count(sum.orphans))
            : sum.missing > 0 ? tr("%1 more are missing").arg(format::count(sum.missing))
                              : QString(),
        Cell::Normal, queuesPage, {}));
    tiles.push_back(tile(QStringLiteral("waiting"), optionalCount(queuesKnown, sum.ready),
        tr("waiting"), without(sum.unknown),
        !queuesKnown            ? Cell::Muted
            : sum.ready > 10000 ? Cell::Caution
                                : Cell::Normal,
        queuesPage, QStringLiteral("ready>0")));
    tiles.push_back(
        tile(QStringLiteral("in"), sum.rates ? format::ratePerSecond(sum.in) : format::unknown(),
            tr("arriving"), sum.rates ? without(sum.unrated) : QString(),
            sum.rates ? Cell::Normal : Cell::Muted, queuesPage, {}));
    tiles.push_back(
        tile(QStringLiteral("out"), sum.rates ? format::ratePerSecond(sum.out) : format::unknown(),
            tr("handled"), sum.rates ? without(sum.unrated) : QString(),
            sum.rates ? Cell::Normal : Cell::Muted, queuesPage, {}));
    tiles.push_back(tile(QStringLiteral("unserved"), optionalCount(queuesKnown, sum.unserved),
        tr("nobody reads"), queuesKnown ? without(sum.unknown) : QString(),
        !queuesKnown           ? Cell::Muted
            : sum.unserved > 0 ? Cell::Danger
                               : Cell::Normal,
        queuesPage, QStringLiteral("consumers:0 ready>0")));
    addRates(tiles);
    if (!m_trendAt.isValid() || m_trendAt.elapsed() >= trendMs) {
        m_trendAt.start();
        const bool told = m_session->online() && !m_session->silent();
        const auto sample = [&](const char *key, bool known, double value) {
            sampleTrend(key, told && known ? std::optional(value) : std::nullopt);
        };
        sample("waiting", queuesKnown, double(sum.ready));
        sample("in", sum.rates, sum.in);
        sample("out", sum.rates, sum.out);
        sample("trouble", troubleKnown, double(troubled));
        const auto bill = m_meter->bill();
        sampleTrend("tokens", bill ? std::optional(bill->tokensPerSecond) : std::nullopt);
    }
    for (OverviewLine &tile : tiles)
        tile.series = m_trends.value(tile.key);
    m_tiles->set(std::move(tiles));
    m_summary = m_session->workspace().isEmpty() ? !m_session->workspaces()->loaded() ? QString()
            : m_session->workspaces()->rows().size() == 1
            ? tr("1 workspace")
            : tr("%1 workspaces").arg(format::count(qint64(m_session->workspaces()->rows().size())))
                                                 : m_session->workspace();
}

/// What language models take, through the metrics of the back end.
void OverviewPage::addRates(std::vector<OverviewLine> &tiles) const
{
    const auto bill = m_meter->bill();
    OverviewLine tokens;
    tokens.key = QStringLiteral("tokens");
    tokens.title = tr("tokens");
    tokens.value = bill ? format::ratePerSecond(bill->tokensPerSecond) : format::unknown();
    tokens.detail = bill ? tr("over 5 min") : m_meter->why();
    tokens.tone = bill ? Cell::Normal : Cell::Muted;
    tokens.page = flowsPage;
    tiles.push_back(tokens);
    OverviewLine cost;
    cost.key = QStringLiteral("cost");
    cost.title = tr("cost an hour");
    const bool priced = bill && (bill->usdPerHour > 0 || bill->unpriced.empty());
    cost.value = !priced ? format::unknown()
                         : (bill->unpriced.empty() ? tr("$%1") : tr("> $%1"))
                               .arg(QLocale::c().toString(bill->usdPerHour, 'f', 2));
    cost.detail = !bill ? m_meter->why()
        : bill->unpriced.empty()
        ? tr("prices of %1").arg(m_meter->pricesOf())
        : tr("no price: %1").arg(QString::fromStdString(bill->unpriced.front()))
            + (bill->unpriced.size() > 1 ? tr(" and %1 more").arg(bill->unpriced.size() - 1)
                                         : QString());
    cost.tone = priced ? Cell::Normal : Cell::Muted;
    cost.page = QStringLiteral("configuration");
    tiles.push_back(cost);
}

void OverviewPage::sampleTrend(const char *tile, std::optional<double> value)
{
    QList<qreal> &trend = m_trends[QLatin1String(tile)];
    trend.append(value.value_or(std::numeric_limits<double>::quiet_NaN()));
    while (trend.size() > trendPoints)
        trend.removeFirst();
}

bool OverviewPage::flowsRead() const
{
    const QString workspace = m_session->workspace();
    return workspace.isEmpty() ? m_session->flows()->loaded()
                               : m_session->flows()->loadedIn(workspace);
}

/// Said where nothing needs a person; it must not claim more than the tiles know.
QString OverviewPage::calmNow() const
{
    if (m_session->ageMs() < 0 && !m_session->online())
        return tr("Not known yet.");
    if (!flowsRead())
        return tr("Not known: the flows have not been read.");
    int unjudged = 0;
    for (const FlowRow &flow : m_session->flows()->rows())
        unjudged += here(flow.workspace) && !flow.stopping && flow.aspect == Cell::Unknown;
    if (unjudged > 0)
        return tr("Nothing that is known. %1 flows cannot be judged yet.")
            .arg(format::count(unjudged));
    if (!m_session->queues()->loaded() || !m_session->queues()->countsKnown())
        return tr("No flow is in trouble; of the queues nothing is known.");
    if (const QString asOf = m_session->asOfText(); !asOf.isEmpty())
        return tr("Nothing (%1).").arg(asOf);
    int unserved = 0;
    int unclear = 0;
    for (const QueueState &queue : m_session->queues()->rows()) {
        if (!here(flowtext::qs(queue.row.workspace)))
            continue;
        unclear += !queue.countsNow() && !m_session->queues()->missing(queue);
        unserved += queue.countsNow() && queue.row.consumers == 0 && queue.row.ready > 0;
    }
    if (unserved > 0)
        return tr("No flow is in trouble yet, but messages wait in %1 queues that nobody reads.")
            .arg(format::count(unserved));
    if (unclear > 0)
        return tr("No flow is in trouble; what waits in %1 queues is not known now.")
            .arg(format::count(unclear));
    return tr("Nothing. Every flow is clear and every queue is read.");
}

void OverviewPage::mentionFlows(std::vector<OverviewLine> &lines) const
{
    for (const auto &flow : m_session->flows()->rows()) {
        if (!here(flow.workspace) || (flow.aspect != Cell::Stop && flow.aspect != Cell::Warning))
            continue;
        OverviewLine line;
        line.key = QStringLiteral("flow/") + FlowStore::key(flow.workspace, flow.id);
        line.aspect = flow.aspect;
        line.title = flow.id;
        line.detail = flow.why;
        line.workspace = flow.workspace;
        if (flow.backlog.value_or(0) > 0)
            line.value = (flow.uncounted > 0 ? QStringLiteral("≥ ") : QString())
                + format::count(flow.backlog);
        line.tone = flow.aspect == Cell::Stop ? Cell::Danger : Cell::Caution;
        line.page = flowsPage;
        line.target = FlowStore::key(flow.workspace, flow.id);
        lines.push_back(line);
    }
}

void OverviewPage::mentionQueues(std::vector<OverviewLine> &lines) const
{
    const QueueStore &queues = *m_session->queues();
    for (int row = 0; row < queues.count(); ++row) {
        const QueueState &queue = queues.rows()[row];
        const bool orphan = queue.row.scope == "orphan";
        // A flow's starving queue is told by the flow itself, a shared one by each of its flows;
        // here come those that no flow speaks for.
        const bool told = queues.consumed(row)
            && (queue.row.topicClass == "flow" || queue.row.topicClass == "request");
        const bool unserved =
            queue.countsNow() && queue.row.consumers == 0 && queue.row.ready > 0 && !told;
        if ((!orphan && !unserved) || !here(flowtext::qs(queue.row.workspace)))
            continue;
        OverviewLine line;
        line.key = QStringLiteral("queue/") + queue.name;
        line.aspect = orphan ? Cell::Warning : Cell::Stop;
        line.title = queue.name;
        line.detail = orphan ? tr("orphan: no flow, blueprint or workspace owns this queue")
                             : tr("messages wait and nobody reads them");
        line.workspace = flowtext::qs(queue.row.workspace);
        if (queue.countsNow())
            line.value = format::count(queue.row.ready);
        line.tone = orphan ? Cell::Caution : Cell::Danger;
        line.page = queuesPage;
        line.target = queue.name;
        lines.push_back(line);
    }
}

/// Conversations that wait for somebody, who waits longest first; returns how many more there are.
/// They belong to tenants: the chosen workspace does not narrow them.
int OverviewPage::mentionTalks(std::vector<OverviewLine> &lines) const
{
    const auto *talks = ConversationStore::of(m_session);
    if (!talks->offered() || talks->waiting() == 0)
        return 0;
    std::vector<const ConversationItem *> found;
    for (const ConversationItem &item : talks->rows())
        if (item.needsPerson() || item.needsConfirmation())
            found.push_back(&item);
    const auto shown = std::min<size_t>(attentionLimit, found.size());
    std::partial_sort(found.begin(), found.begin() + long(shown), found.end(),
        [](const ConversationItem *a, const ConversationItem *b) {
            if (a->needsPerson() != b->needsPerson())
                return a->needsPerson();
            if (a->sinceMs != b->sinceMs)
                return a->sinceMs < b->sinceMs;
            return a->row.thread.id < b->row.thread.id;
        });
    const qint64 now = m_session->serverNowMs();
    for (size_t i = 0; i < shown; ++i) {
        const ConversationItem &item = *found[i];
        const auto &row = item.row;
        const QString tenant =
            plainLine(row.tenantName.empty() ? row.thread.tenantId : row.tenantName, 120);
        OverviewLine line;
        line.target = flowtext::qs(ConversationStore::keyOf(row.thread));
        line.key = QStringLiteral("talk/") + line.target;
        line.aspect = item.needsPerson() ? Cell::Stop : Cell::Warning;
        line.title = plainLine(row.userName.empty() ? row.thread.userId : row.userName, 120);
        line.detail = item.needsPerson() ? tr("waits for a person · %1").arg(tenant)
                                         : tr("a tool waits for a yes or no · %1").arg(tenant);
        if (item.sinceMs > 0)
            line.value = format::age(std::max<qint64>(0, now - item.sinceMs));
        line.tone = item.needsPerson() ? Cell::Danger : Cell::Caution;
        line.page = QStringLiteral("conversations");
        lines.push_back(line);
    }
    return int(found.size() - shown);
}

void OverviewPage::computeAttention()
{
    std::vector<OverviewLine> lines;
    mentionFlows(lines);
    mentionQueues(lines);
    const int unsaid = mentionTalks(lines);
    std::stable_sort(lines.begin(), lines.end(),
        [](const OverviewLine &a, const OverviewLine &b) { return urgency(a) < urgency(b); });
    const int more = std::max(0, int(lines.size()) - attentionLimit);
    lines.resize(lines.size() - size_t(more));
    m_attention->set(std::move(lines), more + unsaid);
    m_calm = calmNow();
}

void OverviewPage::computeHottest()
{
    std::vector<const QueueState *> found;
    const std::string workspace = m_session->workspace().toStdString();
    for (const auto &queue : m_session->queues()->rows())
        if (queue.countsNow() && (queue.row.ready > 0 || queue.inRate.value_or(0) > 0)
            && (workspace.empty() || queue.row.workspace == workspace))
            found.push_back(&queue);
    const auto shown = std::min<size_t>(hottestLimit, found.size());
    std::partial_sort(found.begin(), found.begin() + long(shown), found.end(),
        [](const QueueState *a, const QueueState *b) {
            if (a->row.ready != b->row.ready)
                return a->row.ready > b->row.ready;
            const double left = a->inRate.value_or(0), right = b->inRate.value_or(0);
            return left != right ? left > right : a->name < b->name;
        });
    QueueHistory *history = m_session->queues()->history();
    std::vector<OverviewLine> lines;
    for (size_t i = 0; i < shown; ++i) {
        const auto &queue = *found[i];
        OverviewLine line;
        line.key = queue.name;
        line.aspect = m_session->queues()->aspectOf(queue); // this page shows now
        line.title = queue.name;
        line.detail =
            tr("in %1 · out %2 · consumers %3")
                .arg(format::ratePerSecond(queue.inRate), format::ratePerSecond(queue.outRate),
                    format::count(queue.row.consumers));
        line.value = format::count(queue.row.ready);
        line.tone = line.aspect == Cell::Stop ? Cell::Danger
            : line.aspect == Cell::Warning    ? Cell::Caution
                                              : Cell::Normal;
        line.workspace = flowtext::qs(queue.row.workspace);
        line.page = queuesPage;
        line.target = queue.name;
        history->look(queue.row.name);
        line.series = history->trend(queue.row.name, HistoryRing::Ready);
        lines.push_back(line);
    }
    m_hottest->set(std::move(lines));
}

void OverviewPage::computeFailures()
{
    std::vector<OverviewLine> lines;
    const auto &rows = m_session->wire()->rows();
    for (auto it = rows.rbegin(); it != rows.rend() && int(lines.size()) < failureLimit; ++it) {
        if (!it->failed)
            continue;
        OverviewLine line;
        line.key = QString::number(it->number);
        line.aspect = Cell::Stop;
        line.title = it->service.isEmpty() ? tr("connection (%1)").arg(it->channel)
            : it->operation.isEmpty()      ? it->service
                                           : it->service + QStringLiteral(" · ") + it->operation;
        line.detail = it->state;
        line.value = format::clock(it->atMs, m_session->zone());
        line.tone = Cell::Muted;
        line.workspace = it->workspace;
        line.page = QStringLiteral("wire");
        line.target = line.key;
        lines.push_back(line);
    }
    m_failures->set(std::move(lines));
}

} // namespace signalbox
