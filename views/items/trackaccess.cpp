// SPDX-License-Identifier: GPL-3.0-only
#include "views/items/trackaccess.h"

#include "views/items/trackdiagram.h"

#include <QAccessible>
#include <QAccessibleObject>
#include <QPointer>
#include <QQuickWindow>

namespace signalbox::trackaccess {

namespace {

QRect onScreen(const TrackDiagram &diagram, const QRectF &box)
{
    if (!diagram.window())
        return {};
    const QPointF at = diagram.mapToGlobal(box.topLeft());
    return QRectF(at, box.size()).toRect();
}

/// One station or track. Lives as long as the diagram's own interface.
class Element : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    Element(TrackDiagram *diagram, int element)
        : m_diagram(diagram)
        , m_element(element)
    {
    }
    bool isValid() const override { return m_diagram && m_element < m_diagram->elements(); }
    QObject *object() const override { return nullptr; }
    QWindow *window() const override { return m_diagram ? m_diagram->window() : nullptr; }
    QAccessibleInterface *parent() const override
    {
        return m_diagram ? QAccessible::queryAccessibleInterface(m_diagram) : nullptr;
    }
    QAccessibleInterface *child(int) const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QString text(QAccessible::Text kind) const override
    {
        if (!isValid())
            return {};
        return kind == QAccessible::Name       ? m_diagram->nameOf(m_element)
            : kind == QAccessible::Description ? m_diagram->tipOf(m_element)
                                               : QString();
    }
    void setText(QAccessible::Text, const QString &) override { }
    QRect rect() const override
    {
        return isValid() ? onScreen(*m_diagram, m_diagram->place(m_element)) : QRect();
    }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.focusable = true;
        state.selectable = true;
        if (!isValid())
            return state;
        const bool current = m_diagram->current() == m_element;
        state.selected = current;
        state.focused = current && m_diagram->hasActiveFocus();
        state.offscreen = !m_diagram->boundingRect().intersects(m_diagram->place(m_element));
        return state;
    }
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface
            ? static_cast<QAccessibleActionInterface *>(this)
            : nullptr;
    }
    QStringList actionNames() const override { return { pressAction(), setFocusAction() }; }
    void doAction(const QString &name) override
    {
        if (!isValid())
            return;
        if (name == setFocusAction()) {
            m_diagram->forceActiveFocus();
            m_diagram->setCurrent(m_element);
        } else if (name == pressAction()) {
            m_diagram->activate(m_element);
        }
    }
    QStringList keyBindingsForAction(const QString &) const override { return {}; }

private:
    QPointer<TrackDiagram> m_diagram;
    int m_element;
};

class Diagram : public QAccessibleObject {
public:
    explicit Diagram(TrackDiagram *diagram)
        : QAccessibleObject(diagram)
    {
    }
    ~Diagram() override { forget(); }
    void forget()
    {
        for (const QAccessible::Id id : m_children) {
            if (id != 0)
                QAccessible::deleteAccessibleInterface(id);
        }
        m_children.clear();
    }
    TrackDiagram *diagram() const { return qobject_cast<TrackDiagram *>(object()); }
    QWindow *window() const override { return diagram()->window(); }
    QAccessibleInterface *parent() const override
    {
        // items that say nothing to a screen reader are not in its tree
        for (QQuickItem *item = diagram()->parentItem(); item; item = item->parentItem()) {
            QAccessibleInterface *above = QAccessible::queryAccessibleInterface(item);
            if (above && above->indexOfChild(this) >= 0)
                return above;
        }
        return QAccessible::queryAccessibleInterface(diagram()->window());
    }
    int childCount() const override { return diagram()->elements(); }
    QAccessibleInterface *child(int index) const override
    {
        const int count = childCount();
        if (index < 0 || index >= count)
            return nullptr;
        m_children.resize(count);
        if (m_children[index] == 0)
            m_children[index] =
                QAccessible::registerAccessibleInterface(new Element(diagram(), index));
        return QAccessible::accessibleInterface(m_children[index]);
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        return child ? int(m_children.indexOf(
                   QAccessible::uniqueId(const_cast<QAccessibleInterface *>(child))))
                     : -1;
    }
    QAccessibleInterface *childAt(int x, int y) const override
    {
        for (int i = 0; i < childCount(); ++i) {
            if (onScreen(*diagram(), diagram()->place(i)).contains(x, y))
                return child(i);
        }
        return nullptr;
    }
    QAccessibleInterface *focusChild() const override
    {
        return diagram()->hasActiveFocus() ? child(diagram()->current()) : nullptr;
    }
    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Name ? diagram()->title() : QString();
    }
    QRect rect() const override { return onScreen(*diagram(), diagram()->boundingRect()); }
    QAccessible::Role role() const override { return QAccessible::List; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.focusable = true;
        state.focused = diagram()->hasActiveFocus();
        state.invisible = !diagram()->isVisible();
        return state;
    }

private:
    mutable QList<QAccessible::Id> m_children;
};

QAccessibleInterface *make(const QString &, QObject *object)
{
    auto *diagram = qobject_cast<TrackDiagram *>(object);
    return diagram ? new Diagram(diagram) : nullptr;
}

/// Only what already exists: nobody who does not listen pays.
Diagram *existing(TrackDiagram *diagram)
{
    return QAccessible::isActive()
        ? dynamic_cast<Diagram *>(QAccessible::queryAccessibleInterface(diagram))
        : nullptr;
}

} // namespace

void install()
{
    QAccessible::installFactory(make); // a factory is kept once
}

void focusMoved(TrackDiagram *diagram, int element)
{
    Diagram *interface = existing(diagram);
    QAccessibleInterface *child = interface ? interface->child(element) : nullptr;
    if (!child)
        return;
    QAccessibleEvent event(child, QAccessible::Focus);
    QAccessible::updateAccessibility(&event);
}

void reset(TrackDiagram *diagram)
{
    if (Diagram *interface = existing(diagram)) {
        interface->forget();
        QAccessibleEvent event(diagram, QAccessible::ObjectReorder);
        QAccessible::updateAccessibility(&event);
    }
}

} // namespace signalbox::trackaccess
