// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/blueprintspage.h"

#include "models/schema/configform.h"
#include "models/schema/configrecords.h"
#include "models/schema/flow.h"
#include "models/stores/blueprintstore.h"
#include "models/stores/configtable.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/workspacestore.h"
#include "views/pages/blueprintlist.h"
#include "views/pages/blueprintwords.h"
#include "views/pages/configreview.h"
#include "views/pages/flowtext.h"

#include <QFile>
#include <QFileInfo>
#include <QUrl>

namespace signalbox {

using flowtext::qs;

namespace {

constexpr int soonMs = 30; ///< notices come in swarms
const QLatin1String blueprintType("flow-blueprint");

Expected<QByteArray, QString> contentOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return unexpected(
            BlueprintsPage::tr("%1 cannot be read: %2").arg(path, file.errorString()));
    if (file.size() > ConfigReview::fileLimit)
        return unexpected(BlueprintsPage::tr("%1 is larger than %2.")
                              .arg(path, format::bytes(ConfigReview::fileLimit)));
    return file.readAll();
}

} // namespace

BlueprintsPage::BlueprintsPage(QObject *parent)
    : ConfigPage(blueprintType, parent)
    , m_list(new PartTable(blueprintlist::columns(), this))
    , m_users(new PartTable(blueprintlist::userColumns(), this))
    , m_outline(new BlueprintOutline(this))
    , m_preview(new BlueprintPreview(this))
    , m_comparison(new DiffLines(this))
{
    m_list->sortBy(blueprintlist::Name, false);
    m_soon.setSingleShot(true);
    m_soon.setInterval(soonMs);
    connect(&m_soon, &QTimer::timeout, this, &BlueprintsPage::refill);
    connect(this, &ConfigPage::sessionChanged, this, &BlueprintsPage::follow);
    connect(this, &ConfigPage::scopeChanged, this, [this] {
        // What is looked at belongs to the workspace shown.
        if (!currentKey().isEmpty() && ConfigStore::parseId(currentKey()).workspace != workspace())
            setCurrentKey({});
        soon();
    });
    connect(this, &ConfigPage::currentKeyChanged, this, [this] {
        m_against.clear();
        setAgainstFlow({});
        refill();
    });
    connect(m_list, &TableModel::countChanged, this, &ConfigPage::changed);
    connect(this, &ConfigPage::changed, this, [this] {
        if (active() && m_dirty)
            soon();
    });
    connect(editor(), &ConfigEditor::changed, this,
        [this] { m_outline->setAwaited(editor()->checking()); });
    connect(editor(), &ConfigEditor::textChanged, this, [this] {
        const QString id = editor()->entry();
        const std::string text = editor()->text().toStdString();
        m_outline->show(id, text,
            session() ? session()->config()->parameterTypes(workspace()) : rules::KnownTypes());
        m_preview->show(workspace(), keyOf(id), text);
        readMeaning();
        compare();
    });
}

void BlueprintsPage::follow()
{
    if (m_followed) {
        m_followed->config()->disconnect(this);
        m_followed->config()->drafts()->disconnect(this);
        m_followed->flows()->disconnect(this);
        m_followed->blueprints()->disconnect(this);
    }
    m_followed = session();
    m_checked.clear();
    m_check.forget();
    m_checking.clear();
    m_meaning.forget();
    m_meant = {};
    m_preview->setSession(m_followed);
    if (!m_followed)
        return refill();
    const auto later = [this] { soon(); };
    connect(m_followed->config(), &ConfigStore::changed, this, later);
    connect(m_followed->config(), &ConfigStore::rowsChanged, this, later);
    connect(m_followed->config(), &ConfigStore::rowsInserted, this, later);
    connect(m_followed->config(), &ConfigStore::rowRemoved, this, later);
    connect(m_followed->config(), &ConfigStore::reset, this, later);
    connect(m_followed->flows(), &FlowStore::flowAppeared, this, later);
    connect(m_followed->flows(), &FlowStore::flowChanged, this, later);
    connect(m_followed->flows(), &FlowStore::flowGone, this, later);
    connect(m_followed->flows(), &FlowStore::reset, this, later);
    connect(m_followed->flows(), &FlowStore::changed, this, later);
    connect(m_followed->blueprints(), &BlueprintStore::changed, this, later);
    refill();
}

void BlueprintsPage::soon()
{
    if (active() && !m_soon.isActive())
        m_soon.start();
    m_dirty = true; // for when somebody looks again
}

std::string BlueprintsPage::textOf(const ConfigRow &row) const
{
    const auto *draft = session()->config()->drafts()->find(row.id);
    return draft && draft->text ? *draft->text : row.value;
}

BlueprintsPage::Checked BlueprintsPage::checkedOf(
    const std::string &text, const rules::KnownTypes &types)
{
    Checked checked { text, types, {}, 0, 0, {}, qs(text) };
    if (const auto tree = schema::JsonTree::parse(text))
        checked.summary = rules::summaryOf(*tree);
    using Severity = rules::BlueprintIssue::Severity;
    Severity gravest = Severity::Note;
    for (const auto &issue : rules::checkBlueprint(text, types)) {
        checked.faults += issue.severity == Severity::Fault;
        checked.cautions += issue.severity == Severity::Caution;
        if (issue.severity > gravest) {
            gravest = issue.severity;
            checked.first = blueprintwords::issueText(issue);
        }
    }
    return checked;
}

const BlueprintsPage::Checked &BlueprintsPage::checked(
    const QString &id, const std::string &text, const rules::KnownTypes &types)
{
    Checked &held = m_checked[id];
    const bool same = held.text == text && held.types == types && !text.empty();
    if (same || text.size() <= LatestWork::small || id != editor()->entry() || held.text.empty()) {
        if (!same)
            held = checkedOf(text, types);
        if (m_checking == id) {
            m_check.forget();
            m_checking.clear();
        }
        return held;
    }
    // It is being typed.
    if (m_check.busy() && m_checking == id && m_toCheck.text == text && m_toCheck.types == types)
        return held;
    m_checking = id;
    m_toCheck = { text, types, {}, 0, 0, {}, {} };
    m_check.ask(
        false, [text, types] { return checkedOf(text, types); },
        [this, id](Checked checked) {
            m_checking.clear();
            m_checked[id] = std::move(checked);
            soon();
        });
    return held;
}

/// Two texts have to be read for it, if anybody runs the blueprint by one of them.
void BlueprintsPage::readMeaning()
{
    const ConfigRow *row =
        session() && !currentKey().isEmpty() ? session()->config()->find(currentKey()) : nullptr;
    if (!row)
        return m_meaning.forget();
    const auto &flows = session()->flows()->rows();
    const bool wanted = std::any_of(flows.begin(), flows.end(), [&](const FlowRow &flow) {
        return flow.blueprint == row->key
            && (flow.workspace != row->workspace || !session()->capabilities().own);
    });
    const std::string text = textOf(*row);
    if (!wanted || (m_meant.before == row->value && m_meant.after == text))
        return m_meaning.forget();
    if (m_meaning.busy() && m_toMean.before == row->value && m_toMean.after == text)
        return;
    m_toMean = { row->value, text, {}, {} };
    m_meaning.ask(
        row->value.size() + text.size() <= 2 * LatestWork::small,
        [before = row->value, text] { return meantBy(before, text); },
        [this](Meant meant) {
            const bool late = meant.before.size() + meant.after.size() > 2 * LatestWork::small;
            m_meant = std::move(meant);
            if (!late)
                return;
            fillUsers();
            emit looked();
        });
}

BlueprintsPage::Meant BlueprintsPage::meantBy(const std::string &before, const std::string &after)
{
    const auto read = [](const std::string &text) {
        auto blueprint = schema::decode<schema::Blueprint>(text);
        return blueprint ? std::optional(std::move(*blueprint)) : std::nullopt;
    };
    Meant meant { before, after, read(after), {} };
    meant.gone = blueprintwords::goneOf(read(before), meant.blueprint);
    return meant;
}

bool BlueprintsPage::isAbout(const Meant &meant) const
{
    const ConfigRow *row = session() ? session()->config()->find(currentKey()) : nullptr;
    return row && meant.before == row->value && meant.after == textOf(*row);
}

PartTable::Part BlueprintsPage::partOf(const ConfigRow &row, const rules::KnownTypes &types)
{
    const Checked &about = checked(row.id, textOf(row), types);
    blueprintlist::Facts facts;
    facts.id = row.id;
    facts.workspace = row.workspace;
    facts.name = row.key;
    facts.summary = about.summary;
    facts.faults = about.faults;
    facts.cautions = about.cautions;
    facts.first = about.first;
    if (session()->flows()->loadedIn(row.workspace))
        facts.users = m_usersOf.value(row.key);
    facts.draft = draftText(row.draft);
    facts.trouble = row.draft == ConfigRow::Conflict || row.draft == ConfigRow::Deleting;
    facts.checking = m_checking == row.id;
    facts.json = about.json;
    return blueprintlist::part(facts);
}

void BlueprintsPage::refill()
{
    m_soon.stop();
    m_dirty = false;
    std::vector<PartTable::Part> parts;
    if (session()) {
        const auto types = session()->config()->parameterTypes(workspace());
        m_usersOf.clear();
        for (const FlowRow &flow : session()->flows()->rows())
            if (flow.workspace == workspace())
                ++m_usersOf[flow.blueprint];
        for (const ConfigRow &row : session()->config()->rows())
            if (row.type == blueprintType && row.workspace == workspace())
                parts.push_back(partOf(row, types));
        // What is looked at is checked against the types that there are now.
        m_outline->show(editor()->entry(), editor()->text().toStdString(), types);
        readMeaning();
    }
    std::sort(parts.begin(), parts.end(),
        [](const PartTable::Part &a, const PartTable::Part &b) { return a.key < b.key; });
    m_list->setParts(std::move(parts));
    fillUsers();
    emit looked();
    emit changed();
}

void BlueprintsPage::fillUsers()
{
    const auto place = ConfigStore::parseId(currentKey());
    if (!session() || currentKey().isEmpty())
        return m_users->setParts({});
    m_users->setParts(blueprintlist::users(*session(), place.workspace, place.key,
        m_meant.blueprint && isAbout(m_meant) ? &*m_meant.blueprint : nullptr));
}

QStringList BlueprintsPage::workspaces() const
{
    return session() ? session()->workspaces()->ids() : QStringList();
}

QStringList BlueprintsPage::others() const
{
    QStringList names;
    if (session())
        for (const ConfigRow &row : session()->config()->rows())
            if (row.type == blueprintType && row.workspace == workspace() && row.id != currentKey())
                names.append(row.key);
    names.sort();
    return names;
}

QStringList BlueprintsPage::choices() const
{
    QStringList choices { tr("what the back end has") };
    for (const QString &flow : runners())
        choices.append(tr("what the flow %1 runs").arg(flow));
    return choices + others();
}

int BlueprintsPage::choice() const
{
    const QStringList flows = runners();
    if (!m_againstFlow.isEmpty())
        return int(flows.indexOf(m_againstFlow)) + 1;
    return m_against.isEmpty() ? 0 : int(flows.size() + others().indexOf(m_against)) + 1;
}

QStringList BlueprintsPage::runners() const
{
    return session() && !currentKey().isEmpty()
            && session()->capabilities().raw.contains(QLatin1String("flow-snapshots"))
        ? blueprintwords::usersOf(*session(), workspace(), keyOf(currentKey())).flows
        : QStringList();
}

void BlueprintsPage::setChoice(int index)
{
    const QStringList flows = runners();
    if (index > 0 && index <= flows.size())
        return setAgainstFlow(flows.at(index - 1));
    setAgainst(index > 0 ? others().value(index - 1 - flows.size()) : QString());
}

QStringList BlueprintsPage::beginnings() const
{
    QStringList names = others();
    if (!currentKey().isEmpty())
        names.append(keyOf(currentKey()));
    names.sort();
    return QStringList { tr("nothing: empty sections") } + names;
}

int BlueprintsPage::beginningOf(const QString &copyOf) const
{
    return copyOf.isEmpty() ? 0
                            : int(std::max<qsizetype>(0, beginnings().indexOf(keyOf(copyOf), 1)));
}

void BlueprintsPage::setAgainst(const QString &name)
{
    const ConfigRow *other =
        session() && !name.isEmpty() ? session()->config()->find(idOf(name)) : nullptr;
    m_against = other ? name : QString();
    m_againstFlow.clear();
    m_whyNoComparison.clear();
    ++m_asked;
    compare();
}

void BlueprintsPage::setAgainstFlow(const QString &flow)
{
    m_against.clear();
    m_againstFlow = session() && session()->gateway() ? flow : QString();
    m_running.reset();
    m_whyNoComparison = m_againstFlow.isEmpty() ? QString() : tr("Asking what it runs…");
    const int asked = ++m_asked;
    compare();
    if (m_againstFlow.isEmpty())
        return;
    schema::FlowRequest body;
    body.operation = "get-blueprint";
    body.flowId = flow.toStdString();
    Request request;
    request.service = "flow";
    request.operation = body.operation;
    request.workspace = workspace().toStdString();
    request.body = schema::encode(body);
    ask<schema::FlowResponse>(*session()->gateway(), std::move(request))
        .then(this, [this, asked](const Answer<schema::FlowResponse> &answer) {
            if (asked != m_asked)
                return;
            m_whyNoComparison.clear();
            if (!answer)
                m_whyNoComparison =
                    tr("What it runs could not be read: %1").arg(answer.error().text);
            else
                m_running = answer->blueprintDefinition.value_or("");
            compare();
        });
}

void BlueprintsPage::compare()
{
    const ConfigRow *other =
        session() && !m_against.isEmpty() ? session()->config()->find(idOf(m_against)) : nullptr;
    if (other)
        m_comparison->showSoon(textOf(*other), editor()->text().toStdString());
    else if (m_running && !m_againstFlow.isEmpty())
        m_comparison->showSoon(*m_running, editor()->text().toStdString());
    else
        m_comparison->show({}, {});
    emit looked();
}

bool BlueprintsPage::usersKnown() const
{
    return session() && !currentKey().isEmpty()
        && blueprintwords::usersOf(*session(), workspace(), keyOf(currentKey())).known;
}

int BlueprintsPage::usedBy() const
{
    return session() && !currentKey().isEmpty()
        ? int(blueprintwords::usersOf(*session(), workspace(), keyOf(currentKey())).flows.size())
        : 0;
}

QString BlueprintsPage::usedText() const
{
    if (!session() || currentKey().isEmpty())
        return {};
    const auto users = blueprintwords::usersOf(*session(), workspace(), keyOf(currentKey()));
    const qint64 elsewhere = m_users->total() - users.flows.size();
    QStringList words { !users.known ? tr("The flows of %1 are not known yet.").arg(workspace())
            : users.flows.isEmpty()
            ? tr("No flow of %1 runs it.").arg(workspace())
            : flowtext::counted(users.flows.size(), tr("1 flow of %1 runs it.").arg(workspace()),
                tr("%1 flows of %2 run it.").arg(QStringLiteral("%1"), workspace())) };
    if (elsewhere > 0)
        words.append(flowtext::counted(elsewhere,
            tr("1 flow of another workspace runs that workspace's own blueprint of this name."),
            tr("%1 flows of other workspaces run their own blueprints of this name.")));
    return words.join(QLatin1Char(' '));
}

QString BlueprintsPage::editMeaning() const
{
    if (!session() || currentKey().isEmpty())
        return {};
    const ConfigRow *row = session()->config()->find(currentKey());
    return row && row->exists ? blueprintwords::editMeaning(
               *session(), row->workspace, row->key, isAbout(m_meant) ? &m_meant.gone : nullptr)
                              : QString();
}

QString BlueprintsPage::deleteMeaning() const
{
    return session() && !currentKey().isEmpty()
        ? blueprintwords::deleteMeaning(*session(), workspace(), keyOf(currentKey()))
        : QString();
}

QString BlueprintsPage::summary() const
{
    if (!session() || workspace().isEmpty())
        return {};
    if (!session()->config()->loaded(workspace()))
        return {};
    return m_list->count() == m_list->total() // of which workspace is said beside it
        ? format::count(m_list->total())
        : tr("%1 of %2").arg(format::count(m_list->count()), format::count(m_list->total()));
}

QString BlueprintsPage::emptyTitle() const
{
    if (!session())
        return {};
    if (!error().isEmpty())
        return tr("The blueprints could not be read");
    if (loading())
        return flowtext::notYet(*session(), tr("Reading the blueprints…"));
    return m_list->total() > 0 ? tr("No blueprint matches the filter")
                               : tr("No blueprint in %1").arg(workspace());
}

QString BlueprintsPage::emptyText() const
{
    if (!session())
        return {};
    if (!error().isEmpty())
        return error();
    if (loading())
        return session()->stateText();
    if (m_list->total() > 0)
        return flowtext::counted(m_list->total(),
            tr("1 blueprint is hidden. Change the filter, or press Esc in it to show all."),
            tr("%1 blueprints are hidden. Change the filter, or press Esc in it to show all."));
    return writeDenied().isEmpty()
        ? tr("A blueprint is the pattern that flows are started from. Make one, or import a file.")
        : writeDenied();
}

QString BlueprintsPage::startDenied() const
{
    return flowtext::whyNoStart(session(), { workspace() });
}

QStringList BlueprintsPage::draftIds() const
{
    QStringList ids = ConfigPage::draftIds();
    ids.removeIf([](const QString &id) { return ConfigStore::parseId(id).type != blueprintType; });
    return ids;
}

QString BlueprintsPage::linkTo(const QString &id) const
{
    const auto place = ConfigStore::parseId(id);
    return blueprintwords::blueprintLink(place.workspace, place.key);
}

QString BlueprintsPage::whyNotNamed(const QString &name) const
{
    const QString why = whyNotNew(workspace(), blueprintType, name);
    return name.trimmed().isEmpty() && !writeDenied().isEmpty() ? writeDenied()
        : name.trimmed().isEmpty()                              ? tr("Give it a name.")
                                                                : why;
}

QString BlueprintsPage::createNamed(const QString &name, const QString &copyOf)
{
    if (!whyNotNamed(name).isEmpty())
        return {};
    const QString id = idOf(name.trimmed());
    const ConfigRow *from = copyOf.isEmpty() ? nullptr : session()->config()->find(copyOf);
    session()->config()->drafts()->edit(id,
        from
            ? textOf(*from)
            : schema::newValue(std::string(blueprintType.data(), std::size_t(blueprintType.size())),
                name.trimmed().toStdString()));
    return id;
}

QString BlueprintsPage::idOf(const QString &name) const
{
    return ConfigStore::idOf(workspace(), blueprintType, name);
}

QString BlueprintsPage::exportText(const QString &id) const
{
    const ConfigRow *row = session() ? session()->config()->find(id) : nullptr;
    if (!row)
        return {};
    const std::string text = textOf(*row);
    const auto tree = schema::JsonTree::parse(text);
    return qs(tree && text.find('\n') == std::string::npos ? schema::indented(*tree) : text)
        + QLatin1Char('\n');
}

bool BlueprintsPage::holdsConfiguration(const QString &path) const
{
    const auto content = contentOf(path);
    if (!content)
        return false;
    const auto tree = schema::JsonTree::parse(content->toStdString());
    const int config = tree && tree->isObject(0) ? tree->child(0, "config") : -1;
    return config >= 0 && tree->isObject(config) && tree->child(0, "flow") < 0;
}

QString BlueprintsPage::nameFor(const QString &path) const
{
    return QFileInfo(path).completeBaseName();
}

QString BlueprintsPage::importFile(const QString &path, const QString &name)
{
    m_importFault.clear();
    const auto content = contentOf(path);
    const auto tree = content
        ? schema::JsonTree::parse(content->toStdString())
        : Expected<schema::JsonTree, schema::JsonFault>(unexpected(schema::JsonFault()));
    const QString id = idOf(name.trimmed());
    if (!content)
        m_importFault = content.error();
    else if (!tree)
        m_importFault = blueprintwords::atPlace(
            content->toStdString(), tree.error().offset, qs(tree.error().message));
    else if (!tree->isObject(0) || (tree->child(0, "flow") < 0 && tree->child(0, "blueprint") < 0))
        m_importFault =
            tr("%1 is no blueprint: it has neither a flow nor a blueprint section.").arg(path);
    else if (name.trimmed().isEmpty())
        m_importFault = tr("Give it a name.");
    else if (!writeDenied().isEmpty())
        m_importFault = writeDenied();
    else if (session()->config()->drafts()->find(id))
        m_importFault = tr("There is a draft of %1: apply or discard it first.").arg(name);
    if (!m_importFault.isEmpty())
        return {};
    session()->config()->drafts()->edit(id, content->toStdString());
    return id;
}

} // namespace signalbox
