// SPDX-License-Identifier: GPL-3.0-only
#include "tests/qml/walk/walker.h"

#include "models/stores/session.h"
#include "views/pages/commandpalette.h"
#include "views/pages/pagelist.h"

#include <QAccessible>
#include <QKeySequence>
#include <QPointer>
#include <QQuickItem>
#include <QQuickWindow>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <vector>

namespace signalbox {
namespace {

constexpr int answerWithin = 10000; ///< ms; only a fault lasts so long
constexpr int closeTries = 12;
constexpr int longestWords = 40; ///< of what tells two items apart

bool isField(const QQuickItem *item)
{
    return (item->inherits("QQuickTextInput") || item->inherits("QQuickTextEdit"))
        && !item->property("readOnly").toBool();
}

bool isPressable(const QQuickItem *item)
{
    for (const char *kind : { "QQuickAbstractButton", "QQuickComboBox", "QQuickSlider",
             "QQuickMouseArea", "QQuickTextInput", "QQuickTextEdit", "signalbox::TrackDiagram",
             "signalbox::TimeSeries" })
        if (item->inherits(kind))
            return true;
    return false;
}

/// Every key that something in the window listens to, besides the shortcuts.
const std::vector<std::pair<int, Qt::KeyboardModifiers>> &plainKeys()
{
    static const std::vector<std::pair<int, Qt::KeyboardModifiers>> keys { { Qt::Key_Return, {} },
        { Qt::Key_Enter, {} }, { Qt::Key_Space, {} }, { Qt::Key_Tab, {} },
        { Qt::Key_Backtab, Qt::ShiftModifier }, { Qt::Key_Down, {} }, { Qt::Key_Up, {} },
        { Qt::Key_Left, {} }, { Qt::Key_Right, {} }, { Qt::Key_Home, {} }, { Qt::Key_End, {} },
        { Qt::Key_PageDown, {} }, { Qt::Key_PageUp, {} }, { Qt::Key_Menu, {} },
        { Qt::Key_F10, Qt::ShiftModifier }, { Qt::Key_A, Qt::ControlModifier },
        { Qt::Key_C, Qt::ControlModifier }, { Qt::Key_Delete, {} }, { Qt::Key_Backspace, {} },
        { Qt::Key_F8, {} }, { Qt::Key_F2, {} }, { Qt::Key_S, Qt::ControlModifier },
        { Qt::Key_Return, Qt::ControlModifier }, { Qt::Key_Return, Qt::ShiftModifier },
        { Qt::Key_F, {} }, { Qt::Key_T, {} }, { Qt::Key_D, {} }, { Qt::Key_R, {} },
        { Qt::Key_Plus, {} }, { Qt::Key_Minus, {} }, { Qt::Key_Escape, {} } };
    return keys;
}

} // namespace

Walker::Walker(
    QQuickWindow *window, AppState *app, ConnectionList *connections, std::function<bool()> idle)
    : m_window(window)
    , m_app(app)
    , m_connections(connections)
    , m_idle(std::move(idle))
{
}

QString Walker::one(const QStringList &from)
{
    return from.isEmpty() ? QString() : from.at(int(m_random.bounded(int(from.size()))));
}

// ---- what is there ----

QQuickItem *Walker::overlay() const
{
    const auto children = m_window->contentItem()->childItems();
    for (QQuickItem *child : children)
        if (child->inherits("QQuickOverlay") && child->isVisible())
            return child;
    return nullptr;
}

QQuickItem *Walker::top() const
{
    if (QQuickItem *above = overlay();
        above && !below(above, [](QQuickItem *item) { return isPressable(item); }).isEmpty())
        return above;
    return m_window->contentItem();
}

QList<QQuickItem *> Walker::below(
    QQuickItem *from, const std::function<bool(QQuickItem *)> &wanted) const
{
    QList<QQuickItem *> found;
    if (!from->isVisible() || !from->isEnabled())
        return found;
    if (wanted(from) && !seen(from).isEmpty())
        found.append(from);
    const auto children = from->childItems();
    for (QQuickItem *child : children)
        found += below(child, wanted);
    return found;
}

QRectF Walker::seen(QQuickItem *item) const
{
    QRectF rect = item->mapRectToScene({ 0, 0, item->width(), item->height() });
    for (QQuickItem *above = item->parentItem(); above; above = above->parentItem())
        if (above->clip() || above == m_window->contentItem())
            rect &= above->mapRectToScene({ 0, 0, above->width(), above->height() });
    return rect.width() < 3 || rect.height() < 3 ? QRectF() : rect;
}

QString Walker::told(const QQuickItem *item) const
{
    for (const char *name : { "name", "text", "title", "placeholderText" })
        if (const QString text = item->property(name).toString(); !text.isEmpty())
            return text.left(longestWords);
    return {};
}

void Walker::note(const QQuickItem *item)
{
    last = QString::fromLatin1(item->metaObject()->className()).section(QLatin1Char('_'), 0, 0)
        + QLatin1Char(' ') + told(item);
    clicked.insert(m_app->page() + QLatin1Char('|') + last);
}

// ---- hands ----

void Walker::settle()
{
    if (!m_window->isVisible()) { // Ctrl+Q
        m_window->show();
        if (!QTest::qWaitForWindowExposed(m_window))
            qWarning("the window is not shown again");
    }
    bool drawn = false;
    bool late = false;
    const auto watch = QObject::connect(
        m_window, &QQuickWindow::frameSwapped, m_window, [&drawn] { drawn = true; });
    const auto unwatch = qScopeGuard([&watch] { QObject::disconnect(watch); });
    QTimer limit;
    limit.setSingleShot(true);
    QObject::connect(&limit, &QTimer::timeout, m_window, [&late] { late = true; });
    limit.start(answerWithin);
    m_window->update();
    while (!(drawn && m_idle()) && !late) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    if (late)
        qWarning("%s: no answer, or nothing was drawn", qPrintable(last));
    QCoreApplication::processEvents();
}

void Walker::key(int key, Qt::KeyboardModifiers modifiers)
{
    QTest::keyClick(m_window, Qt::Key(key), modifiers);
}

bool Walker::click(QQuickItem *item, Qt::MouseButton button, QPointF at)
{
    const QRectF rect = seen(item);
    if (rect.isEmpty())
        return false;
    note(item);
    const QPoint place(int(rect.left() + 1 + at.x() * (rect.width() - 2)),
        int(rect.top() + 1 + at.y() * (rect.height() - 2)));
    QTest::mouseClick(m_window, button, {}, place);
    return true;
}

void Walker::type(QQuickItem *field, const QString &text)
{
    field->forceActiveFocus(Qt::OtherFocusReason);
    if (m_window->activeFocusItem() != field)
        return;
    note(field);
    key(Qt::Key_A, Qt::ControlModifier);
    key(Qt::Key_Delete);
    for (const QChar letter : text)
        if (m_window->activeFocusItem() && letter.unicode() < 128)
            QTest::keyClick(m_window, letter.toLatin1());
}

QString Walker::wanted(const QQuickItem *field) const
{
    const QString name = told(field);
    static const QRegularExpression typeThis(QStringLiteral("^Type “?(.+?)”?(?: to .*)?$"));
    const auto match = typeThis.match(field->property("name").toString());
    if (match.hasMatch()) {
        const QString what = match.captured(1);
        if (what == QLatin1String("the name of the connection"))
            return m_app->session()->connectionName();
        if (what != QLatin1String("the name of the queue"))
            return what;
        for (const QQuickItem *above = field; above; above = above->parentItem())
            if (const QString queue = above->property("subtitle").toString(); !queue.isEmpty())
                return queue;
    }
    if (name.startsWith(QLatin1String("Queue that takes")))
        return otherQueue;
    if (field->inherits("QQuickTextEdit"))
        return QStringLiteral("{\"made\": %1}").arg(++m_made);
    const auto about = [&name](std::initializer_list<const char *> any) {
        return std::any_of(any.begin(), any.end(),
            [&name](const char *one) { return name.contains(QLatin1String(one)); });
    };
    if (about({ "Most", "limit", "Budget", "minutes", "How many", "quota" }))
        return QStringLiteral("7");
    if (about({ "E-mail", "mail" }))
        return QStringLiteral("walk-%1@example.org").arg(++m_made);
    if (about({ "Workspace" }))
        return QStringLiteral("acme");
    if (name.contains(QLatin1String("Find")) || name.contains(QLatin1String("Filter")))
        return {};
    return QStringLiteral("walk-%1").arg(++m_made);
}

// ---- single ones ----

void Walker::openPage(int index)
{
    switch (m_random.bounded(3)) {
    case 0:
        key(Qt::Key_0 + (index + 1) % 10, Qt::ControlModifier);
        break;
    case 1:
        runPalette(pageName(index), pageName(index));
        break;
    default:
        m_app->openLink(
            QStringLiteral("signalbox://page/") + QLatin1String(pageList[size_t(index)].id));
    }
    last = QStringLiteral("page %1").arg(index);
    settle();
    visited.insert(m_app->page());
}

void Walker::link()
{
    const QString link = one(links);
    last = link;
    m_app->openLink(link);
    settle();
    visited.insert(m_app->page());
}

void Walker::clickAny()
{
    // Many rows and empty places are there for each button.
    const bool buttons = m_random.bounded(3) > 0;
    auto items = below(top(), [&](QQuickItem *item) {
        return buttons ? item->inherits("QQuickAbstractButton") : isPressable(item);
    });
    if (items.isEmpty())
        items = below(top(), [](QQuickItem *item) { return isPressable(item); });
    if (items.isEmpty())
        return;
    const QPointer<QQuickItem> item = items.at(int(m_random.bounded(int(items.size()))));
    const QPointF at(m_random.bounded(1.0), m_random.bounded(1.0));
    switch (m_random.bounded(8)) {
    case 0:
        click(item, Qt::RightButton, at);
        break;
    case 1: // by keyboard
        note(item);
        item->forceActiveFocus(Qt::TabFocusReason);
        key(m_random.bounded(2) ? Qt::Key_Return : Qt::Key_Space);
        break;
    case 2: // as a screen reader does
        note(item);
        if (auto *reader = QAccessible::queryAccessibleInterface(item))
            if (auto *actions = reader->actionInterface())
                actions->doAction(QAccessibleActionInterface::pressAction());
        break;
    case 3:
        if (click(item, Qt::LeftButton, at) && item) // what is pressed may go with it
            QTest::mouseDClick(m_window, Qt::LeftButton, {}, seen(item).center().toPoint());
        break;
    default:
        click(item, Qt::LeftButton, item->inherits("QQuickMouseArea") ? at : QPointF(0.5, 0.5));
    }
    settle();
}

QStringList Walker::shortcuts() const
{
    QStringList sequences;
    const auto all = m_window->findChildren<QObject *>();
    for (const QObject *object : all) {
        if (!object->inherits("QQuickShortcut"))
            continue;
        const QVariant single = object->property("sequence");
        if (!single.toString().isEmpty())
            sequences.append(single.toString());
        const QVariantList several = object->property("sequences").toList();
        for (const QVariant &sequence : several)
            sequences.append(sequence.toString());
    }
    sequences.removeDuplicates();
    return sequences;
}

void Walker::pressShortcut(const QString &sequence)
{
    last = sequence;
    QTest::keySequence(m_window, QKeySequence(sequence));
    settle();
    visited.insert(m_app->page());
}

void Walker::keyAny()
{
    const QStringList sequences = shortcuts();
    const auto &plain = plainKeys();
    const int at = int(m_random.bounded(int(sequences.size()) + int(plain.size())));
    if (at < sequences.size())
        return pressShortcut(sequences.at(at));
    const auto &[code, modifiers] = plain[size_t(at - sequences.size())];
    last = QStringLiteral("key %1").arg(code, 0, 16);
    key(code, modifiers);
    settle();
}

void Walker::typeAny()
{
    const auto fields = below(top(), [](QQuickItem *item) { return isField(item); });
    if (fields.isEmpty())
        return;
    QQuickItem *field = fields.at(int(m_random.bounded(int(fields.size()))));
    type(field, m_random.bounded(3) ? wanted(field) : one(words));
    if (m_random.bounded(3) == 0)
        key(Qt::Key_Return);
    settle();
}

bool Walker::accept()
{
    if (!overlay())
        return false;
    const auto fields = below(top(), [](QQuickItem *item) { return isField(item); });
    for (const QPointer<QQuickItem> field : fields) {
        const bool asked =
            field && field->property("name").toString().startsWith(QLatin1String("Type "));
        if (field
            && (asked || field->property("text").toString().isEmpty()
                || !field->property("fault").toString().isEmpty()))
            type(field, wanted(field));
    }
    const auto boxes = below(top(), [](QQuickItem *item) {
        return item->inherits("QQuickComboBox") && item->property("currentIndex").toInt() < 0;
    });
    for (const QPointer<QQuickItem> box : boxes) {
        if (!box)
            continue;
        note(box);
        box->forceActiveFocus(Qt::TabFocusReason);
        key(Qt::Key_Down);
        settle(); // the form that it brings
    }
    if (!fields.isEmpty())
        settle();
    const auto buttons = below(top(), [](QQuickItem *item) {
        return item->inherits("QQuickAbstractButton") && item->property("usable").toBool()
            && (item->property("kind").toInt() == 1 || item->property("kind").toInt() == 2);
    });
    if (buttons.isEmpty())
        return overlay() != nullptr;
    click(buttons.at(int(m_random.bounded(int(buttons.size())))), Qt::LeftButton, { 0.5, 0.5 });
    settle();
    return true;
}

bool Walker::press(const QString &begin)
{
    const auto buttons = below(top(), [&](QQuickItem *item) {
        return item->inherits("QQuickAbstractButton")
            && item->property("text").toString().startsWith(begin);
    });
    if (buttons.isEmpty())
        return false;
    click(buttons.first(), Qt::LeftButton, { 0.5, 0.5 });
    settle();
    return true;
}

bool Walker::fill(const QString &name, const QString &text)
{
    const auto fields = below(top(), [&](QQuickItem *item) {
        return isField(item) && item->property("name").toString() == name;
    });
    if (fields.isEmpty())
        return false;
    type(fields.first(), text);
    settle();
    return true;
}

bool Walker::fillArea(const QString &text)
{
    const auto fields = below(
        top(), [&](QQuickItem *item) { return isField(item) && item->inherits("QQuickTextEdit"); });
    if (fields.isEmpty())
        return false;
    type(fields.first(), text);
    settle();
    return true;
}

void Walker::look(const QString &key)
{
    auto *page = m_window->property("currentPage").value<QQuickItem *>();
    if (page && QMetaObject::invokeMethod(page, "look", Q_ARG(QString, key)))
        settle();
}

QStringList Walker::paletteTitles(const QString &text) const
{
    CommandPalette palette;
    palette.setApp(m_app);
    palette.setConnections(m_connections);
    palette.setQuery(text);
    QStringList titles;
    for (int row = 0; row < palette.rowCount(); ++row)
        titles.append(palette.data(palette.index(row), CommandPalette::TitleRole).toString());
    return titles;
}

void Walker::runPalette(const QString &text, const QString &title)
{
    key(Qt::Key_K, Qt::ControlModifier);
    settle();
    if (!m_window->property("dialogOpen").toBool())
        return;
    for (const QChar letter : text)
        if (letter.unicode() < 128)
            QTest::keyClick(m_window, letter.toLatin1());
    const QStringList titles = paletteTitles(text);
    const qsizetype row = title.isEmpty() ? 0 : titles.indexOf(title);
    for (qsizetype i = 0; i < row; ++i)
        key(Qt::Key_Down);
    last = QStringLiteral("palette ") + (row >= 0 ? titles.value(row) : text);
    if (row >= 0)
        commands.insert(titles.value(row));
    key(Qt::Key_Return);
    settle();
    visited.insert(m_app->page());
}

void Walker::clean()
{
    for (int i = 0; i < closeTries && overlay(); ++i) {
        key(Qt::Key_Escape);
        settle();
    }
    if (overlay()) { // nothing that Escape closes: what the program itself would do
        QMetaObject::invokeMethod(m_window, "closeAll");
        settle();
    }
}

void Walker::step()
{
    switch (m_random.bounded(20)) {
    case 0:
        clean();
        openPage(int(m_random.bounded(int(pageList.size()))));
        break;
    case 1:
        link();
        break;
    case 2:
        runPalette(one(words).left(6));
        break;
    case 3:
    case 4:
    case 5:
        keyAny();
        break;
    case 6:
    case 7:
        typeAny();
        break;
    case 8:
    case 9:
    case 10:
        if (!accept())
            clickAny();
        break;
    default:
        clickAny();
    }
}

} // namespace signalbox
