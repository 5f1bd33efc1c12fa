// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/accessform.h"

#include "models/rules/roles.h"
#include "models/schema/iamedit.h"
#include "views/pages/accesstext.h"
#include "views/pages/flowtext.h"

#include <QDateTime>
#include <QRandomGenerator>

#include <algorithm>

namespace signalbox {

using flowtext::qs;

namespace {

constexpr int generatedLength = 20;
constexpr qsizetype longestField = 1024; ///< bytes, as our gateway allows

/// Without the letters and digits that are mistaken for one another when read aloud.
QString newPassword()
{
    static const QString alphabet =
        QStringLiteral("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789");
    QString password;
    for (int i = 0; i < generatedLength; ++i)
        password +=
            alphabet.at(qsizetype(QRandomGenerator::system()->bounded(quint32(alphabet.size()))));
    return password;
}

} // namespace

AccessForm::AccessForm(QObject *parent)
    : AccessCommand(parent)
    , m_draft(new FormDraft(this))
{
    m_draft->setForm(QStringLiteral("access"));
    connect(m_draft, &FormDraft::startedOver, this, [this] {
        fresh();
        emit changed();
    });
}

const char *AccessForm::operation(Kind kind)
{
    switch (kind) {
    case NewUser:
        return "create-user";
    case EditUser:
        return "update-user";
    case ChangePassword:
        return "change-password";
    case NewWorkspace:
        return "create-workspace";
    case EditWorkspace:
        return "update-workspace";
    case NewKey:
        return "create-api-key";
    }
    return "";
}

void AccessForm::open(Kind kind, const QString &target)
{
    m_kind = kind;
    m_target = target;
    fresh();
    m_draft->setSession(session());
    restore();
    emit changed();
}

/// As it is before anybody types.
void AccessForm::fresh()
{
    const Kind kind = m_kind;
    const QString target = m_target;
    forget();
    m_roles = { QStringLiteral("reader") };
    m_mustChange = kind == NewUser;
    m_generate = true;
    m_enabled = true;
    m_lifetime = Days90;
    m_generated = kind == NewUser ? newPassword() : QString();
    const QStringList homes = this->homes();
    const QString here = session() ? session()->workspace() : QString();
    m_home = homes.contains(here) ? here : homes.value(0);
    if (const auto *user = store() && kind == EditUser ? store()->user(target) : nullptr)
        readUser(*user);
    if (const auto *found =
            store() && kind == EditWorkspace ? store()->workspace(target) : nullptr) {
        m_name = target;
        m_fullName = qs(found->name);
        m_enabled = found->enabled;
    }
    m_blank = fields();
}

AccessForm::Fields AccessForm::fields() const
{
    return { { QStringLiteral("name"), m_name }, { QStringLiteral("full-name"), m_fullName },
        { QStringLiteral("email"), m_email }, { QStringLiteral("home"), m_home },
        { QStringLiteral("roles"), m_roles.join(QLatin1Char(',')) },
        { QStringLiteral("other-roles"), m_otherRoles }, { QStringLiteral("until"), m_until },
        { QStringLiteral("lifetime"), QString::number(m_lifetime) },
        { QStringLiteral("must-change"), QString::number(int(m_mustChange)) } };
}

void AccessForm::restore()
{
    const bool found = m_draft->begin(QStringLiteral("%1/%2").arg(int(m_kind)).arg(m_target));
    if (!found)
        return;
    const auto text = [this](const char *field, QString &into) {
        if (m_draft->has(QLatin1String(field)))
            into = m_draft->text(QLatin1String(field));
    };
    QString roles = m_roles.join(QLatin1Char(','));
    QString lifetime = QString::number(m_lifetime);
    QString mustChange = QString::number(int(m_mustChange));
    text("name", m_name); // of a user or workspace that is changed it never differs
    text("full-name", m_fullName);
    text("email", m_email);
    text("home", m_home);
    text("other-roles", m_otherRoles);
    text("until", m_until);
    text("roles", roles);
    text("lifetime", lifetime);
    text("must-change", mustChange);
    m_roles = roles.split(QLatin1Char(','), Qt::SkipEmptyParts);
    m_lifetime = lifetime.toInt();
    m_mustChange = mustChange.toInt() != 0;
}

void AccessForm::keepTyped()
{
    const Fields now = fields();
    for (std::size_t i = 0; i < now.size() && i < m_blank.size(); ++i)
        m_draft->keep(now[i].first, now[i].second, m_blank[i].second);
}

void AccessForm::readUser(const schema::User &user)
{
    m_name = accesstext::userName(user);
    m_fullName = qs(user.name);
    m_email = qs(user.email);
    m_home = qs(user.defaultWorkspace);
    m_enabled = user.enabled;
    m_mustChange = user.mustChangePassword;
    m_otherRoles = accesstext::unknownRoles(user).join(QStringLiteral(", "));
    m_roles.clear();
    for (const QString &role : knownRoles())
        if (std::find(user.roles.begin(), user.roles.end(), role.toStdString()) != user.roles.end())
            m_roles.append(role);
}

void AccessForm::forget()
{
    for (QString *text : { &m_name, &m_fullName, &m_email, &m_home, &m_otherRoles, &m_generated,
             &m_currentPassword, &m_password, &m_repeated, &m_until })
        text->clear();
    m_roles.clear();
    AccessCommand::forget();
}

QString AccessForm::title() const
{
    switch (m_kind) {
    case NewUser:
        return tr("New user");
    case EditUser:
        return tr("Change a user");
    case ChangePassword:
        return tr("Change your password");
    case NewWorkspace:
        return tr("New workspace");
    case EditWorkspace:
        return tr("Rename a workspace");
    case NewKey:
        return tr("New API key");
    }
    return {};
}

QString AccessForm::subtitle() const
{
    if (m_kind == NewKey) {
        const auto *user = store() ? store()->user(m_target) : nullptr;
        return user ? tr("for %1").arg(accesstext::userName(*user)) : QString();
    }
    return nameFixed() ? m_name : QString();
}

QString AccessForm::verb() const
{
    return m_kind == NewUser || m_kind == NewWorkspace || m_kind == NewKey ? tr("Create")
                                                                           : tr("Save");
}

bool AccessForm::nameFixed() const
{
    return m_kind == EditUser || m_kind == EditWorkspace;
}

QString AccessForm::nameFault() const
{
    if (m_kind == ChangePassword || nameFixed() || m_name.isEmpty() || !store())
        return {};
    if (m_name.toUtf8().size() > longestField)
        return tr("That is too long.");
    if (m_kind == NewWorkspace) {
        if (!rules::validId(m_name.toStdString()))
            return tr("Small letters, digits, - and _, at most 64, beginning with a letter or "
                      "digit: the id becomes part of queue names.");
        return store()->workspace(m_name) ? tr("There is one of this id already.") : QString();
    }
    if (m_kind != NewUser)
        return {};
    if (m_name != m_name.trimmed())
        return tr("A space before or after the name would be part of it.");
    const bool taken = std::any_of(store()->users().begin(), store()->users().end(),
        [&](const schema::User &user) { return qs(user.username) == m_name; });
    return taken ? tr("There is one of this name already.") : QString();
}

QString AccessForm::keepNote() const
{
    return nameFixed() ? tr("left empty: stays as it is") : QString();
}

QStringList AccessForm::homes() const
{
    QStringList ids;
    if (store())
        for (const schema::Workspace &workspace : store()->workspaces())
            if (workspace.enabled)
                ids.append(qs(workspace.id));
    ids.sort();
    return ids;
}

QStringList AccessForm::knownRoles() const
{
    QStringList names;
    for (const std::string_view role : rules::allRoles())
        names.append(qs(role));
    return names;
}

void AccessForm::setRole(const QString &role, bool held)
{
    if (held == m_roles.contains(role))
        return;
    if (held)
        m_roles.append(role);
    else
        m_roles.removeAll(role);
    keepTyped();
    emit changed();
}

std::vector<std::string> AccessForm::allRoles() const
{
    std::vector<std::string> roles;
    for (const QString &role : knownRoles())
        if (m_roles.contains(role))
            roles.push_back(role.toStdString());
    for (const QString &role : m_otherRoles.split(QLatin1Char(','), Qt::SkipEmptyParts))
        if (!role.trimmed().isEmpty())
            roles.push_back(role.trimmed().toStdString());
    return roles;
}

QString AccessForm::reach() const
{
    schema::User user;
    user.roles = allRoles();
    user.defaultWorkspace = m_home.toStdString();
    const QStringList odd = accesstext::unknownRoles(user);
    const QString words = tr("May do: %1.").arg(accesstext::reach(user));
    return odd.isEmpty() ? words
                         : words
            + tr(" The open edition does not know %1: it gives no right there.")
                  .arg(odd.join(QStringLiteral(", ")));
}

bool AccessForm::withPassword() const
{
    return m_kind == ChangePassword || (m_kind == NewUser && !m_generate);
}

QString AccessForm::passwordFault() const
{
    if (!withPassword() || m_password.isEmpty())
        return {};
    if (m_password.toUtf8().size() > longestField)
        return tr("That is too long.");
    if (m_kind == ChangePassword && m_password == m_currentPassword)
        return tr("That is the present one.");
    return !m_repeated.isEmpty() && m_repeated != m_password ? tr("The two are not the same.")
                                                             : QString();
}

QString AccessForm::untilFault() const
{
    if (m_kind != NewKey || m_lifetime != Until || m_until.isEmpty())
        return {};
    const qint64 at = accesstext::timeOf(m_until.trimmed().toStdString());
    // An unreadable time would be taken for "never" without a word (TG §2.1).
    if (at == 0)
        return tr("A date such as 2027-01-31, or a time such as 2027-01-31T18:00.");
    return at <= QDateTime::currentMSecsSinceEpoch() ? tr("That is over already.") : QString();
}

std::string AccessForm::expires() const
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    QDateTime at;
    switch (m_lifetime) {
    case Days30:
        at = now.addDays(30);
        break;
    case Days90:
        at = now.addDays(90);
        break;
    case Year:
        at = now.addYears(1);
        break;
    case Until:
        at = QDateTime::fromMSecsSinceEpoch(
            accesstext::timeOf(m_until.trimmed().toStdString()), Qt::UTC);
        break;
    default:
        return {};
    }
    return at.toString(QStringLiteral("yyyy-MM-dd'T'HH:mm:ss'+00:00'")).toStdString();
}

QString AccessForm::objection() const
{
    if (store()->powerless() && m_kind != NewWorkspace)
        return tr("Nobody signs in at this back end: users and keys decide nothing.");
    if (m_kind != ChangePassword && m_name.isEmpty())
        return m_kind == NewWorkspace ? tr("Give it an id.") : tr("Give it a name.");
    for (const QString &fault : { nameFault(), passwordFault(), untilFault() })
        if (!fault.isEmpty())
            return fault;
    if (m_kind == EditUser && allRoles().empty())
        return tr("A user's last role cannot be taken away on this interface: disable the user.");
    if (m_kind == NewUser && m_home.isEmpty())
        return tr("Choose a home workspace.");
    if (m_kind == NewKey && m_lifetime == Until && m_until.trimmed().isEmpty())
        return tr("Say until when.");
    if (m_kind == ChangePassword && m_currentPassword.isEmpty())
        return tr("Give the present password.");
    if (withPassword() && (m_password.isEmpty() || m_repeated.isEmpty()))
        return tr("Give the new password twice.");
    return {};
}

/// The flag always goes along (trap 30): as it is now, for somebody may have disabled the user or
/// the workspace while the form was open.
bool AccessForm::enabledNow() const
{
    const auto *user = store() && m_kind == EditUser ? store()->user(m_target) : nullptr;
    const auto *workspace =
        store() && m_kind == EditWorkspace ? store()->workspace(m_target) : nullptr;
    return user ? user->enabled : workspace ? workspace->enabled : m_enabled;
}

std::vector<AccessCommand::Step> AccessForm::steps() const
{
    Step step;
    schema::IamRequest &request = step.request;
    request.operation = operation(m_kind);
    switch (m_kind) {
    case NewUser: {
        const QString &password = m_generate ? m_generated : m_password;
        request.workspace = m_home.toStdString();
        request.user = schema::JsonText { schema::encode(schema::NewUser { m_name.toStdString(),
            password.toStdString(), m_fullName.toStdString(), m_email.toStdString(), allRoles(),
            true, m_mustChange }) };
        break;
    }
    case EditUser:
        request.userId = m_target.toStdString();
        request.user =
            schema::JsonText { schema::encode(schema::UserChange { m_fullName.toStdString(),
                m_email.toStdString(), allRoles(), enabledNow(), m_mustChange }) };
        break;
    case ChangePassword:
        request.userId = session()->account().id;
        request.password = m_currentPassword.toStdString();
        request.newPassword = m_password.toStdString();
        break;
    case NewWorkspace:
    case EditWorkspace:
        request.workspaceRecord = schema::JsonText { schema::encode(schema::WorkspaceChange {
            m_name.toStdString(), m_fullName.toStdString(), enabledNow() }) };
        break;
    case NewKey:
        request.key = schema::JsonText { schema::encode(
            schema::NewApiKey { m_target.toStdString(), m_name.toStdString(), expires() }) };
        step.owners = { m_target };
        break;
    }
    return { step };
}

QString AccessForm::finished(const schema::IamResponse &last)
{
    m_currentPassword.clear();
    m_password.clear();
    m_repeated.clear();
    m_draft->drop();
    switch (m_kind) {
    case NewUser:
        if (m_generate)
            tellSecret(tr("Password of %1").arg(m_name), m_generated.toStdString());
        m_generated.clear();
        return tr("%1 is made.").arg(m_name);
    case EditUser:
    case EditWorkspace:
        return tr("%1 is changed.").arg(m_name);
    case ChangePassword:
        return tr("Your password is changed.");
    case NewWorkspace:
        return tr("%1 is made. Its configuration is filled from the template; that may take a "
                  "moment.")
            .arg(m_name);
    case NewKey:
        if (!last.apiKeyPlaintext || last.apiKeyPlaintext->empty())
            return tr("The back end told no key.");
        tellSecret(tr("API key %1").arg(m_name), *last.apiKeyPlaintext);
        return tr("The key %1 is made.").arg(m_name);
    }
    return {};
}

} // namespace signalbox
