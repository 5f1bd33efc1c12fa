// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/tenantform.h"

#include "models/rules/condition.h"
#include "models/rules/jsondiff.h"
#include "models/rules/resource.h"
#include "models/stores/plaintext.h"
#include "models/stores/session.h"
#include "models/stores/whendone.h"
#include "views/pages/flowtext.h"
#include "views/pages/tenantwords.h"

#include <algorithm>

namespace signalbox {

using flowtext::qs;

namespace {

/// Members that nobody types: what is written on is theirs.
const std::vector<std::string> ofTheFarEnd { "version", "updated_at" };

/// As schema::readForm() names the forms.
QString formOf(TenantForm::Kind kind)
{
    switch (kind) {
    case TenantForm::ATenant:
        return QStringLiteral("portal/tenant");
    case TenantForm::AChannel:
        return QStringLiteral("portal/channel");
    case TenantForm::AMember:
        return QStringLiteral("portal/member");
    case TenantForm::AnInvitation:
        return QStringLiteral("portal/invitation");
    case TenantForm::AnAcceptance:
        return QStringLiteral("portal/acceptance");
    case TenantForm::AnAgent:
        break;
    }
    return QStringLiteral("portal/agent");
}

/// What a copy of it begins with: nothing that only the stored one has.
std::string agentCopy(const schema::Agent &agent)
{
    schema::Agent copy = agent;
    copy.id.clear();
    copy.createdAt.clear();
    copy.updatedAt.clear();
    copy.version = 0;
    copy.name = TenantForm::tr("%1 (copy)").arg(qs(agent.name)).toStdString();
    copy.isActive = false;
    return schema::encode(copy);
}

std::string tenantBlank(TenantForm::Kind kind)
{
    if (kind == TenantForm::AnAgent)
        return schema::newValue("portal/agent", "");
    return schema::newValue(formOf(kind).toStdString(), "");
}

QStringList namesIn(std::span<const std::string_view> words)
{
    QStringList all;
    for (const std::string_view word : words)
        all.append(qs(word));
    return all;
}

} // namespace

TenantForm::TenantForm(QObject *parent)
    : QObject(parent)
    , m_form(new ConfigForm(this))
    , m_diff(new DiffLines(this))
    , m_merge(new ConflictMerge(this))
    , m_draft(new FormDraft(this))
{
    m_form->setCheck([this](const schema::FormField &field) { return checkField(field); });
    connect(m_form, &ConfigForm::edited, this, [this](const std::string &text) { take(text); });
    connect(m_form, &ConfigForm::judged, this, &TenantForm::changed);
    connect(m_draft, &FormDraft::startedOver, this, &TenantForm::startOver);
}

void TenantForm::setStore(TenantStore *store)
{
    if (m_store == store)
        return;
    if (m_store)
        m_store->disconnect(this);
    m_store = store;
    m_draft->setSession(store ? store->session() : nullptr);
    if (store)
        connect(store, &TenantStore::changed, this, &TenantForm::follow);
    emit changed();
}

/// The tools that there are come after the form was opened.
void TenantForm::follow()
{
    const bool known = m_store && m_store->tools().loaded;
    if (known != m_toolsKnown) {
        m_toolsKnown = known;
        m_form->recheck();
    }
    emit changed();
}

std::string TenantForm::storedText() const
{
    const auto laidOut = [](const std::string &text) { return schema::pretty(text); };
    if (!m_store || m_id.isEmpty())
        return {};
    if (m_kind == ATenant)
        if (const auto *row = m_store->tenant(m_id))
            return laidOut(schema::encode(*row));
    if (m_kind == AnAgent)
        if (const auto *row = tenantwords::held(m_store->agents().rows, m_id))
            return laidOut(schema::encode(*row));
    if (m_kind == AChannel)
        if (const auto *row = tenantwords::held(m_store->channels().rows, m_id))
            return laidOut(schema::encode(*row));
    return {};
}

void TenantForm::open(Kind kind, const QString &tenant, const QString &id, const QString &copyOf)
{
    forget();
    m_kind = kind;
    m_tenant = tenant;
    m_id = id;
    if (!m_store)
        return;
    m_store->fetchChoices();
    m_base = storedText();
    m_blank = m_base.empty() ? tenantBlank(kind) : m_base;
    if (const auto *agent = tenantwords::held(m_store->agents().rows, copyOf);
        agent && !copyOf.isEmpty())
        m_blank = schema::pretty(agentCopy(*agent));
    m_text = m_blank;
    m_form->begin(id.isEmpty());
    m_draft->setForm(formOf(kind));
    if (keepsDraft() && m_draft->begin(tenant + u'/' + (id.isEmpty() ? copyOf : id))) {
        if (m_draft->has(QStringLiteral("text")))
            m_text = m_draft->text(QStringLiteral("text")).toStdString();
        // What it was begun on: if that has moved on, the far end says so, and both are merged.
        if (m_draft->has(QStringLiteral("base")))
            m_base = m_draft->text(QStringLiteral("base")).toStdString();
    }
    show();
}

void TenantForm::startOver()
{
    m_base = storedText();
    m_text = m_blank = m_base.empty() ? tenantBlank(m_kind) : m_base;
    m_current.reset();
    m_form->begin(m_id.isEmpty());
    show();
}

void TenantForm::show()
{
    const auto tree = schema::JsonTree::parse(m_text);
    m_fault =
        tree ? QString() : tr("line %1: %2").arg(tree.error().line).arg(qs(tree.error().message));
    m_faultAt = tree ? -1 : int(qs(m_text.substr(0, tree.error().offset)).size());
    if (tree)
        m_form->show(formOf(m_kind), m_id, m_text, [this](const std::string &refers) {
            return refers == "portal/action" ? namesIn(rules::conditionActions())
                : refers == "portal/channel" ? namesIn(schema::channelTypes())
                : refers == "portal/tool"    ? toolNames()
                                             : QStringList();
        });
    m_diff->show(m_base.empty() ? "{}" : m_base, m_text);
    emit textChanged();
    emit changed();
}

void TenantForm::take(std::string text)
{
    if (text == m_text)
        return;
    m_text = std::move(text);
    keepDraft();
    show();
}

void TenantForm::keepDraft()
{
    if (!keepsDraft())
        return;
    m_draft->keep(QStringLiteral("text"), qs(m_text), qs(m_blank));
    m_draft->keep(QStringLiteral("base"), m_text == m_blank ? QString() : qs(m_base), QString());
}

void TenantForm::edit(const QString &text)
{
    take(text.toStdString());
}

void TenantForm::tidy()
{
    if (const auto tree = schema::JsonTree::parse(m_text))
        take(schema::indented(*tree));
}

QStringList TenantForm::templates() const
{
    QStringList names;
    if (m_store && m_kind == AnAgent && m_id.isEmpty())
        for (const schema::AgentTemplate &one : m_store->templates().rows)
            names.append(qs(one.name));
    return names;
}

/// Of the far end's registry; none while it is not known.
QStringList TenantForm::toolNames() const
{
    QStringList names;
    if (m_store)
        for (const schema::ToolInfo &tool : m_store->tools().rows)
            names.append(qs(tool.name));
    return names;
}

void TenantForm::takeTemplate(int index)
{
    if (!m_store || index < 0 || index >= int(m_store->templates().rows.size()))
        return;
    const schema::AgentTemplate &from = m_store->templates().rows[std::size_t(index)];
    auto agent = schema::decode<schema::Agent>(m_text).valueOr(schema::Agent());
    if (agent.name.empty())
        agent.name = from.name;
    agent.role = from.role;
    agent.persona = from.persona;
    agent.systemPrompt = from.systemPrompt;
    agent.modelPreference = from.modelPreference;
    agent.toolAssignments = from.toolAssignments;
    agent.escalationRules = from.escalationRules;
    take(schema::pretty(schema::encode(agent)));
}

/// What the schema alone cannot tell: conditions that do not compile, tools that nobody has.
QString TenantForm::checkField(const schema::FormField &field) const
{
    if (field.id == "condition") {
        const auto compiled = rules::Condition::compile(field.value);
        if (!compiled)
            return tr("at character %1: %2")
                .arg(qs(field.value.substr(0, compiled.error().position)).size() + 1)
                .arg(qs(compiled.error().message));
    }
    if (field.id == "slug" && !field.value.empty() && !schema::isSlug(field.value))
        return tr("takes 2 to 50 lower case letters, digits and hyphens inside");
    if (field.id == "agent_id" && !field.value.empty() && m_store && m_store->agents().loaded
        && !m_store->agents().more && !tenantwords::held(m_store->agents().rows, qs(field.value)))
        return tr("names no agent of this tenant");
    if (field.id == "tool_assignments" && m_store && m_store->tools().loaded) {
        // What the agent has already is kept, known here or not.
        const auto before = schema::decode<schema::Agent>(m_base).valueOr(schema::Agent());
        const QStringList known = toolNames();
        const QStringList words = qs(field.value).split(u'\n', Qt::SkipEmptyParts);
        for (const QString &word : words)
            if (!known.contains(word)
                && std::find(before.toolAssignments.begin(), before.toolAssignments.end(),
                       word.toStdString())
                    == before.toolAssignments.end())
                return tr("name “%1”, which the gateway does not have").arg(word);
    }
    return {};
}

bool TenantForm::edited() const
{
    return !rules::sameMeaning(m_text, m_base.empty() ? m_blank : m_base);
}

QString TenantForm::title() const
{
    const bool fresh = m_id.isEmpty();
    switch (m_kind) {
    case ATenant:
        return fresh ? tr("New tenant") : tr("Change tenant");
    case AChannel:
        return fresh ? tr("New channel") : tr("Change channel");
    case AMember:
        return tr("Add a member");
    case AnInvitation:
        return tr("Invite somebody");
    case AnAcceptance:
        return tr("Accept an invitation");
    case AnAgent:
        break;
    }
    return fresh ? tr("New agent") : tr("Change agent");
}

QString TenantForm::subtitle() const
{
    const schema::Tenant *tenant = m_store ? m_store->tenant(m_tenant) : nullptr;
    return tenant ? plainLine(tenant->name) : QString();
}

QString TenantForm::verb() const
{
    if (m_kind == AnInvitation)
        return tr("Invite");
    if (m_kind == AnAcceptance)
        return tr("Accept");
    return m_id.isEmpty() ? tr("Create") : tr("Save");
}

QString TenantForm::note() const
{
    if (m_kind == AChannel)
        return tr("Secrets are written and never read back: dots stand for what is stored and stay "
                  "as they are. No draft of a channel is kept. Answers are sent to a callback "
                  "address, or to "
                  "Slack; to the vendors of the other channels nothing is sent.");
    if (m_kind == AnInvitation)
        return tr("A token is shown once, here, and holds for 48 hours. Nothing is sent: hand it "
                  "over yourself. Who gets it signs in with a user of their own and accepts it on "
                  "this page.");
    if (m_kind == AnAcceptance)
        return tr("Whoever invited you has handed you a token. It makes you, who are signed in, a "
                  "member of the tenant, once. No draft of it is kept.");
    return {};
}

std::string TenantForm::line(Kind kind, const QString &tenant, const QString &id)
{
    const std::string tid = tenant.toStdString();
    const char *what = kind == AChannel ? "channels"
        : kind == AMember               ? "users"
        : kind == AnInvitation          ? "invitations"
                                        : "agents";
    if (kind == AnAcceptance)
        return "POST /invitations/accept";
    if (kind == ATenant)
        return id.isEmpty() ? "POST /tenants"
                            : "PUT " + rules::resourcePath({ "tenants", id.toStdString() });
    return id.isEmpty() ? "POST " + rules::resourcePath({ "tenants", tid, what })
                        : "PUT " + rules::resourcePath({ "tenants", tid, what, id.toStdString() });
}

QString TenantForm::whyNot() const
{
    const Session *session = m_store ? m_store->session() : nullptr;
    if (!session || !session->gateway() || !session->online())
        return tr("Not connected.");
    if (m_busy)
        return tr("Working…");
    if (QString why = m_store->roleDenied(line(m_kind, m_tenant, m_id), m_tenant); !why.isEmpty())
        return why;
    const schema::Tenant *tenant = m_store->tenant(m_tenant);
    const QString denied = session->denied(QStringLiteral("portal"),
        qs(line(m_kind, m_tenant, m_id)), tenant ? qs(schema::workspaceOf(*tenant)) : QString());
    if (!denied.isEmpty())
        return flowtext::whyDenied(denied);
    if (!m_fault.isEmpty())
        return tr("The text is no JSON.");
    if (!m_form->firstFault().isEmpty())
        return m_form->firstFault();
    if (conflict())
        return tr("First decide what becomes of the other change.");
    return !m_id.isEmpty() && !edited() ? tr("Nothing differs.") : QString();
}

void TenantForm::save()
{
    if (!m_result.isEmpty() || !whyNot().isEmpty())
        return;
    m_busy = true;
    m_error.clear();
    emit changed();
    const std::string request = line(m_kind, m_tenant, m_id);
    const auto blank = request.find(' ');
    whenDone(this,
        m_store->change(m_kind == ATenant && m_id.isEmpty() ? QString() : m_tenant,
            request.substr(0, blank), request.substr(blank + 1), m_text),
        [this, round = m_round](const Reply &reply) {
            if (round == m_round)
                settle(reply);
        });
}

void TenantForm::settle(const Reply &reply)
{
    m_busy = false;
    if (reply) {
        m_draft->drop();
        m_result = m_id.isEmpty() ? tr("Done.") : tr("Saved.");
        if (m_kind == AnAcceptance)
            m_result = tr("You are a member of that tenant now.");
        if (m_kind == AnInvitation)
            if (const auto made = schema::decode<schema::Invitation>(reply->body);
                made && made->token) {
                m_result = tr("%1 is invited.").arg(plainLine(made->email));
                m_secret = qs(*made->token);
            }
        emit changed();
        emit done();
        return;
    }
    if (reply.error().kind == ErrorKind::Conflict && !m_id.isEmpty() && m_kind != AChannel)
        return readCurrent();
    m_error = flowtext::failure(title(), reply.error());
    emit changed();
}

/// Somebody was faster: what is there now, beside what was and what is wanted.
void TenantForm::readCurrent()
{
    const std::string request = line(m_kind, m_tenant, m_id);
    m_busy = true;
    whenDone(this, m_store->question(m_tenant, request.substr(request.find(' ') + 1)),
        [this, round = m_round](const Reply &reply) {
            if (round != m_round)
                return;
            m_busy = false;
            if (reply) {
                m_current = schema::pretty(reply->body);
                m_merge->compare(m_base, m_current, m_text, ofTheFarEnd);
            } else {
                m_error = flowtext::failure(title(), reply.error());
            }
            emit changed();
        });
    emit changed();
}

/// Mine from now on, on top of what is there: the next save writes it.
void TenantForm::goOn(std::string text)
{
    m_base = *std::exchange(m_current, std::nullopt);
    m_text = std::move(text);
    keepDraft();
    show();
}

void TenantForm::takeMerged()
{
    if (m_current)
        goOn(m_merge->merge());
}

void TenantForm::takeMine()
{
    if (!m_current)
        return;
    std::string text = m_text;
    if (const auto current = schema::JsonTree::parse(*m_current))
        for (const std::string &name : ofTheFarEnd)
            if (const int node = current->child(0, name); node != schema::JsonTree::none) {
                rules::MergeConflict one;
                one.path = schema::JsonPath() / name;
                one.theirs = std::string(current->raw(node));
                text = rules::withTheirs(text, one);
            }
    goOn(std::move(text));
}

void TenantForm::takeTheirs()
{
    if (!m_current)
        return;
    m_base = *std::exchange(m_current, std::nullopt);
    m_text = m_blank = m_base;
    m_draft->drop();
    show();
}

void TenantForm::forget()
{
    ++m_round;
    m_busy = false;
    m_current.reset();
    m_error.clear();
    m_result.clear();
    m_secret.clear();
    m_base.clear();
    m_blank.clear();
    m_text.clear();
    m_fault.clear();
    m_faultAt = -1;
    emit changed();
}

} // namespace signalbox
