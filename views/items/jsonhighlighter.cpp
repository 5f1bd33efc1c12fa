// SPDX-License-Identifier: GPL-3.0-only
#include "views/items/jsonhighlighter.h"

#include <QTextDocument>

#include <algorithm>
#include <utility>

namespace signalbox {

class JsonHighlighter::Painter final : public QSyntaxHighlighter {
public:
    Painter(JsonHighlighter *owner, QTextDocument *document)
        : QSyntaxHighlighter(document)
        , m_owner(owner)
    {
    }

protected:
    void highlightBlock(const QString &text) override
    {
        for (int at = 0; at < text.size();) {
            const QChar c = text.at(at);
            if (c == u'"')
                at = paintText(text, at);
            else if (c.isLetter())
                at = paintRun(text, at, m_owner->m_word, [](QChar c) { return c.isLetter(); });
            else if (c.isDigit() || c == u'-')
                at = paintRun(text, at, m_owner->m_number, [](QChar c) {
                    return c.isDigit() || c == u'.' || c == u'e' || c == u'E' || c == u'+'
                        || c == u'-';
                });
            else
                ++at;
        }
        paintNeedle(text);
        paintFault(text);
    }

private:
    int paintText(const QString &text, int from)
    {
        int end = from + 1;
        while (end < text.size() && text.at(end) != u'"')
            end += text.at(end) == u'\\' ? 2 : 1;
        end = int(std::min<qsizetype>(end + 1, text.size()));
        int after = end;
        while (after < text.size() && text.at(after).isSpace())
            ++after;
        const bool name = after < text.size() && text.at(after) == u':';
        setFormat(from, end - from, name ? m_owner->m_name : m_owner->m_text);
        return end;
    }
    template <class Test> int paintRun(const QString &text, int from, const QColor &ink, Test test)
    {
        int end = from + 1;
        while (end < text.size() && test(text.at(end)))
            ++end;
        setFormat(from, end - from, ink);
        return end;
    }
    void paintNeedle(const QString &text)
    {
        if (m_owner->m_needle.isEmpty())
            return;
        for (qsizetype at = 0; (at = text.indexOf(m_owner->m_needle, at, Qt::CaseInsensitive)) >= 0;
             at += m_owner->m_needle.size())
            for (int i = int(at); i < int(at + m_owner->m_needle.size()); ++i) {
                QTextCharFormat format = this->format(i);
                format.setBackground(m_owner->m_ground);
                setFormat(i, 1, format);
            }
    }
    void paintFault(const QString &text)
    {
        const int begin = currentBlock().position();
        const int at = m_owner->m_faultAt - begin;
        if (m_owner->m_faultAt < 0 || at < 0 || at > text.size() || text.isEmpty())
            return;
        const int from = std::min(at, int(text.size()) - 1);
        QTextCharFormat format = this->format(from);
        format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        format.setUnderlineColor(m_owner->m_fault);
        format.setForeground(m_owner->m_fault);
        setFormat(from, std::min(1 + int(text.size()) - 1 - from, 3), format);
    }

    JsonHighlighter *m_owner;
};

JsonHighlighter::JsonHighlighter(QObject *parent)
    : QObject(parent)
{
    constexpr int countMs = 150;
    m_countSoon.setSingleShot(true);
    m_countSoon.setInterval(countMs);
    connect(&m_countSoon, &QTimer::timeout, this, &JsonHighlighter::count);
    connect(this, &JsonHighlighter::changed, this, &JsonHighlighter::repaint);
}

JsonHighlighter::~JsonHighlighter()
{
    delete m_painter;
}

void JsonHighlighter::setDocument(QQuickTextDocument *document)
{
    if (m_document == document)
        return;
    m_document = document;
    delete m_painter;
    if (document) {
        m_painter = new Painter(this, document->textDocument());
        connect(document->textDocument(), &QTextDocument::contentsChanged, this,
            &JsonHighlighter::countSoon);
    }
    emit changed();
}

/// Only the lines of the fault are painted anew: it comes and goes while somebody types.
void JsonHighlighter::setFaultAt(int at)
{
    const int before = std::exchange(m_faultAt, at);
    if (before == at)
        return;
    for (const int place : { before, at })
        if (m_painter && place >= 0)
            m_painter->rehighlightBlock(m_painter->document()->findBlock(
                std::min(place, m_painter->document()->characterCount() - 1)));
    emit faultChanged();
}

void JsonHighlighter::setNeedle(const QString &needle)
{
    if (std::exchange(m_needle, needle) != needle)
        emit changed();
}

void JsonHighlighter::count()
{
    m_countSoon.stop();
    const int found = m_document && !m_needle.isEmpty()
        ? int(m_document->textDocument()->toPlainText().count(m_needle, Qt::CaseInsensitive))
        : 0;
    if (std::exchange(m_found, found) != found)
        emit foundChanged();
}

void JsonHighlighter::countSoon()
{
    if (!m_needle.isEmpty())
        m_countSoon.start();
}

void JsonHighlighter::repaint()
{
    if (m_painter)
        m_painter->rehighlight();
    count();
}

} // namespace signalbox
