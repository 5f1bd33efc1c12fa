// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QPointF>
#include <QRandomGenerator>
#include <QRectF>
#include <QSet>
#include <QStringList>

#include <functional>

class QQuickItem;
class QQuickWindow;

namespace signalbox {

class AppState;
class ConnectionList;

/// Hands that press what there is in the window, by a seed: pages, buttons, rows, links, menus,
/// switches, keys, the palette, fields and the buttons of dialogs. Nothing is chosen by a clock.
class Walker {
public:
    /// `idle`: everything that was asked for has been answered.
    Walker(QQuickWindow *window, AppState *app, ConnectionList *connections,
        std::function<bool()> idle);

    void seed(quint32 seed) { m_random.seed(seed); }
    void step(); ///< one thing, any
    void settle(); ///< what follows of it has happened, and is drawn
    void clean(); ///< no dialog is open any more

    // ---- single ones ----
    void openPage(int index); ///< in any of the ways there are
    void link();
    void clickAny();
    void keyAny();
    QStringList shortcuts() const; ///< of what is loaded
    void pressShortcut(const QString &sequence);
    void typeAny();
    /// What dialogs ask for is put in, and their main button pressed. False: none is open.
    bool accept();
    bool press(const QString &begin); ///< a button whose words begin so; false: there is none
    bool fill(const QString &name, const QString &text); ///< the field of that name
    bool fillArea(const QString &text); ///< the first text of several lines
    void look(const QString &key); ///< at a row of the page, as a click on it does
    /// The palette with this text; `title` is the line that is run, "" the first.
    void runPalette(const QString &text, const QString &title = {});
    QStringList paletteTitles(const QString &text = {}) const;

    QStringList words; ///< names of what there is
    QStringList links;
    QString otherQueue; ///< where messages are moved to
    QSet<QString> clicked; ///< what was, told apart by page, kind and words
    QSet<QString> visited; ///< pages
    QSet<QString> commands; ///< titles of the palette
    QString last; ///< what was done, for the report
private:
    QString one(const QStringList &from);
    QQuickItem *overlay() const; ///< with something in it, or nullptr
    QQuickItem *top() const; ///< what hands reach
    QList<QQuickItem *> below(
        QQuickItem *from, const std::function<bool(QQuickItem *)> &wanted) const;
    QRectF seen(QQuickItem *item) const; ///< in the window
    QString told(const QQuickItem *item) const;
    QString wanted(const QQuickItem *field) const; ///< what would be put in
    bool click(QQuickItem *item, Qt::MouseButton button, QPointF at);
    void note(const QQuickItem *item);
    void type(QQuickItem *field, const QString &text);
    void key(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);

    QQuickWindow *m_window;
    AppState *m_app;
    ConnectionList *m_connections;
    std::function<bool()> m_idle;
    QRandomGenerator m_random;
    mutable int m_made = 0;
};

} // namespace signalbox
