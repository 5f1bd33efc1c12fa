// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/connectionform.h"

#include "models/stores/loglinks.h"

#include <QLocale>
#include <QUrl>

namespace signalbox {

namespace {

/// Addresses that hold a password are not put on disk.
bool holdsPassword(const QString &url)
{
    return url.contains(QLatin1String("://")) && url.contains(u'@');
}

} // namespace

ConnectionForm::ConnectionForm(QObject *parent)
    : QObject(parent)
    , m_formDraft(new FormDraft(this))
{
    m_formDraft->setForm(QStringLiteral("connection"));
    m_formDraft->setEverywhere();
    connect(m_formDraft, &FormDraft::startedOver, this, [this] {
        fill();
        emit loaded();
        emit changed();
    });
    connect(this, &ConnectionForm::changed, this, &ConnectionForm::keepDraft);
    // What is tested is what stands there: a change makes the steps old.
    connect(this, &ConnectionForm::changed, this, [this] {
        if (m_testing && draft() != m_underTest)
            cancelTest();
    });
}

ConnectionForm::~ConnectionForm()
{
    if (m_testing && m_list && m_list->check())
        m_list->check()->cancel();
}

void ConnectionForm::setList(ConnectionList *list)
{
    if (m_list == list)
        return;
    m_list = list;
    if (list->secrets())
        connect(list->secrets(), &SecretStore::stateChanged, this, &ConnectionForm::changed);
    connect(list, &ConnectionList::keepFailed, this, &ConnectionForm::changed);
    load(0);
}

void ConnectionForm::load(int row)
{
    cancelTest();
    forgetTest();
    m_row = row;
    m_tried = false;
    m_before = row >= 0 && m_list && row < m_list->count() ? m_list->at(row) : SavedConnection();
    fill();
    restore();
    if (row != 0 && m_list && m_list->secrets())
        m_list->secrets()->look();
    emit loaded();
    emit changed();
}

void ConnectionForm::fill()
{
    m_name = m_before.name;
    m_url = m_before.url;
    m_group = m_before.group;
    m_environment = m_before.environment;
    m_protected = m_before.protectedConnection;
    m_readOnly = m_before.readOnly;
    m_signIn = m_before.signIn;
    m_keep = m_before.keep;
    m_user = m_before.user;
    const auto provider = OpenIdSettings::of(m_before);
    m_issuer = provider.issuer;
    m_clientId = provider.clientId;
    m_scopes = provider.scopes;
    m_audience = provider.audience;
    const auto logs = LogTemplates::of(m_before);
    m_flowLogs = logs.flow;
    m_processorLogs = logs.processor;
    m_queueLogs = logs.queue;
    m_caFile = m_before.caFile;
    m_certificateFile = m_before.certificateFile;
    m_keyFile = m_before.keyFile;
    m_accepted = m_before.acceptedCertificate;
    loadBroker();
    m_secret.clear();
    m_passphrase.clear();
    m_blank.clear();
    visitFields(
        [this](const char *field, QString &value) { m_blank.insert(QLatin1String(field), value); });
}

/// What is typed but secrets, and but a certificate that was taken in spite of its faults: that is
/// decided anew. `visit` may change the values.
void ConnectionForm::visitFields(const std::function<void(const char *, QString &)> &visit)
{
    for (const auto &[field, value] :
        { std::pair("name", &m_name), std::pair("url", &m_url), std::pair("group", &m_group),
            std::pair("environment", &m_environment), std::pair("user", &m_user),
            std::pair("issuer", &m_issuer), std::pair("client-id", &m_clientId),
            std::pair("scopes", &m_scopes), std::pair("audience", &m_audience),
            std::pair("ca-file", &m_caFile), std::pair("certificate-file", &m_certificateFile),
            std::pair("key-file", &m_keyFile), std::pair("flow-logs", &m_flowLogs),
            std::pair("processor-logs", &m_processorLogs), std::pair("queue-logs", &m_queueLogs),
            std::pair("broker-kind", &m_brokerKind), std::pair("broker-url", &m_brokerUrl),
            std::pair("broker-user", &m_brokerUser), std::pair("broker-vhost", &m_brokerVhost),
            std::pair("broker-amqp", &m_brokerAmqp), std::pair("broker-ca-file", &m_brokerCa),
            std::pair("broker-certificate-file", &m_brokerCertificate),
            std::pair("broker-key-file", &m_brokerKeyFile) })
        visit(field, *value);
    QString isProtected = QString::number(int(m_protected));
    QString readOnly = QString::number(int(m_readOnly));
    QString signIn = QString::number(m_signIn);
    QString keep = QString::number(m_keep);
    visit("protected", isProtected);
    visit("read-only", readOnly);
    visit("sign-in", signIn);
    visit("keep", keep);
    m_protected = isProtected.toInt() != 0;
    m_readOnly = readOnly.toInt() != 0;
    m_signIn = signIn.toInt();
    m_keep = keep.toInt();
}

void ConnectionForm::restore()
{
    if (m_row == 0 || !m_formDraft->begin(m_before.name))
        return;
    visitFields([this](const char *field, QString &value) {
        if (m_formDraft->has(QLatin1String(field)))
            value = m_formDraft->text(QLatin1String(field));
    });
}

void ConnectionForm::keepDraft()
{
    if (m_row == 0)
        return;
    visitFields([this](const char *field, QString &value) {
        const QString name = QLatin1String(field);
        const QString blank = m_blank.value(name);
        m_formDraft->keep(name, holdsPassword(value) ? blank : value, blank);
    });
}

void ConnectionForm::duplicate()
{
    if (m_row <= 0)
        return;
    cancelTest();
    forgetTest();
    QHash<QString, QString> values;
    visitFields([&values](const char *field, QString &value) {
        values.insert(QLatin1String(field), value);
    });
    const QString accepted = m_accepted;
    m_row = -1;
    m_tried = false;
    m_before = {};
    fill();
    visitFields([&values](const char *field, QString &value) {
        value = values.value(QLatin1String(field));
    });
    m_accepted = accepted;
    m_formDraft->begin({});
    m_formDraft->drop(); // of the new one that was begun before
    const QString base = m_name.trimmed();
    for (int n = 1; m_name.isEmpty() || (m_list && m_list->find(m_name)); ++n)
        m_name = n == 1 ? tr("%1 copy").arg(base) : tr("%1 copy %2").arg(base).arg(n);
    m_secret.clear();
    m_brokerSecret.clear();
    m_passphrase.clear();
    emit loaded();
    emit changed();
}

void ConnectionForm::setSignIn(int kind)
{
    if (m_signIn == kind)
        return;
    m_signIn = kind;
    m_secret.clear();
    // A key that would be asked for each time is a file to look for each time.
    if (kind != SignIn::Password && m_keep == SignIn::Nowhere)
        m_keep = SignIn::Window;
    // A password stays nowhere unless a person says so.
    if (kind == SignIn::Password && m_keep == SignIn::Window)
        m_keep = SignIn::Nowhere;
    emit changed();
}

SavedConnection ConnectionForm::draft() const
{
    SavedConnection draft = m_before; // what this form does not show stays
    draft.name = m_name;
    draft.url = m_url;
    draft.group = m_group;
    draft.environment = m_environment;
    draft.protectedConnection = m_protected;
    draft.readOnly = m_readOnly;
    draft.signIn = SignIn::Kind(m_signIn);
    draft.keep = SignIn::Keep(m_keep);
    draft.user = m_signIn == SignIn::Password ? m_user.trimmed() : QString();
    broker().putInto(draft);
    (m_signIn == SignIn::OpenId ? provider() : OpenIdSettings()).putInto(draft);
    LogTemplates { m_flowLogs, m_processorLogs, m_queueLogs }.putInto(draft);
    draft.caFile = m_caFile.trimmed();
    draft.certificateFile = m_certificateFile.trimmed();
    draft.keyFile = m_keyFile.trimmed();
    // Taken for one address only.
    draft.acceptedCertificate = secure() ? m_accepted : QString();
    return draft;
}

OpenIdSettings ConnectionForm::provider() const
{
    OpenIdSettings settings;
    settings.issuer = m_issuer.trimmed();
    settings.clientId = m_clientId.trimmed();
    settings.scopes = m_scopes;
    settings.audience = m_audience.trimmed();
    return settings;
}

void ConnectionForm::loadBroker()
{
    const auto broker = BrokerSettings::of(m_before);
    m_brokerKind = broker.kind;
    m_brokerUrl = broker.url;
    m_brokerUser = broker.user;
    m_brokerVhost = broker.vhost;
    m_brokerAmqp = broker.amqpUrl;
    m_brokerCa = broker.caFile;
    m_brokerCertificate = broker.certificateFile;
    m_brokerKeyFile = broker.keyFile;
    m_brokerSecret.clear();
}

BrokerSettings ConnectionForm::broker() const
{
    BrokerSettings settings;
    settings.kind = m_brokerKind;
    settings.url = m_brokerUrl.trimmed();
    if (m_brokerKind == QLatin1String("rabbitmq")) {
        settings.user = m_brokerUser.trimmed();
        settings.vhost = m_brokerVhost.trimmed();
        settings.amqpUrl = m_brokerAmqp.trimmed();
    }
    settings.caFile = m_brokerCa.trimmed();
    settings.certificateFile = m_brokerCertificate.trimmed();
    settings.keyFile = m_brokerKeyFile.trimmed();
    return settings;
}

bool ConnectionForm::brokerSecure() const
{
    return m_brokerUrl.trimmed().startsWith(QLatin1String("https:"), Qt::CaseInsensitive);
}

QString ConnectionForm::brokerSecretHint() const
{
    const bool same = m_row > 0 && m_list
        && broker().secretKey(m_before.name)
            == BrokerSettings::of(m_before).secretKey(m_before.name);
    if (same && m_list->holdsBrokerSecret(m_before.name))
        return tr("a password is held in memory");
    return same && m_before.keep == SignIn::Keychain ? tr("in the keychain") : tr("password");
}

QString ConnectionForm::brokerUrlFault() const
{
    return m_tried ? broker().urlFault() : QString();
}

QString ConnectionForm::brokerAmqpFault() const
{
    return m_tried ? broker().amqpFault() : QString();
}

QString ConnectionForm::issuerFault() const
{
    return m_tried && m_signIn == SignIn::OpenId ? provider().issuerFault() : QString();
}

QString ConnectionForm::clientIdFault() const
{
    return m_tried && m_signIn == SignIn::OpenId ? provider().clientIdFault() : QString();
}

QString ConnectionForm::logsFault(const QString &pattern) const
{
    return m_tried ? LogTemplates::fault(pattern) : QString();
}

bool ConnectionForm::dirty() const
{
    return m_row != 0
        && (m_row < 0 || draft() != m_before || !m_secret.isEmpty() || !m_brokerSecret.isEmpty());
}

bool ConnectionForm::secure() const
{
    return m_url.trimmed().startsWith(QLatin1String("https:"), Qt::CaseInsensitive);
}

QString ConnectionForm::nameFault() const
{
    return m_tried && m_list
        ? m_list->faults(m_row, m_name, m_url).value(QStringLiteral("name")).toString()
        : QString();
}

QString ConnectionForm::urlFault() const
{
    return m_tried && m_list
        ? m_list->faults(m_row, m_name, m_url).value(QStringLiteral("url")).toString()
        : QString();
}

QString ConnectionForm::urlHint() const
{
    return hintFor(m_url);
}

/// What may be meant, while it is not yet said: never in red, nothing about the first letters.
QString ConnectionForm::hintFor(const QString &typed)
{
    const QString text = typed.trimmed();
    const qsizetype slashes = text.indexOf(QLatin1String("://"));
    if (slashes < 0) {
        const bool begun = QStringLiteral("https://").startsWith(text, Qt::CaseInsensitive)
            || QStringLiteral("http://").startsWith(text, Qt::CaseInsensitive);
        return text.isEmpty() || begun
            ? QString()
            : tr("Begin with https://, or with http:// on this machine.");
    }
    const QString scheme = text.left(slashes).toLower();
    if (scheme == QLatin1String("ws") || scheme == QLatin1String("wss"))
        return tr("Write %1://: the sockets are found by themselves.")
            .arg(scheme == QLatin1String("wss") ? QStringLiteral("https") : QStringLiteral("http"));
    if (scheme != QLatin1String("http") && scheme != QLatin1String("https"))
        return tr("A gateway is reached by https:// or http://.");
    const QUrl url(text, QUrl::StrictMode);
    if (text.size() == slashes + 3)
        return {};
    if (!url.isValid() || url.host().isEmpty())
        return tr("This is no address yet.");
    if (!url.userInfo().isEmpty())
        return tr("No password here: it would be stored. It has its own field below.");
    if (url.path().contains(QLatin1String("/api")) || url.hasQuery() || url.hasFragment())
        return tr("Without what follows %1: /api/v1 is added by itself.").arg(url.authority());
    if (!insecurityOf(text, {}).isEmpty())
        return tr("Not encrypted: everybody on the way can read the sign-in and all else.");
    if (scheme == QLatin1String("http") && url.port() < 0)
        return tr("Without a port this is port 80; a gateway's own is 8888, before 2.8.6 8088.");
    return {};
}

QString ConnectionForm::secretHint() const
{
    if (m_row > 0 && m_list && draft().signIn == m_before.signIn) {
        if (!m_list->key(m_before.name).isEmpty())
            return m_signIn == SignIn::Password ? tr("a password is held in memory")
                                                : tr("a key is held in memory");
        if (m_before.keep == SignIn::Keychain && m_keep == SignIn::Keychain)
            return tr("in the keychain");
    }
    return m_signIn == SignIn::Password ? tr("password") : tr("tg_…");
}

QString ConnectionForm::keepHint() const
{
    if (m_keep == SignIn::Nowhere)
        return tr("Asked for each time, and again when the sign-in ends (often after an hour).");
    if (m_keep == SignIn::Window)
        return tr("In memory until the window closes, never written to disk.");
    const auto *secrets = m_list ? m_list->secrets() : nullptr;
    switch (secrets ? secrets->state() : SecretStore::Absent) {
    case SecretStore::Present:
        return tr("In the keychain of this machine, under the name signalbox.");
    case SecretStore::Absent:
        return tr("Kept until the window closes: no keychain answers here.");
    default:
        return tr("Looking for a keychain…");
    }
}

bool ConnectionForm::save()
{
    if (m_row == 0 || !m_list)
        return m_row == 0;
    m_tried = true;
    if (!issuerFault().isEmpty() || !clientIdFault().isEmpty() || !flowLogsFault().isEmpty()
        || !processorLogsFault().isEmpty() || !queueLogsFault().isEmpty()
        || !brokerUrlFault().isEmpty() || !brokerAmqpFault().isEmpty()) {
        emit changed();
        return false;
    }
    const int saved = m_list->put(m_row, draft(), m_secret, m_passphrase);
    if (saved >= 0) {
        m_formDraft->drop();
        m_row = saved;
        m_list->keepBrokerSecret(m_list->at(saved).name, m_brokerSecret);
        m_before = m_list->at(saved);
        fill();
        m_formDraft->begin(m_before.name);
        m_tried = false;
        emit loaded();
    }
    emit changed();
    return saved >= 0;
}

void ConnectionForm::forgetTest()
{
    m_tested = false;
    m_shown = {};
    m_steps.clear();
    emit testChanged();
}

void ConnectionForm::test()
{
    if (!m_list || !m_list->check() || builtIn())
        return;
    m_tried = true;
    emit changed();
    if (!urlFault().isEmpty() || !issuerFault().isEmpty() || !clientIdFault().isEmpty())
        return;
    cancelTest();
    forgetTest();
    m_underTest = draft();
    m_testing = m_tested = true;
    emit testChanged();
    auto *check = m_list->check();
    connect(check, &ConnectionCheck::step, this, [this](const CheckStep &step) {
        m_steps.take(step);
        emit testChanged();
    });
    connect(check, &ConnectionCheck::certificate, this, [this](const ShownCertificate &shown) {
        m_shown = shown;
        emit testChanged();
    });
    connect(check, &ConnectionCheck::finished, this, [this, check] {
        check->disconnect(this);
        m_testing = false;
        emit testChanged();
    });
    const int asked = ++m_asked;
    const auto begin = [this, check, asked](const QString &secret, const QString &passphrase) {
        if (asked == m_asked && m_testing)
            check->start(draft(), m_secret.isEmpty() ? secret : m_secret,
                m_passphrase.isEmpty() ? passphrase : m_passphrase);
    };
    // What is held is for what is saved: another address or user does not get it.
    const auto now = draft();
    const bool same = m_row > 0 && QUrl(now.url).authority() == QUrl(m_before.url).authority()
        && QUrl(now.url).scheme() == QUrl(m_before.url).scheme() && now.user == m_before.user
        && now.signIn == m_before.signIn;
    // A test uses nothing up: what is kept nowhere is not fetched.
    if (same && m_secret.isEmpty() && m_before.keep != SignIn::Nowhere)
        m_list->fetch(m_before.name, this, begin);
    else
        begin({}, {});
}

void ConnectionForm::cancelTest()
{
    ++m_asked;
    if (!std::exchange(m_testing, false) || !m_list || !m_list->check())
        return;
    m_list->check()->disconnect(this);
    m_list->check()->cancel();
    for (int row = 0; row < m_steps.rowCount(); ++row) {
        CheckStep step = m_steps.at(row);
        if (step.state != CheckStep::Running)
            continue;
        step.state = CheckStep::Skipped;
        step.text = tr("cancelled");
        m_steps.take(step);
    }
    emit testChanged();
}

QString ConnectionForm::verdict() const
{
    if (!m_tested)
        return {};
    if (m_testing)
        return tr("Testing; nothing is saved by it.");
    if (m_steps.failed())
        return tr("It does not work yet.");
    if (m_steps.at(CheckStep::Metrics).state == CheckStep::Waiting)
        return tr("The test was cancelled.");
    return m_steps.cautions() > 0 ? tr("It works; %n to look at.", nullptr, m_steps.cautions())
                                  : tr("It works.");
}

bool ConnectionForm::passed() const
{
    return m_tested && !m_testing && !m_steps.failed()
        && m_steps.at(CheckStep::Metrics).state != CheckStep::Waiting;
}

QString ConnectionForm::certificate() const
{
    if (m_shown.fingerprint.isEmpty())
        return {};
    QString pairs = m_shown.fingerprint;
    for (qsizetype at = 4; at < pairs.size(); at += 5)
        pairs.insert(at, u' ');
    return tr("%1, signed by %2, until %3, SHA-256 %4")
        .arg(m_shown.subject, m_shown.issuer,
            QLocale().toString(m_shown.ends.date(), QLocale::ShortFormat), pairs);
}

bool ConnectionForm::mayAccept() const
{
    return !m_testing && !m_shown.fault.isEmpty() && m_shown.fingerprint != m_accepted;
}

void ConnectionForm::accept()
{
    if (!mayAccept())
        return;
    m_accepted = m_shown.fingerprint;
    emit changed();
    emit testChanged();
}

void ConnectionForm::refuse()
{
    m_accepted.clear();
    emit changed();
    emit testChanged();
}

} // namespace signalbox
