// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QPointer>
#include <QQmlParserStatus>
#include <QQuickItem>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// Keeps what stands in a hidden text field from whoever asks through accessibility. Qt tells the
/// text of such a field as its value and with every change, and (6.4) forgets its name; with this,
/// a field that hides tells its name, its place and how many characters it has. The name is the
/// field's `name`, its description the `fault`; without them the attached ones. It is a child of
/// the field. GUI thread.
class FieldSecrecy : public QObject, public QQmlParserStatus {
    Q_OBJECT
    Q_INTERFACES(QQmlParserStatus)
    QML_ELEMENT
    Q_PROPERTY(QQuickItem *field READ field WRITE setField NOTIFY fieldChanged FINAL)
    Q_PROPERTY(bool hides READ hides WRITE setHides NOTIFY hidesChanged FINAL)
public:
    explicit FieldSecrecy(QObject *parent = nullptr);
    QQuickItem *field() const { return m_field; }
    void setField(QQuickItem *field);
    bool hides() const { return m_hides; }
    void setHides(bool hides); ///< which the field's echoMode says; told here when it changes

    /// While its field is being made the text may be there before what hides it.
    bool isComplete() const { return m_complete; }
    void classBegin() override { m_complete = false; }
    void componentComplete() override { m_complete = true; }

    /// Again the first to hear of changes, after somebody else's QAccessible::installUpdateHandler.
    static void listen();

signals:
    void fieldChanged();
    void hidesChanged();

private:
    void renew() const;

    QPointer<QQuickItem> m_field;
    bool m_hides = false;
    bool m_complete = true;
};

} // namespace signalbox
