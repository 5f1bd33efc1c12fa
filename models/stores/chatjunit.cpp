// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/chatrun.h"
#include "models/stores/plaintext.h"

#include <QXmlStreamWriter>

namespace signalbox {

static QString seconds(qint64 ms)
{
    return QString::number(double(ms) / 1000, 'f', 3);
}

/// What XML cannot hold is shown by its picture, as everywhere.
static QString forXml(const std::string &text)
{
    return plainText(text, 64 * 1024);
}

QByteArray junitOf(const std::vector<ChatTestResult> &results)
{
    QByteArray out;
    qint64 total = 0;
    int failures = 0;
    int errors = 0;
    for (const auto &result : results) {
        total += result.elapsedMs;
        errors += result.error.isEmpty() ? 0 : 1;
        failures += result.error.isEmpty() && !result.faults.empty() ? 1 : 0;
    }
    QXmlStreamWriter xml(&out);
    xml.setAutoFormatting(true);
    xml.writeStartDocument();
    xml.writeStartElement(QStringLiteral("testsuite"));
    xml.writeAttribute(QStringLiteral("name"), QStringLiteral("chat"));
    xml.writeAttribute(QStringLiteral("tests"), QString::number(results.size()));
    xml.writeAttribute(QStringLiteral("failures"), QString::number(failures));
    xml.writeAttribute(QStringLiteral("errors"), QString::number(errors));
    xml.writeAttribute(QStringLiteral("time"), seconds(total));
    for (const auto &result : results) {
        xml.writeStartElement(QStringLiteral("testcase"));
        xml.writeAttribute(QStringLiteral("classname"), forXml(result.file.test.agent));
        xml.writeAttribute(QStringLiteral("name"), forXml(result.file.test.name));
        xml.writeAttribute(QStringLiteral("file"), result.file.path);
        xml.writeAttribute(QStringLiteral("time"), seconds(result.elapsedMs));
        for (const auto &fault : result.faults) {
            xml.writeStartElement(QStringLiteral("failure"));
            xml.writeAttribute(QStringLiteral("message"),
                QStringLiteral("step %1: %2").arg(fault.step).arg(forXml(fault.expectation)));
            xml.writeCharacters(
                QStringLiteral("step %1: %2\nexpected: %3\nactual: %4")
                    .arg(fault.step)
                    .arg(forXml(fault.say), forXml(fault.expectation), forXml(fault.actual)));
            xml.writeEndElement();
        }
        if (!result.error.isEmpty()) {
            xml.writeStartElement(QStringLiteral("error"));
            xml.writeAttribute(
                QStringLiteral("message"), plainLine(result.error.toStdString(), 2000));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }
    xml.writeEndElement();
    xml.writeEndDocument();
    return out;
}

} // namespace signalbox
