// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/keychain.h"

#include <qt6keychain/keychain.h>

#include <QPointer>
#include <QTimer>

#include <utility>

namespace signalbox {

/// One question to the keychain: answered or given up, once. Ends itself.
class Keychain::Errand : public QObject {
public:
    using Settled = std::function<void(bool answered, const QString &secret, const QString &error)>;

    Errand(Keychain *keychain, QKeychain::Job *job, const QString &key, Settled settled)
        : QObject(keychain)
        , m_settled(std::move(settled))
    {
        QTimer::singleShot(keychain->m_limit, this,
            [this] { settle(false, {}, Keychain::tr("the keychain does not answer")); });
        job->setKey(key);
        job->setAutoDelete(true);
        job->setInsecureFallback(false); // never a file of our own
        connect(job, &QKeychain::Job::finished, this, [this](QKeychain::Job *done) {
            const auto *reading = qobject_cast<QKeychain::ReadPasswordJob *>(done);
            const bool fine =
                done->error() == QKeychain::NoError || done->error() == QKeychain::EntryNotFound;
            settle(fine, reading ? reading->textData() : QString(),
                fine ? QString() : done->errorString());
        });
        job->start();
    }

private:
    void settle(bool answered, const QString &secret, const QString &error)
    {
        if (auto settled = std::exchange(m_settled, {}))
            settled(answered, secret, error);
        deleteLater();
    }

    Settled m_settled;
};

Keychain::Keychain(const QString &service, std::chrono::milliseconds limit, QObject *parent)
    : SecretStore(parent)
    , m_service(service)
    , m_limit(limit)
{
}

void Keychain::settle(State state)
{
    if (std::exchange(m_state, state) != state)
        emit stateChanged();
}

void Keychain::look()
{
    if (m_state != Unknown)
        return;
    settle(Asking);
    // Nobody has this entry: whoever says so is a keychain.
    new Errand(this, new QKeychain::ReadPasswordJob(m_service), QStringLiteral("is anybody there"),
        [this](bool answered, const QString &, const QString &) {
            settle(answered ? Present : Absent);
        });
}

void Keychain::read(const QString &key, QObject *context, Got got)
{
    new Errand(this, new QKeychain::ReadPasswordJob(m_service), key,
        [this, alive = QPointer<QObject>(context), got = std::move(got)](
            bool answered, const QString &secret, const QString &error) {
            settle(answered ? Present : Absent);
            if (alive)
                got(secret, error);
        });
}

void Keychain::write(const QString &key, const QString &secret, QObject *context, Done done)
{
    auto *job = new QKeychain::WritePasswordJob(m_service);
    job->setTextData(secret);
    new Errand(this, job, key,
        [this, alive = QPointer<QObject>(context), done = std::move(done)](
            bool answered, const QString &, const QString &error) {
            settle(answered ? Present : Absent);
            if (alive)
                done(error);
        });
}

void Keychain::forget(const QString &key)
{
    new Errand(this, new QKeychain::DeletePasswordJob(m_service), key,
        [](bool, const QString &, const QString &) {});
}

} // namespace signalbox
