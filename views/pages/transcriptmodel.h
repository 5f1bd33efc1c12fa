// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/transcript.h"
#include "models/stores/format.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// What was said in one conversation, line by line, as plain text. Wraps rules::Transcript, whose
/// changes become changes of rows; nothing is reset while somebody reads. GUI thread.
class TranscriptModel : public QAbstractListModel, private rules::Transcript::Watch {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by a page")
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    Q_PROPERTY(bool hasOlder READ hasOlder NOTIFY stateChanged FINAL)
    Q_PROPERTY(bool typing READ typing NOTIFY stateChanged FINAL)
public:
    enum Kind { User, Assistant, Person, Notice };
    Q_ENUM(Kind)
    enum Role {
        KindRole = Qt::UserRole + 1,
        HeadRole, ///< "Ops agent · 14:01:13 · first chunk 410 ms · done 2.9 s · 812 tokens"
        TextRole, ///< at most 16 KiB of it
        MoreRole, ///< "12 MB more", "" when that is all
        ToolsRole, ///< QVariantList of TranscriptTool
        FilesRole, ///< "photo.jpg · image/jpeg · 1.2 MB": named, never loaded
        NoteRole, ///< what is wrong with it: a piece, not in the history, not sent
        GrowingRole,
        ExactRole,
        UnsentRole, ///< it did not come to the user of another channel
    };
    Q_ENUM(Role)

    explicit TranscriptModel(QObject *parent = nullptr);
    ~TranscriptModel() override;

    rules::Transcript &transcript() { return m_transcript; }
    const rules::Transcript &transcript() const { return m_transcript; }
    int count() const { return int(m_transcript.entries().size()); }
    bool hasOlder() const { return m_transcript.hasOlder(); }
    bool typing() const { return m_transcript.isTyping(); }
    void setZone(format::Zone zone);
    void told() { emit stateChanged(); } ///< after calls that change more than rows
    Q_INVOKABLE QString wholeText(int row) const; ///< for the clipboard, as it is
    /// First row at or after `from` (going round) that has these words, -1 none.
    Q_INVOKABLE int find(const QString &words, int from) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();
    void stateChanged();

private:
    void inserting(int first, int last) override;
    void inserted() override;
    void removing(int first, int last) override;
    void removed() override;
    void changed(int row) override;
    [[nodiscard]] QString head(const rules::ChatEntry &entry) const;
    [[nodiscard]] QString deliveryNote(const schema::Delivery &delivery) const;
    [[nodiscard]] QString note(const rules::ChatEntry &entry) const;

    rules::Transcript m_transcript;
    format::Zone m_zone = format::Zone::Local;
};

/// One call of a tool as a line shows it.
class TranscriptTool {
    Q_GADGET
    QML_VALUE_TYPE(transcriptTool)
    Q_PROPERTY(QString name MEMBER name FINAL)
    Q_PROPERTY(QString call MEMBER call FINAL) ///< `lookup_order(order="7731")`
    Q_PROPERTY(QString result MEMBER result FINAL)
    Q_PROPERTY(QString duration MEMBER duration FINAL)
    Q_PROPERTY(QString state MEMBER state FINAL) ///< for people
    Q_PROPERTY(bool failed MEMBER failed FINAL)
public:
    QString name;
    QString call;
    QString result;
    QString duration;
    QString state;
    bool failed = false;
};

constexpr std::size_t callShown = 400; ///< bytes of a call, of a result, in a line
/// `lookup_order(order="7731")`; arguments that are no object are shown as they are. A cut is said.
QString callText(
    const std::string &tool, const std::string &argumentsJson, std::size_t limit = callShown);
TranscriptTool toolLine(const schema::ToolCall &call);

/// A stored message as a record of a transcript.
rules::ChatRecord recordOf(const schema::ChannelThreadMessage &message);
std::vector<rules::ChatRecord> recordsOf(const std::vector<schema::ChannelThreadMessage> &messages);

} // namespace signalbox
