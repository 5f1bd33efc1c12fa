// SPDX-License-Identifier: GPL-3.0-only
#include "views/items/fieldsecrecy.h"

#include <QAccessible>
#include <QAccessibleObject>
#include <QQuickWindow>

#include <algorithm>

namespace signalbox {
namespace {

/// A text input that shows something else than its text, or nothing.
bool hidesItsText(const QObject *object)
{
    return object && object->inherits("QQuickTextInput")
        && object->property("echoMode").toInt() != 0;
}

QString dots(qsizetype count)
{
    return QString(count, QChar(0x2022));
}

/// What QML wrote as Accessible.…; its class is Qt's own.
QString attached(const QObject *object, const char *name)
{
    for (const QObject *child : object->children()) {
        if (child->inherits("QQuickAccessibleAttached"))
            return child->property(name).toString();
    }
    return {};
}

class HiddenField : public QAccessibleObject,
                    public QAccessibleTextInterface,
                    public QAccessibleActionInterface {
public:
    explicit HiddenField(QQuickItem *item)
        : QAccessibleObject(item)
    {
    }
    QQuickItem *item() const { return static_cast<QQuickItem *>(object()); }
    int length() const
    {
        // NoEcho hides the length too
        return item()->property("echoMode").toInt() == 1 ? 0 : item()->property("length").toInt();
    }

    QWindow *window() const override { return item()->window(); }
    QAccessibleInterface *parent() const override
    {
        // items that say nothing to a screen reader are not in its tree
        for (QQuickItem *above = item()->parentItem(); above; above = above->parentItem()) {
            QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(above);
            if (interface && interface->indexOfChild(this) >= 0)
                return interface;
        }
        return QAccessible::queryAccessibleInterface(item()->window());
    }
    int childCount() const override { return 0; }
    QAccessibleInterface *child(int) const override { return nullptr; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }

    QString text(QAccessible::Text kind) const override
    {
        switch (kind) {
        case QAccessible::Name: {
            const QString name = item()->property("name").toString();
            return name.isEmpty() ? attached(item(), "name") : name;
        }
        case QAccessible::Description: {
            const QString fault = item()->property("fault").toString();
            return fault.isEmpty() ? attached(item(), "description") : fault;
        }
        case QAccessible::Value:
            return dots(length());
        default:
            return {};
        }
    }
    void setText(QAccessible::Text kind, const QString &text) override
    {
        if (kind == QAccessible::Value && !item()->property("readOnly").toBool())
            item()->setProperty("text", text);
    }
    QRect rect() const override
    {
        if (!item()->window())
            return {};
        return QRectF(item()->mapToGlobal(QPointF()), item()->size()).toRect();
    }
    QAccessible::Role role() const override { return QAccessible::EditableText; }
    QAccessible::State state() const override
    {
        const bool readOnly = item()->property("readOnly").toBool();
        const QQuickWindow *window = item()->window();
        QAccessible::State state;
        state.passwordEdit = true;
        state.readOnly = readOnly;
        state.editable = !readOnly;
        state.selectableText = true;
        state.focusable = true;
        state.focused = item()->hasActiveFocus();
        state.disabled = !item()->isEnabled();
        state.invisible = !window || !window->isVisible() || !item()->isVisible();
        state.offscreen =
            window && !QRect(window->mapToGlobal(QPoint()), window->size()).intersects(rect());
        return state;
    }
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::TextInterface)
            return static_cast<QAccessibleTextInterface *>(this);
        if (type == QAccessible::ActionInterface)
            return static_cast<QAccessibleActionInterface *>(this);
        return nullptr;
    }

    QStringList actionNames() const override { return { setFocusAction() }; }
    void doAction(const QString &name) override
    {
        if (name == setFocusAction())
            item()->forceActiveFocus();
    }
    QStringList keyBindingsForAction(const QString &) const override { return {}; }

    int characterCount() const override { return length(); }
    QString text(int from, int to) const override
    {
        const int begin = std::clamp(from, 0, length());
        return dots(std::clamp(to, begin, length()) - begin);
    }
    // Dots have no words: Qt's own search for them would never end.
    QString textBeforeOffset(
        int offset, QAccessible::TextBoundaryType unit, int *from, int *to) const override
    {
        return part(unit == QAccessible::CharBoundary ? offset - 1 : -1, unit, from, to);
    }
    QString textAtOffset(
        int offset, QAccessible::TextBoundaryType unit, int *from, int *to) const override
    {
        return part(offset, unit, from, to);
    }
    QString textAfterOffset(
        int offset, QAccessible::TextBoundaryType unit, int *from, int *to) const override
    {
        return part(unit == QAccessible::CharBoundary ? offset + 1 : -1, unit, from, to);
    }
    int cursorPosition() const override { return item()->property("cursorPosition").toInt(); }
    void setCursorPosition(int position) override
    {
        item()->setProperty("cursorPosition", position);
    }
    void selection(int index, int *from, int *to) const override
    {
        *from = index == 0 ? item()->property("selectionStart").toInt() : 0;
        *to = index == 0 ? item()->property("selectionEnd").toInt() : 0;
    }
    int selectionCount() const override
    {
        return item()->property("selectionStart") == item()->property("selectionEnd") ? 0 : 1;
    }
    void addSelection(int, int) override { }
    void removeSelection(int) override { }
    void setSelection(int, int, int) override { }
    QRect characterRect(int) const override { return {}; }
    int offsetAtPoint(const QPoint &) const override { return -1; }
    void scrollToSubstring(int, int) override { }
    QString attributes(int, int *from, int *to) const override
    {
        *from = 0;
        *to = length();
        return {};
    }

private:
    /// One dot, or as one word all of them; -1 is outside.
    QString part(int at, QAccessible::TextBoundaryType unit, int *from, int *to) const
    {
        const bool outside = at < 0 || at > length();
        const bool one = unit == QAccessible::CharBoundary;
        *from = outside ? -1 : one ? at : 0;
        *to = outside ? -1 : one ? std::min(at + 1, length()) : length();
        return outside ? QString() : text(*from, *to);
    }
};

QAccessibleInterface *make(const QString &, QObject *object)
{
    return hidesItsText(object) ? new HiddenField(static_cast<QQuickItem *>(object)) : nullptr;
}

QAccessible::UpdateHandler listenerBefore = nullptr;
void hear(QAccessibleEvent *event);

/// To whoever would have heard it without us.
void pass(QAccessibleEvent *event)
{
    QAccessible::installUpdateHandler(listenerBefore);
    QAccessible::updateAccessibility(event);
    QAccessible::installUpdateHandler(hear);
}

QObject *speaker(const QAccessibleEvent &event)
{
    if (event.object())
        return event.object();
    const QAccessibleInterface *interface = event.accessibleInterface();
    return interface ? interface->object() : nullptr;
}

bool isBeingMade(const QObject *field)
{
    const auto *secrecy = field
        ? field->findChild<const FieldSecrecy *>(QString(), Qt::FindDirectChildrenOnly)
        : nullptr;
    return secrecy && !secrecy->isComplete();
}

/// Who asked before the field hid its text, or before it stopped, holds the wrong one.
void renewInterface(QObject *field)
{
    QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(field);
    if (!interface || (dynamic_cast<HiddenField *>(interface) != nullptr) == hidesItsText(field))
        return;
    // without a word: who heard of its end could still ask it
    QAccessible::deleteAccessibleInterface(QAccessible::uniqueId(interface));
    QAccessibleEvent made(field, QAccessible::ObjectCreated);
    pass(&made);
}

/// The same change with dots instead of the characters.
void hear(QAccessibleEvent *event)
{
    QObject *const object = speaker(*event);
    const bool hides = hidesItsText(object);
    if (hides)
        renewInterface(object);
    if (!hides) {
        const bool silent = isBeingMade(object) && event->type() != QAccessible::ObjectCreated
            && event->type() != QAccessible::ObjectShow;
        if (!silent)
            pass(event);
    } else if (event->type() == QAccessible::TextInserted) {
        const auto &told = static_cast<const QAccessibleTextInsertEvent &>(*event);
        QAccessibleTextInsertEvent hidden(
            object, told.changePosition(), dots(told.textInserted().size()));
        pass(&hidden);
    } else if (event->type() == QAccessible::TextRemoved) {
        const auto &told = static_cast<const QAccessibleTextRemoveEvent &>(*event);
        QAccessibleTextRemoveEvent hidden(
            object, told.changePosition(), dots(told.textRemoved().size()));
        pass(&hidden);
    } else if (event->type() == QAccessible::TextUpdated) {
        const auto &told = static_cast<const QAccessibleTextUpdateEvent &>(*event);
        QAccessibleTextUpdateEvent hidden(object, told.changePosition(),
            dots(told.textRemoved().size()), dots(told.textInserted().size()));
        pass(&hidden);
    } else if (event->type() != QAccessible::ValueChanged) {
        pass(event);
    }
}

} // namespace

FieldSecrecy::FieldSecrecy(QObject *parent)
    : QObject(parent)
{
    QAccessible::installFactory(make); // a factory is kept once
    static const bool once = (listen(), true);
    Q_UNUSED(once)
}

void FieldSecrecy::listen()
{
    const QAccessible::UpdateHandler previous = QAccessible::installUpdateHandler(hear);
    if (previous != hear)
        listenerBefore = previous;
}

void FieldSecrecy::setField(QQuickItem *field)
{
    if (m_field == field)
        return;
    m_field = field;
    if (m_hides)
        renew(); // others are told by Qt as ever, and made when somebody asks
    emit fieldChanged();
}

void FieldSecrecy::setHides(bool hides)
{
    if (m_hides == hides)
        return;
    m_hides = hides;
    renew();
    emit hidesChanged();
}

void FieldSecrecy::renew() const
{
    if (m_field)
        renewInterface(m_field);
}

} // namespace signalbox
