// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/configeditor.h"

#include "models/rules/jsondiff.h"
#include "models/stores/configtable.h"
#include "models/stores/format.h"
#include "views/pages/blueprintwords.h"
#include "views/pages/flowtext.h"

#include <QScopedValueRollback>
#include <QSignalBlocker>

#include <algorithm>
#include <utility>

namespace signalbox {

using flowtext::qs;

namespace {

/// As the editor shows it: JSON that stands on one line is laid out.
std::string shown(const std::string &text)
{
    if (text.find('\n') != std::string::npos)
        return text;
    const auto tree = schema::JsonTree::parse(text);
    return tree ? schema::indented(*tree) : text;
}

/// Is only white space another one?
bool sameSpelling(const std::string &a, const std::string &b)
{
    const auto first = schema::JsonTree::parse(a);
    const auto second = schema::JsonTree::parse(b);
    return first && second && schema::onOneLine(*first, false) == schema::onOneLine(*second, false);
}

} // namespace

/// All that is looked at, for another thread.
struct ConfigEditor::Question {
    struct Entry {
        std::string type;
        std::string key;
        std::string value;
    };
    std::string type;
    std::string key;
    std::string value; ///< held
    QString typed; ///< what stands in the editor
    std::optional<std::string> row; ///< that other white space is no edit of
    std::vector<Entry> others; ///< with their values where those count: of the same type
    rules::KnownTypes types;
    bool wanted = false; ///< there is something to be checked
    bool revealed = false;

    [[nodiscard]] bool small() const
    {
        return value.size() + std::size_t(typed.size()) <= 2 * LatestWork::small;
    }
};

/// What there is to say of it.
struct ConfigEditor::Reading {
    std::string value; ///< held, but for other white space
    bool asIs = false; ///< only white space differs from what the back end has
    bool secret = false;
    bool tooLarge = false;
    QString text;
    bool another = false; ///< `text` is not what stands in the editor
    QString fault;
    int faultAt = -1;
    int faultLine = 0;
    QList<int> marks;
    QString caution;
    ConfigForm::Content content;
};

ConfigEditor::ConfigEditor(QObject *parent)
    : QObject(parent)
    , m_form(new ConfigForm(this))
    , m_diff(new DiffLines(this))
    , m_versions(new ConfigVersions(this))
{
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &ConfigEditor::settleTyped);
    connect(m_form, &ConfigForm::edited, this, &ConfigEditor::takeForm);
}

ConfigEditor::~ConfigEditor()
{
    const QSignalBlocker silence(this); // whoever shows it is going too
    m_ownEdit = true;
    settle();
}

void ConfigEditor::setSession(Session *session)
{
    if (m_session) {
        m_session->disconnect(this);
        m_session->config()->disconnect(this);
        m_session->config()->drafts()->disconnect(this);
    }
    m_pause.stop(); // what was typed belongs to the former one
    m_typingSince.invalidate();
    m_fromForm.reset();
    m_typedOn.reset();
    m_reading.forget();
    m_readsForm = false;
    m_unread = true;
    m_session = session;
    if (!m_session)
        return setChecking(false);
    const auto mine = [this](const QString &id) {
        if (!m_ownEdit && (id.isEmpty() || id == m_id))
            read();
    };
    connect(m_session, &Session::changed, this, &ConfigEditor::changed);
    connect(m_session->config(), &ConfigStore::valueChanged, this, mine);
    connect(m_session->config(), &ConfigStore::reset, this, [this] { read(); });
    connect(m_session->config()->drafts(), &ConfigDrafts::changed, this, mine);
    connect(m_session->config()->drafts(), &ConfigDrafts::kept, this, [this](const QString &id) {
        if (id == m_id)
            emit changed();
    });
    read();
}

void ConfigEditor::show(const QString &id)
{
    if (m_id != id) {
        settle();
        m_reading.forget();
        m_unread = true;
        m_typedOn.reset();
        m_id = id;
        m_place = ConfigStore::parseId(id);
        m_revealed = false;
        m_text.clear();
    }
    read();
}

std::optional<std::string> ConfigEditor::held() const
{
    if (!m_session || m_id.isEmpty())
        return {};
    if (const auto *draft = m_session->config()->drafts()->find(m_id))
        return draft->text ? draft->text : draft->base;
    const ConfigRow *row = m_session->config()->find(m_id);
    return row && row->exists ? std::optional(row->value) : std::nullopt;
}

ConfigEditor::Question ConfigEditor::question() const
{
    Question question;
    question.type = m_place.type.toStdString();
    question.key = m_place.key.toStdString();
    question.value = held().value_or(std::string());
    question.typed = m_text;
    question.revealed = m_revealed;
    question.wanted = m_session && !m_id.isEmpty();
    if (!question.wanted)
        return question;
    if (m_place.type == QLatin1String("flow-blueprint"))
        question.types = m_session->config()->parameterTypes(m_place.workspace);
    for (const ConfigRow &row : m_session->config()->rows()) {
        if (!row.exists || row.workspace != m_place.workspace)
            continue;
        const std::string type = row.type.toStdString();
        if (rules::concerns(question.type, type))
            question.others.push_back(
                { type, row.key.toStdString(), type == question.type ? row.value : std::string() });
    }
    return question;
}

void ConfigEditor::readNow()
{
    m_unread = true;
    read();
}

/// What was typed here is looked through on a thread when it is large. Whatever came from elsewhere
/// is shown before the next key: who types must not edit a text that is not held any more.
void ConfigEditor::read()
{
    if (pending()) { // what is typed is newer than what is held
        m_readsForm = m_fromForm.has_value();
        const QScopedValueRollback own(m_ownEdit, true);
        keep(takePending(), false);
    }
    Question asked = question();
    const bool ours = m_readsForm || asked.value == asked.typed.toStdString();
    const bool atOnce = std::exchange(m_unread, false) || !ours || asked.small();
    m_readsForm = m_readsForm && !atOnce;
    const ConfigRow *row = m_session ? m_session->config()->find(m_id) : nullptr;
    if (!atOnce && row && row->exists && row->value != asked.value && edited())
        asked.row = row->value;
    m_reading.ask(
        atOnce, [asked = std::move(asked)] { return readingOf(asked); },
        [this](Reading reading) { tell(std::move(reading)); });
    if (m_reading.busy()) {
        m_checking = true;
        emit changed();
    }
}

void ConfigEditor::setChecking(bool checking)
{
    if (std::exchange(m_checking, checking) != checking)
        emit changed();
}

ConfigEditor::Reading ConfigEditor::readingOf(const Question &asked)
{
    Reading out;
    out.asIs = asked.row && sameSpelling(asked.value, *asked.row);
    out.value = out.asIs ? *asked.row : asked.value;
    out.content = ConfigForm::contentOf(asked.type, asked.key, out.value);
    out.secret = out.content.tree && !schema::secretPaths(*out.content.tree).empty();
    out.tooLarge = out.value.size() > std::size_t(textLimit);
    std::string text;
    if (!out.tooLarge)
        text = out.secret && !asked.revealed
            ? schema::masked(*schema::JsonTree::parse(shown(out.value)))
            : shown(out.value);
    // What is being typed stays as it is typed.
    const std::string typed = asked.typed.toStdString();
    out.text = qs(text);
    out.another = asked.typed.isEmpty() || (out.text != asked.typed && !sameSpelling(text, typed));
    if (asked.wanted && !out.tooLarge)
        check(asked, out.another ? text : typed, out);
    return out;
}

void ConfigEditor::tell(Reading reading)
{
    ConfigStore *store = m_session ? m_session->config() : nullptr;
    if (reading.asIs && store) { // other white space is no edit
        const QScopedValueRollback own(m_ownEdit, true);
        store->drafts()->edit(m_id, reading.value);
    }
    m_readsForm = false;
    m_checking = false;
    m_secret = reading.secret;
    m_tooLarge = reading.tooLarge;
    if (reading.another)
        m_text = reading.text;
    m_fault = reading.fault;
    m_faultAt = reading.faultAt;
    m_faultLine = reading.faultLine;
    m_marks = reading.marks;
    m_caution = reading.caution;
    m_hasForm = !reading.content.fields.empty();
    const auto *draft = store && !m_id.isEmpty() ? store->drafts()->find(m_id) : nullptr;
    const std::string before = draft ? draft->base.value_or(std::string()) : reading.value;
    const std::string after = draft ? draft->text.value_or(std::string()) : reading.value;
    m_form->setFresh(draft && !draft->base); // there is none of it yet
    if (!m_hasForm)
        reading.content = {};
    m_form->show(
        m_place.type, m_place.key, m_hasForm ? reading.value : std::string(),
        [this](const std::string &type) { return keysOf(type); }, std::move(reading.content));
    m_diff->showSoon(before, after);
    m_versions->show(m_session, m_id);
    emit textChanged();
    emit changed();
}

/// Keys that may stand in a field that refers to entries of the type.
QStringList ConfigEditor::keysOf(const std::string &type) const
{
    QStringList keys;
    if (m_session)
        for (const auto &entry : m_session->config()->entries(m_place.workspace))
            if (entry.type == type) {
                const bool prompt = type == "prompt";
                if (!prompt || entry.key.starts_with("template."))
                    keys.append(qs(prompt ? entry.key.substr(9) : entry.key));
            }
    keys.sort();
    return keys;
}

/// Fault and cautions of what stands in the editor.
void ConfigEditor::check(const Question &asked, const std::string &text, Reading &out)
{
    const auto tree = schema::JsonTree::parse(text);
    if (!tree) {
        const auto &fault = tree.error();
        out.faultLine = fault.line;
        out.faultAt = int(QString::fromUtf8(text.data(), qsizetype(fault.offset)).size());
        out.fault =
            tr("Line %1, column %2: %3")
                .arg(QString::number(fault.line), QString::number(fault.column), qs(fault.message));
        return;
    }
    if (asked.type == "flow-blueprint")
        return checkBlueprint(asked, text, out);
    QStringList words;
    if (rules::ownedByFlows(asked.type))
        words.append(
            tr("The flow service writes these entries. An edit here starts and stops nothing."));
    std::vector<rules::ConfigEntryView> others;
    for (const Question::Entry &entry : asked.others)
        others.push_back({ entry.type, entry.key, entry.value });
    for (const auto &issue : rules::issuesOf(others, asked.type, asked.key, text))
        words.append(issue.path.empty()
                ? configIssueText(issue.message)
                : tr("%1 %2").arg(configFieldLabel(issue.path), configIssueText(issue.message)));
    out.caution = words.join(QStringLiteral(" · "));
}

/// The first fault at its place; the rest as marks and words.
void ConfigEditor::checkBlueprint(const Question &asked, const std::string &text, Reading &out)
{
    constexpr qsizetype most = 3;
    constexpr qsizetype mostMarks = 200;
    using Severity = rules::BlueprintIssue::Severity;
    QStringList words;
    qsizetype more = 0;
    const auto said = [&text](const rules::BlueprintIssue &issue) {
        return blueprintwords::atPlace(text, issue.begin, blueprintwords::issueText(issue));
    };
    for (const auto &issue : rules::checkBlueprint(text, asked.types)) {
        if (issue.severity == Severity::Fault && out.fault.isEmpty()) {
            out.fault = said(issue);
            out.faultAt = blueprintwords::characterOf(text, issue.begin);
            out.faultLine =
                int(std::count(text.begin(), text.begin() + std::ptrdiff_t(issue.begin), '\n')) + 1;
        } else if (issue.severity != Severity::Note) {
            if (out.marks.size() < mostMarks)
                out.marks.append(blueprintwords::characterOf(text, issue.begin));
            if (words.size() < most)
                words.append(said(issue));
            else
                ++more;
        }
    }
    if (more > 0)
        words.append(tr("%1 more").arg(format::count(more)));
    out.caution = words.join(QStringLiteral(" · "));
}

QString ConfigEditor::subtitle() const
{
    if (!m_session || m_id.isEmpty())
        return {};
    QStringList parts { m_place.type, m_place.workspace };
    const ConfigRow *row = m_session->config()->find(m_id);
    if (row && row->exists)
        parts.append(format::bytes(qint64(row->value.size())));
    if (row && !row->exists)
        parts.append(tr("not on the back end"));
    return parts.join(QStringLiteral(" · "));
}

QString ConfigEditor::state() const
{
    if (!edited())
        return {};
    const auto &drafts = *m_session->config()->drafts();
    const QString word = draftText(drafts.state(m_id));
    if (pending() || drafts.saving(m_id))
        return tr("%1 · being kept").arg(word);
    return drafts.inMemoryOnly(m_id) ? tr("%1 · kept until the end only").arg(word)
                                     : tr("%1 · kept").arg(word);
}

int ConfigEditor::stateTone() const
{
    if (!edited())
        return Cell::Muted;
    const auto state = m_session->config()->drafts()->state(m_id);
    return state == ConfigRow::Conflict || state == ConfigRow::Deleting ? Cell::Danger
        : state == ConfigRow::New                                       ? Cell::Good
                                                                        : Cell::Caution;
}

bool ConfigEditor::edited() const
{
    return m_session && m_session->config()->drafts()->find(m_id);
}

bool ConfigEditor::conflict() const
{
    return edited() && m_session->config()->drafts()->state(m_id) == ConfigRow::Conflict;
}

bool ConfigEditor::deleting() const
{
    return edited() && !m_session->config()->drafts()->find(m_id)->text;
}

QString ConfigEditor::whyNotApply() const
{
    if (conflict())
        return tr("The value changed meanwhile: decide first.");
    return m_checking ? tr("The text is still being checked.") : QString();
}

QString ConfigEditor::frozen() const
{
    if (!m_session || m_id.isEmpty())
        return tr("Select an entry first.");
    const QString denied =
        m_session->denied(QStringLiteral("config"), QStringLiteral("put"), m_place.workspace);
    if (!denied.isEmpty())
        return flowtext::whyDenied(denied);
    return deleting() ? tr("It is to be deleted. Discard that to edit it.") : QString();
}

QString ConfigEditor::textFrozen() const
{
    const QString why = frozen();
    if (!why.isEmpty())
        return why;
    if (m_tooLarge)
        return tr("Larger than %1: export it, and import it again.").arg(format::bytes(textLimit));
    return m_secret && !m_revealed ? tr("It holds a secret. Reveal it to edit the text.")
                                   : QString();
}

void ConfigEditor::setRevealed(bool revealed)
{
    if (m_revealed == revealed)
        return;
    settle();
    m_revealed = revealed;
    m_text.clear();
    readNow();
}

void ConfigEditor::edit(const QString &text)
{
    if (text == m_text || !textFrozen().isEmpty())
        return;
    if (m_fromForm || m_readsForm)
        return readNow(); // it was typed into a text that the form has changed: that one is shown
    m_reading.forget(); // an answer about an older text
    m_text = text;
    if (text.size() <= largeText)
        return keepTyped(text.toStdString());
    settleLater();
}

void ConfigEditor::takeForm(const std::string &text)
{
    if (!frozen().isEmpty())
        return;
    if (!m_fromForm)
        settle(); // what was typed into the text before
    m_reading.forget();
    m_fromForm = text;
    settleLater();
    if (qsizetype(text.size()) <= largeText)
        settleTyped();
}

void ConfigEditor::settleLater()
{
    if (!m_pause.isActive())
        m_typingSince.start();
    if (m_session && !m_typedOn && !edited()) {
        const ConfigRow *row = m_session->config()->find(m_id);
        m_typedOn = row && row->exists ? std::optional(row->value) : std::nullopt;
    }
    m_pause.start(int(std::clamp<qint64>(longestPauseMs - m_typingSince.elapsed(), 0, pauseMs)));
    setChecking(true);
}

/// The text that waits, which waits no longer.
std::string ConfigEditor::takePending()
{
    m_pause.stop();
    m_typingSince.invalidate();
    const auto fromForm = std::exchange(m_fromForm, std::nullopt);
    return fromForm ? *fromForm : m_text.toStdString(); // it was typed while that was allowed
}

void ConfigEditor::settle()
{
    if (pending())
        keep(takePending(), true);
}

void ConfigEditor::settleTyped()
{
    if (!pending())
        return;
    m_readsForm = m_fromForm.has_value();
    keepTyped(takePending());
}

void ConfigEditor::keepTyped(const std::string &text)
{
    m_pause.stop();
    m_typingSince.invalidate();
    {
        const QScopedValueRollback own(m_ownEdit, true);
        keep(text, text.size() <= LatestWork::small);
    }
    read();
}

/// Other white space is no edit; of a large text that is found out while it is looked through.
void ConfigEditor::keep(const std::string &text, bool atOnce)
{
    const auto typedOn = std::exchange(m_typedOn, std::nullopt);
    if (!m_session || m_id.isEmpty())
        return;
    ConfigDrafts &drafts = *m_session->config()->drafts();
    const ConfigRow *row = m_session->config()->find(m_id);
    const bool asIs =
        row && row->exists && (text == row->value || (atOnce && sameSpelling(text, row->value)));
    const std::string kept = asIs ? row->value : text;
    if (typedOn && !drafts.find(m_id))
        drafts.rebase(m_id, *typedOn, kept);
    else
        drafts.edit(m_id, kept);
}

void ConfigEditor::discard()
{
    if (!m_session)
        return;
    m_pause.stop();
    m_typingSince.invalidate();
    m_fromForm.reset();
    m_typedOn.reset();
    m_reading.forget();
    m_text.clear();
    m_unread = true;
    m_session->config()->drafts()->discard(m_id);
    if (m_unread)
        read(); // there may have been no draft yet
}

void ConfigEditor::tidy()
{
    settle();
    const auto tree = schema::JsonTree::parse(m_text.toStdString());
    if (!tree || !textFrozen().isEmpty())
        return;
    m_text = qs(schema::indented(*tree));
    keepTyped(m_text.toStdString());
    emit textChanged();
}

int ConfigEditor::find(const QString &needle, int from, bool backwards) const
{
    if (needle.isEmpty())
        return -1;
    qsizetype at = backwards
        ? (from > 0 ? m_text.lastIndexOf(needle, from - 1, Qt::CaseInsensitive) : -1)
        : m_text.indexOf(needle, from, Qt::CaseInsensitive);
    if (at < 0)
        at = backwards ? m_text.lastIndexOf(needle, -1, Qt::CaseInsensitive)
                       : m_text.indexOf(needle, 0, Qt::CaseInsensitive);
    return int(at);
}

} // namespace signalbox
