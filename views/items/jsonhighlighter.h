// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QColor>
#include <QPointer>
#include <QQuickTextDocument>
#include <QSyntaxHighlighter>
#include <QTimer>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// Colours JSON in a text area: names, texts, numbers and words; a wavy line where the fault is, a
/// ground behind what was searched for. Works line by line, so it also colours what is not JSON
/// yet.
class JsonHighlighter : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QQuickTextDocument *document READ document WRITE setDocument NOTIFY changed FINAL)
    Q_PROPERTY(
        int faultAt READ faultAt WRITE setFaultAt NOTIFY faultChanged FINAL) ///< character, -1
    Q_PROPERTY(QString needle READ needle WRITE setNeedle NOTIFY changed FINAL)
    Q_PROPERTY(int found READ found NOTIFY foundChanged FINAL) ///< occurrences of the needle
    Q_PROPERTY(QColor nameInk MEMBER m_name NOTIFY changed FINAL)
    Q_PROPERTY(QColor textInk MEMBER m_text NOTIFY changed FINAL)
    Q_PROPERTY(QColor numberInk MEMBER m_number NOTIFY changed FINAL)
    Q_PROPERTY(QColor wordInk MEMBER m_word NOTIFY changed FINAL)
    Q_PROPERTY(QColor faultInk MEMBER m_fault NOTIFY changed FINAL)
    Q_PROPERTY(QColor foundGround MEMBER m_ground NOTIFY changed FINAL)
public:
    explicit JsonHighlighter(QObject *parent = nullptr);
    ~JsonHighlighter() override;

    QQuickTextDocument *document() const { return m_document; }
    void setDocument(QQuickTextDocument *document);
    int faultAt() const { return m_faultAt; }
    void setFaultAt(int at);
    QString needle() const { return m_needle; }
    void setNeedle(const QString &needle);
    int found() const { return m_found; }

signals:
    void changed();
    void faultChanged();
    void foundChanged();

private:
    class Painter;
    void repaint();
    void count();
    void countSoon();

    QPointer<QQuickTextDocument> m_document;
    QPointer<QSyntaxHighlighter> m_painter; ///< the document may go first and take it along
    int m_faultAt = -1;
    QString m_needle;
    int m_found = 0;
    QTimer m_countSoon; ///< after the last key: the whole text is gone through
    QColor m_name;
    QColor m_text;
    QColor m_number;
    QColor m_word;
    QColor m_fault;
    QColor m_ground;
};

} // namespace signalbox
