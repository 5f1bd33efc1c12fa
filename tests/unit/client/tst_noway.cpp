// SPDX-License-Identifier: GPL-3.0-only
// No way leads past the guard: every view model that QML can make, every command, every link, with
// whatever is put in, on a connection that is not written to. The far end must see reads only.
#undef QT_NO_CAST_FROM_ASCII
#include "app/client/readonlyguard.h"
#include "models/rules/lease.h"
#include "models/stores/accessstore.h"
#include "models/stores/alertstore.h"
#include "models/stores/configstore.h"
#include "models/stores/conversationstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"
#include "models/stores/tenantstore.h"
#include "tests/support/fakechat.h"
#include "tests/support/fakeiam.h"
#include "tests/support/faketalks.h"
#include "tests/support/faketenants.h"
#include "views/pages/appstate.h"
#include "views/pages/chattestpage.h"
#include "views/pages/commandpalette.h"
#include "views/pages/configpage.h"
#include "views/pages/configreview.h"
#include "views/pages/connectionlist.h"
#include "views/pages/queueaction.h"
#include "views/pages/startflow.h"
#include "views/pages/startform.h"
#include "views/pages/stopflow.h"
#include "views/pages/tenantaction.h"

#include <QDir>
#include <QMetaMethod>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

using namespace signalbox;

namespace {

/// Names of the types of Signalbox.Pages that QML can make, from what the build wrote of them.
QStringList makeableTypes()
{
    QFile file(QStringLiteral(
        SIGNALBOX_BINARY_DIR "/qml_modules/Signalbox/Pages/signalbox_pages.qmltypes"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QStringList names;
    const QString text = QString::fromUtf8(file.readAll());
    const auto components = text.split(QStringLiteral("Component {"));
    static const QRegularExpression exported(QStringLiteral("\"Signalbox\\.Pages/(\\w+) "));
    for (const QString &component : components) {
        const auto match = exported.match(component);
        if (match.hasMatch() && !component.contains(QStringLiteral("isCreatable: false")))
            names.append(match.captured(1));
    }
    names.removeDuplicates();
    return names;
}

/// Written while nobody may write?
bool isWrite(const Request &request)
{
    if (request.service == "metrics" && request.flow.empty())
        return false;
    return rules::classOf({ request.service, request.operation, !request.flow.empty(), {} })
        != rules::OperationClass::Read;
}

struct World {
    QTemporaryDir folder;
    FakeGateway far;
    FakeIam iam { far };
    FakeTenants tenants { far };
    FakeTalks talks { far };
    SettingsStore settings { folder.path() };
    ConnectionList connections { &settings };
    Session session;
    AccessStore access { &session };
    AppState app { &session, &settings };
    std::shared_ptr<ReadOnlyGuard> guard;
    std::unique_ptr<FakeChat> chat; ///< answers the tenants' questions too, once it is there
    QStringList words;
    QStringList flowKeys;
    QStringList queueKeys;
    QStringList workspaceKeys;
    QStringList blueprintKeys;
    QStringList configIds;
    QRandomGenerator random { 20260101 };
    bool fits = false; ///< what is put in is what a person would; else whatever
    int made = 0;

    /// `truthful`: the window knows that it may not write. Else it believes that it may, and only
    /// the guard stands between.
    explicit World(bool truthful, bool open = false)
    {
        far.fillDemo();
        iam.fillDemo();
        tenants.fillDemo();
        talks.fillDemo();
        far.setLeaseNeeded(truthful);
        far.connectTo(session);
        guard = std::make_shared<ReadOnlyGuard>(
            std::shared_ptr<Gateway>(static_cast<Gateway *>(&far), [](Gateway *) {}));
        guard->setMode(open ? ReadOnlyGuard::Mode::Open
                : truthful  ? ReadOnlyGuard::Mode::NeedsLease
                            : ReadOnlyGuard::Mode::Closed);
        session.setGateway(guard, far.live());
    }
    ~World()
    {
        far.dropConnection();
        QThreadPool::globalInstance()->waitForDone();
    }

    void learnWords()
    {
        words = { QString(), "fake", "acme", "x", "1", "template.a", "{\"a\":1}", "prompt" };
        for (const auto &row : session.flows()->rows())
            words << FlowStore::key(row.workspace, row.id) << row.id << row.workspace;
        for (const auto &name : far.queueNames())
            words << QString::fromStdString(name);
        words = words.mid(0, 50);
        for (const auto &row : session.flows()->rows())
            flowKeys << FlowStore::key(row.workspace, row.id);
        for (const auto &name : far.queueNames())
            queueKeys << QString::fromStdString(name);
        for (const auto &row : session.flows()->rows()) {
            workspaceKeys << row.workspace;
            blueprintKeys << row.blueprint;
            configIds << ConfigStore::idOf(
                row.workspace, QStringLiteral("flow-blueprint"), row.blueprint);
        }
        for (const auto &tenant : tenants.tenants)
            words << QString::fromStdString(tenant.id);
        for (const auto &agent : tenants.agents)
            words << QString::fromStdString(agent.id);
        for (const auto &channel : tenants.channels)
            words << QString::fromStdString(channel.id);
        for (const auto &row : talks.rows)
            words << QString::fromStdString(row.thread.tenantId + "/" + row.thread.id);
    }
    QString one(const QStringList &from)
    {
        return from.isEmpty() ? QString() : from.at(random.bounded(int(from.size())));
    }
    /// Keys are of what the form is about.
    QString keyFor(const QObject &object)
    {
        const QByteArray type = object.metaObject()->className();
        if (type.contains("Queue"))
            return one(queueKeys);
        return one(type.contains("Config") || type.contains("Blueprint") ? configIds : flowKeys);
    }
    /// What has to be typed, wherever the form shows it.
    QString wantedBy(const QObject &object) const
    {
        for (const char *name : { "typeThis", "typingWanted", "queue", "id", "name" })
            if (const QString text = object.property(name).toString(); !text.isEmpty())
                return text;
        return session.connectionName();
    }
    /// What a person would put in where that is asked for; "" for what nothing is known of.
    QString fitting(const QObject &object, const QByteArray &name)
    {
        const auto is = [&name](std::initializer_list<const char *> any) {
            return std::find(any.begin(), any.end(), name) != any.end();
        };
        if (is({ "typed" }))
            return wantedBy(object);
        if (is({ "workspace", "home" }))
            return one(workspaceKeys);
        if (is({ "blueprint", "copyOf", "against" }))
            return one(blueprintKeys);
        if (is({ "key", "keys", "ids" }))
            return keyFor(object);
        if (is({ "queue", "queues", "to", "topic" }))
            return one(queueKeys);
        if (is({ "type" }))
            return QStringLiteral("prompt");
        if (is({ "text", "json", "payload", "content", "value", "draft" }))
            return QStringLiteral("{\"a\": %1}").arg(++made);
        if (is({ "id", "username", "newName" }))
            return QStringLiteral("walk-%1").arg(++made);
        if (is({ "reason", "note", "description", "about" }))
            return QStringLiteral("because");
        if (is({ "folder", "path" }))
            return folder.filePath(QStringLiteral("walked"));
        return {};
    }
    QVariant value(const QObject &object, const QByteArray &name, const QMetaType &type)
    {
        if (fits && (type.id() == QMetaType::QString || type.id() == QMetaType::QStringList)) {
            const QString text = fitting(object, name);
            if (!text.isEmpty() && type.id() == QMetaType::QString)
                return text;
            if (!text.isEmpty())
                return QStringList { text };
        }
        return value(type);
    }
    QVariant value(const QMetaType &type)
    {
        switch (type.id()) {
        case QMetaType::QString:
            return words.at(random.bounded(int(words.size())));
        case QMetaType::QStringList:
            return QStringList { words.at(random.bounded(int(words.size()))) };
        case QMetaType::Bool:
            return random.bounded(2) == 1;
        case QMetaType::Int:
            return random.bounded(-1, 5);
        case QMetaType::Double:
            return double(random.bounded(100));
        default:
            break;
        }
        if (!type.flags().testFlag(QMetaType::IsEnumeration))
            return {};
        QVariant chosen(type);
        *static_cast<int *>(chosen.data()) = random.bounded(6);
        return chosen;
    }
    QVariantMap known(const QMetaObject &meta)
    {
        QVariantMap all;
        for (int i = 0; i < meta.propertyCount(); ++i) {
            const QMetaProperty property = meta.property(i);
            const QByteArray type = property.typeName();
            const QString name = QString::fromLatin1(property.name());
            if (!property.isWritable())
                continue;
            if (type.contains("Session"))
                all[name] = QVariant::fromValue(&session);
            else if (type.contains("AccessStore"))
                all[name] = QVariant::fromValue(&access);
            else if (type.contains("TenantStore"))
                all[name] = QVariant::fromValue(TenantStore::of(&session));
            else if (type.contains("AlertStore"))
                all[name] = QVariant::fromValue(app.alerts());
            else if (type.contains("AppState"))
                all[name] = QVariant::fromValue(&app);
            else if (type.contains("ConnectionList"))
                all[name] = QVariant::fromValue(&connections);
            else if (type.contains("SettingsStore"))
                all[name] = QVariant::fromValue(&settings);
            else if (property.isRequired())
                all[name] = value(property.metaType());
        }
        return all;
    }
    void turn(QObject &object)
    {
        const QMetaObject &meta = *object.metaObject();
        for (int i = QObject::staticMetaObject.propertyCount(); i < meta.propertyCount(); ++i) {
            const QMetaProperty property = meta.property(i);
            const QVariant given = value(object, property.name(), property.metaType());
            if (property.isWritable() && given.isValid())
                property.write(&object, given);
        }
        QList<QMetaMethod> methods;
        for (int i = QObject::staticMetaObject.methodCount(); i < meta.methodCount(); ++i) {
            const QMetaMethod method = meta.method(i);
            if (method.methodType() != QMetaMethod::Signal && method.access() == QMetaMethod::Public
                && method.parameterCount() <= 5)
                methods.append(method);
        }
        if (fits) // a person presses in any order, and looks at what comes of it
            std::shuffle(methods.begin(), methods.end(), random);
        for (const QMetaMethod &method : std::as_const(methods)) {
            call(object, method);
            if (fits)
                settle();
        }
        learnDrafts(object);
    }
    /// What was asked for has been answered, and what follows of it asked for as well.
    void settle()
    {
        for (int i = 0; i < 6; ++i)
            QCoreApplication::processEvents();
    }
    /// What an editor has begun is what a review can apply.
    void learnDrafts(QObject &object)
    {
        QStringList ids;
        if (object.metaObject()->indexOfMethod("draftIds()") >= 0
            && QMetaObject::invokeMethod(
                &object, "draftIds", Qt::DirectConnection, Q_RETURN_ARG(QStringList, ids)))
            for (const QString &id : std::as_const(ids))
                if (!configIds.contains(id))
                    configIds.append(id);
    }
    /// And what it is made of: the conversation of a page, the actions of a dialog.
    void turnAll(QObject &object)
    {
        turn(object);
        const QMetaObject &meta = *object.metaObject();
        for (int i = QObject::staticMetaObject.propertyCount(); i < meta.propertyCount(); ++i) {
            const QMetaProperty property = meta.property(i);
            const QByteArray type = property.typeName();
            if (!type.startsWith("signalbox::") || !type.endsWith('*') || type.contains("Session")
                || type.contains("AppState") || type.contains("SettingsStore")
                || type.contains("ConnectionList") || type.contains("AlertStore"))
                continue;
            if (auto *part = qvariant_cast<QObject *>(property.read(&object)))
                turn(*part);
        }
    }
    void call(QObject &object, const QMetaMethod &method)
    {
        std::array<QVariant, 5> held;
        std::array<QGenericArgument, 5> given;
        const auto names = method.parameterNames();
        for (int i = 0; i < method.parameterCount(); ++i) {
            held[std::size_t(i)] = value(object, names.at(i), method.parameterMetaType(i));
            if (!held[std::size_t(i)].isValid())
                return;
            given[std::size_t(i)] =
                QGenericArgument(held[std::size_t(i)].typeName(), held[std::size_t(i)].constData());
        }
        method.invoke(
            &object, Qt::DirectConnection, given[0], given[1], given[2], given[3], given[4]);
    }
    QStringList written() const
    {
        QStringList found;
        for (const Request &request : far.asked())
            if (isWrite(request))
                found.append(QString::fromStdString(request.service + " " + request.operation));
        return found;
    }
};

// ---- a person who knows what he wants, each until the button that sends it

/// What the guard lets come never does where it does not: so it is waited for briefly.
bool until(const std::function<bool()> &done)
{
    return QTest::qWaitFor(done, 5000);
}

void startsAFlow(World &world)
{
    StartFlow flow;
    flow.setSession(&world.session);
    flow.setFolder(world.folder.path());
    flow.open(QStringLiteral("acme"));
    QVERIFY(until([&] { return flow.blueprints().contains(u"document-rag"); }));
    flow.setBlueprint(QStringLiteral("document-rag"));
    QVERIFY(until([&] { return flow.form()->count() > 0; }));
    flow.setId(QStringLiteral("walked"));
    QVERIFY(until([&] { return flow.planned(); }));
    flow.start();
    world.settle();
}

void stopsAFlow(World &world)
{
    StopFlow stop;
    stop.setSession(&world.session);
    stop.open({ QStringLiteral("globex/news") });
    QVERIFY(until([&] { return stop.step() == StopFlow::Preview; }));
    stop.setTyped(QStringLiteral("news"));
    stop.stop();
    world.settle();
}

void changesAValue(World &world)
{
    const QString acme = QStringLiteral("acme");
    world.session.config()->setFolder(world.folder.path());
    world.session.setWorkspace(acme);
    ConfigPage page;
    ConfigReview review;
    page.setSession(&world.session);
    review.setSession(&world.session);
    QVERIFY(until([&] { return world.session.config()->loaded(acme); }));
    const QString id = ConfigStore::idOf(acme, QStringLiteral("tool"), QStringLiteral("walked"));
    // The draft may be older than the guard.
    world.session.config()->drafts()->edit(id, std::string("{}"));
    page.create(acme, QStringLiteral("prompt"), QStringLiteral("template.walked"), {});
    review.beginDrafts(page.draftIds());
    QVERIFY(review.count() > 0);
    review.run();
    until([&] { return !review.busy(); });
    world.session.config()->drafts()->discard(id);
}

void deletesAValue(World &world)
{
    const QString acme = QStringLiteral("acme");
    world.far.putConfig("acme", "tool", "old", "{}");
    world.session.config()->setFolder(world.folder.path());
    world.session.setWorkspace(acme);
    ConfigPage page;
    ConfigReview review;
    page.setSession(&world.session);
    review.setSession(&world.session);
    const QString id = ConfigStore::idOf(acme, QStringLiteral("tool"), QStringLiteral("old"));
    QVERIFY(until([&] { return world.session.config()->find(id) != nullptr; }));
    page.markDeleted({ id });
    review.beginDrafts(page.draftIds());
    review.setTyped(review.typingWanted());
    review.run();
    until([&] { return !review.busy(); });
}

void doToAQueue(World &world, QueueAction::Kind kind)
{
    const std::string name = world.far.queueNames().front();
    world.far.changeQueue(name, [](schema::QueueRow &row) {
        row.ready = 3;
        row.consumers = 0; // one that somebody reads is not deleted
    });
    const QString queue = QString::fromStdString(name);
    until([&] { return world.session.queues()->find(name)->row.consumers == 0; });
    QueueAction action;
    action.setSession(&world.session);
    action.open(kind, queue);
    world.settle();
    action.setTyped(queue);
    action.run();
    world.settle();
}

void emptiesAQueue(World &world)
{
    doToAQueue(world, QueueAction::Purge);
}

void deletesAQueue(World &world)
{
    doToAQueue(world, QueueAction::Delete);
}

void publishes(World &world)
{
    QueueAction action;
    action.setSession(&world.session);
    action.open(QueueAction::Publish, QString::fromStdString(world.far.queueNames().front()));
    world.settle();
    action.setPayload(QStringLiteral("{}"));
    action.run();
    world.settle();
}

void deletesATenant(World &world)
{
    TenantStore *store = TenantStore::of(&world.session);
    QVERIFY(!world.tenants.tenants.empty());
    const QString id = QString::fromStdString(world.tenants.tenants.front().id);
    TenantAction action;
    action.setStore(store);
    action.open(TenantAction::DeleteTenant, id);
    until([&] { return !action.consequences().isEmpty() && world.far.pending() == 0; });
    action.setTyped(action.typeThis());
    action.run();
    world.settle();
}

void chats(World &world)
{
    world.chat = std::make_unique<FakeChat>(world.far);
    ChatTestPage page;
    page.setSession(&world.session);
    page.watch(true);
    until([&] { return page.startDenied().isEmpty(); });
    page.start();
    until([&] { return page.sayDenied().isEmpty(); });
    page.say(QStringLiteral("hello"));
    world.settle();
}

struct Way {
    const char *name;
    void (*go)(World &);
    QByteArrayList writes; ///< what it sends where nothing guards
};

const Way ways[] = { { "starts a flow", startsAFlow, { "flow start-flow" } },
    { "stops a flow", stopsAFlow, { "flow stop-flow" } },
    { "changes a value", changesAValue, { "config put" } },
    { "deletes a value", deletesAValue, { "config delete" } },
    { "empties a queue", emptiesAQueue, { "fabric purge" } },
    { "deletes a queue", deletesAQueue, { "fabric delete-queue" } },
    { "publishes", publishes, { "fabric publish" } },
    { "deletes a tenant", deletesATenant, { "portal DELETE" } },
    { "chats", chats, { "portal POST /chat", "chat send" } } };

} // namespace

class NoWay : public QObject {
    Q_OBJECT
    QTemporaryDir m_place;

    static void turnOne(World &world, QQmlEngine &engine, const QString &type)
    {
        QQmlComponent component(&engine);
        component.setData(
            QStringLiteral("import Signalbox.Pages\n%1 {}").arg(type).toUtf8(), QUrl());
        QVERIFY2(component.isReady(), qPrintable(type + component.errorString()));
        const std::unique_ptr<QObject> object(component.beginCreate(engine.rootContext()));
        QVERIFY2(object, qPrintable(type));
        component.setInitialProperties(object.get(), world.known(*object->metaObject()));
        component.completeCreate();
        QVERIFY2(!component.isError(), qPrintable(type + component.errorString()));
        for (int round = 0; round < 25; ++round) {
            world.fits = round % 2 == 0;
            world.turnAll(*object);
            for (int turn = 0; turn < 5; ++turn)
                QCoreApplication::processEvents();
        }
    }

    static QStringList unreachedOf(const QStringList &written)
    {
        QStringList unreached;
        for (const char *wanted :
            { "config put", "fabric publish", "iam create-api-key", "iam update-user",
                "iam create-workspace", "ops POST" }) // what wants a name typed has its own way
            if (std::none_of(written.begin(), written.end(),
                    [&](const QString &one) { return one.startsWith(QLatin1String(wanted)); }))
                unreached.append(QLatin1String(wanted));
        return unreached;
    }

private slots:
    void initTestCase() { QVERIFY(QDir::setCurrent(m_place.path())); } // what they save goes there

    void throughAnyViewModel_data()
    {
        QTest::addColumn<bool>("truthful");
        QTest::addColumn<bool>("open");
        QTest::newRow("the window knows") << true << false;
        QTest::newRow("only the guard knows") << false << false;
        QTest::newRow("nothing guards: the same does write") << false << true;
    }
    void throughAnyViewModel()
    {
        QFETCH(bool, truthful);
        QFETCH(bool, open);
        QQmlEngine engine;
        engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
        const QStringList types = makeableTypes();
        QVERIFY2(types.size() > 15, qPrintable(types.join(' ')));
        // Unguarded the same does write, in every kind of way, sooner or later: a walk is a random
        // one, and what it has deleted early cannot be written to any more.
        const int walks = open ? 8 : 1;
        QStringList kinds;
        QStringList unreached { QStringLiteral("all") };
        for (int walk = 0; walk < walks && !unreached.isEmpty(); ++walk) {
            World world(truthful, open);
            world.random.seed(20260101U + quint32(walk));
            QTRY_VERIFY(world.session.flows()->count() > 0);
            QTRY_VERIFY(world.session.queues()->count() > 0);
            world.learnWords();
            for (const QString &type : types) {
                turnOne(world, engine, type);
                if (QTest::currentTestFailed())
                    return;
                if (!open)
                    QVERIFY2(world.written().isEmpty(),
                        qPrintable(type + ": " + world.written().join(", ")));
            }
            kinds += world.written();
            unreached = unreachedOf(kinds);
        }
        kinds.removeDuplicates();
        QVERIFY2(!open || unreached.isEmpty(),
            qPrintable(unreached.join(", ") + "; reached: " + kinds.join(", ")));
    }

    void throughAFormFilledInAsIsRight_data()
    {
        QTest::addColumn<int>("way");
        QTest::addColumn<bool>("truthful");
        QTest::addColumn<bool>("open");
        for (int i = 0; i < int(std::size(ways)); ++i)
            for (const char *guard :
                { "the window knows", "only the guard knows", "nothing guards" })
                QTest::addRow("%s, %s", ways[i].name, guard)
                    << i << (guard == QLatin1String("the window knows"))
                    << (guard == QLatin1String("nothing guards"));
    }
    void throughAFormFilledInAsIsRight()
    {
        QFETCH(int, way);
        QFETCH(bool, truthful);
        QFETCH(bool, open);
        World world(truthful, open);
        QTRY_VERIFY(world.session.flows()->count() > 0);
        QTRY_VERIFY(world.session.queues()->count() > 0);
        ways[way].go(world);
        if (QTest::currentTestFailed())
            return;
        QTRY_COMPARE(world.far.pending(), 0);
        const QStringList all = world.written();
        if (!open)
            QVERIFY2(all.isEmpty(), qPrintable(all.join(", ")));
        for (const QByteArray &one : ways[way].writes) {
            const bool sent = std::any_of(all.begin(), all.end(),
                [&](const QString &text) { return text.startsWith(QLatin1String(one)); });
            QVERIFY2(sent == open, qPrintable(QLatin1String(one) + "; sent: " + all.join(", ")));
        }
    }

    void throughAnyStore()
    {
        World world(false);
        QTRY_VERIFY(world.session.flows()->count() > 0);
        world.learnWords();
        for (int round = 0; round < 20; ++round) {
            for (QObject *store : std::initializer_list<QObject *> { world.session.config(),
                     world.session.flows(), world.session.queues(), TenantStore::of(&world.session),
                     ConversationStore::of(&world.session), world.app.alerts(), &world.access })
                world.turn(*store);
            QCoreApplication::processEvents();
        }
        auto job = world.session.config()->apply("acme", { { "prompt", "a", {}, "1" } });
        QTRY_VERIFY(job.isFinished());
        QVERIFY(job.result().error);
        QVERIFY2(world.written().isEmpty(), qPrintable(world.written().join(", ")));
    }

    void throughThePaletteOrALink()
    {
        World world(true);
        QTRY_VERIFY(world.session.flows()->count() > 0);
        world.learnWords();
        QSignalSpy commands(&world.app, &AppState::commandRequested);
        CommandPalette palette;
        for (const auto &[name, value] : world.known(*palette.metaObject()).toStdMap())
            palette.setProperty(name.toLatin1(), value);
        QVERIFY(palette.rowCount() > 10);
        for (int i = 0; i < palette.rowCount(); ++i)
            palette.run(i);
        QVERIFY(!commands.isEmpty());
        for (int round = 0; round < 300; ++round) {
            QString link = QStringLiteral("signalbox://");
            for (const char *part : { "flow", "queue", "config", "page", "tenant", "conversation",
                     "blueprint", "start", "stop" })
                if (world.random.bounded(2))
                    link += QLatin1String(part) + '/'
                        + world.words.at(world.random.bounded(int(world.words.size()))) + '/';
            world.app.openLink(link);
        }
        QCoreApplication::processEvents();
        QVERIFY2(world.written().isEmpty(), qPrintable(world.written().join(", ")));
        QVERIFY(world.session.readOnly());
    }

    void underAnyName()
    {
        World world(false);
        QTRY_VERIFY(world.session.flows()->count() > 0);
        world.far.forgetAsked();
        const std::string letters = "abcdefghijklmnopqrstuvwxyz-_/: \n\"";
        for (int round = 0; round < 3000; ++round) {
            Request request;
            const auto word = [&] {
                std::string text;
                for (int i = world.random.bounded(1, 12); i > 0; --i)
                    text += letters[std::size_t(world.random.bounded(int(letters.size())))];
                return text;
            };
            const auto &operations = rules::allOperations();
            const auto &one = operations[std::size_t(world.random.bounded(int(operations.size())))];
            request.service = world.random.bounded(3) ? std::string(one.service) : word();
            request.operation = world.random.bounded(2) ? word() : std::string(one.operation);
            request.flow = world.random.bounded(5) ? std::string() : word();
            request.body = "{\"operation\":\""
                + (world.random.bounded(2) ? request.operation : std::string("put")) + "\"}";
            world.guard->request(request);
        }
        QVERIFY2(world.written().isEmpty(), qPrintable(world.written().join(", ")));
    }
};

QTEST_MAIN(NoWay)
#include "tst_noway.moc"
