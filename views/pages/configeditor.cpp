// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/configeditor.h"

#include "models/rules/jsondiff.h"
#include "models/stores/configtable.h"
#include "models/stores/format.h"
#include "views/pages/blueprintwords.h"
#include "views/pages/flowtext.h"

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

ConfigEditor::ConfigEditor(QObject *parent)
    : QObject(parent)
    , m_form(new ConfigForm(this))
    , m_diff(new DiffLines(this))
    , m_versions(new ConfigVersions(this))
{
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &ConfigEditor::settle);
    connect(m_form, &ConfigForm::edited, this, &ConfigEditor::takeForm);
}

ConfigEditor::~ConfigEditor()
{
    const QSignalBlocker silence(this); // whoever shows it is going too
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
    m_session = session;
    if (!m_session)
        return;
    const auto mine = [this](const QString &id) {
        if (id.isEmpty() || id == m_id)
            read();
    };
    connect(m_session, &Session::changed, this, &ConfigEditor::changed);
    connect(m_session->config(), &ConfigStore::valueChanged, this, mine);
    connect(m_session->config(), &ConfigStore::reset, this, [this] { read(); });
    connect(m_session->config()->drafts(), &ConfigDrafts::changed, this, mine);
    read();
}

void ConfigEditor::show(const QString &id)
{
    if (m_id != id) {
        settle();
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

void ConfigEditor::read()
{
    settle(); // what is typed is newer than what is held
    const std::string value = held().value_or(std::string());
    const auto tree = schema::JsonTree::parse(value);
    m_secret = tree && !schema::secretPaths(*tree).empty();
    m_tooLarge = value.size() > std::size_t(textLimit);
    std::string text;
    if (!m_tooLarge)
        text = m_secret && !m_revealed ? schema::masked(*schema::JsonTree::parse(shown(value)))
                                       : shown(value);
    // What is being typed stays as it is typed.
    const QString now = qs(text);
    const bool textIsNew = now != m_text && !sameSpelling(text, m_text.toStdString());
    if (textIsNew || m_text.isEmpty())
        m_text = now;
    check(m_text.toStdString());
    m_hasForm = tree
        && !schema::readForm(m_place.type.toStdString(), m_place.key.toStdString(), *tree).empty();
    const auto draftOf = [this] {
        return m_session && !m_id.isEmpty() ? m_session->config()->drafts()->find(m_id) : nullptr;
    };
    const auto *begun = draftOf();
    m_form->setFresh(begun && !begun->base); // there is none of it yet
    m_form->show(m_place.type, m_place.key, m_hasForm ? value : std::string(),
        [this](const std::string &type) {
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
        });
    const auto *draft = draftOf();
    m_diff->show(draft ? draft->base.value_or(std::string()) : value,
        draft ? draft->text.value_or(std::string()) : value);
    m_versions->show(m_session, m_id);
    emit textChanged();
    emit changed();
}

/// Fault and cautions of what stands in the editor.
void ConfigEditor::check(const std::string &text)
{
    m_fault.clear();
    m_faultAt = -1;
    m_faultLine = 0;
    m_marks.clear();
    m_caution.clear();
    if (!m_session || m_id.isEmpty() || m_tooLarge)
        return;
    const auto tree = schema::JsonTree::parse(text);
    if (!tree) {
        const auto &fault = tree.error();
        m_faultLine = fault.line;
        m_faultAt = int(QString::fromUtf8(text.data(), qsizetype(fault.offset)).size());
        m_fault =
            tr("Line %1, column %2: %3")
                .arg(QString::number(fault.line), QString::number(fault.column), qs(fault.message));
        return;
    }
    if (m_place.type == QLatin1String("flow-blueprint"))
        return checkBlueprint(text);
    QStringList words;
    if (rules::ownedByFlows(m_place.type.toStdString()))
        words.append(
            tr("The flow service writes these entries. An edit here starts and stops nothing."));
    const auto issues = rules::issuesOf(m_session->config()->entries(m_place.workspace),
        m_place.type.toStdString(), m_place.key.toStdString(), text);
    for (const auto &issue : issues)
        words.append(issue.path.empty()
                ? configIssueText(issue.message)
                : tr("%1 %2").arg(configFieldLabel(issue.path), configIssueText(issue.message)));
    m_caution = words.join(QStringLiteral(" · "));
}

/// The first fault at its place; the rest as marks and words.
void ConfigEditor::checkBlueprint(const std::string &text)
{
    constexpr qsizetype most = 3;
    using Severity = rules::BlueprintIssue::Severity;
    QStringList words;
    const auto issues =
        rules::checkBlueprint(text, m_session->config()->parameterTypes(m_place.workspace));
    for (const auto &issue : issues) {
        const QString said =
            blueprintwords::atPlace(text, issue.begin, blueprintwords::issueText(issue));
        if (issue.severity == Severity::Fault && m_fault.isEmpty()) {
            m_fault = said;
            m_faultAt = blueprintwords::characterOf(text, issue.begin);
            m_faultLine =
                int(std::count(text.begin(), text.begin() + std::ptrdiff_t(issue.begin), '\n')) + 1;
        } else if (issue.severity != Severity::Note) {
            m_marks.append(blueprintwords::characterOf(text, issue.begin));
            words.append(said);
        }
    }
    if (words.size() > most)
        words = words.mid(0, most) << tr("%1 more").arg(format::count(words.size() - most));
    m_caution = words.join(QStringLiteral(" · "));
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
    read();
}

void ConfigEditor::edit(const QString &text)
{
    if (text == m_text || !textFrozen().isEmpty())
        return;
    if (m_fromForm)
        return settle(); // it was typed into a text that the form has changed: that one is shown
    m_text = text;
    if (text.size() <= largeText)
        return take(text.toStdString());
    settleLater();
}

void ConfigEditor::takeForm(const std::string &text)
{
    if (!frozen().isEmpty())
        return;
    if (!m_fromForm)
        settle(); // what was typed into the text before
    m_fromForm = text;
    settleLater();
    if (qsizetype(text.size()) <= largeText)
        settle();
}

void ConfigEditor::settleLater()
{
    if (!m_pause.isActive())
        m_typingSince.start();
    m_pause.start(int(std::clamp<qint64>(longestPauseMs - m_typingSince.elapsed(), 0, pauseMs)));
}

void ConfigEditor::settle()
{
    if (!m_pause.isActive() && !m_typingSince.isValid())
        return;
    m_pause.stop();
    m_typingSince.invalidate();
    const auto fromForm = std::exchange(m_fromForm, std::nullopt);
    keep(fromForm ? *fromForm : m_text.toStdString()); // it was typed while that was allowed
}

void ConfigEditor::take(const std::string &text)
{
    if (frozen().isEmpty())
        keep(text);
}

void ConfigEditor::keep(const std::string &text)
{
    if (!m_session || m_id.isEmpty())
        return;
    const ConfigRow *row = m_session->config()->find(m_id);
    // Other white space is no edit.
    const bool asIs = row && row->exists && (text == row->value || sameSpelling(text, row->value));
    m_session->config()->drafts()->edit(m_id, asIs ? row->value : text);
}

void ConfigEditor::discard()
{
    if (!m_session)
        return;
    m_pause.stop();
    const bool unsettled = std::exchange(m_typingSince, QElapsedTimer()).isValid();
    m_fromForm.reset();
    m_text.clear();
    m_session->config()->drafts()->discard(m_id);
    if (unsettled)
        read(); // there may have been no draft yet
}

void ConfigEditor::tidy()
{
    settle();
    const auto tree = schema::JsonTree::parse(m_text.toStdString());
    if (!tree || !textFrozen().isEmpty())
        return;
    m_text = qs(schema::indented(*tree));
    take(m_text.toStdString());
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
