// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/checksteps.h"

#include "models/stores/format.h"
#include "models/stores/table.h"

namespace signalbox {
namespace {

QString nameOf(CheckStep::Kind kind)
{
    switch (kind) {
    case CheckStep::Name:
        return CheckSteps::tr("Name");
    case CheckStep::Tcp:
        return CheckSteps::tr("Port");
    case CheckStep::Tls:
        return CheckSteps::tr("Encryption");
    case CheckStep::Era:
        return CheckSteps::tr("Back end");
    case CheckStep::SigningIn:
        return CheckSteps::tr("Sign-in");
    case CheckStep::Workspace:
        return CheckSteps::tr("Workspace");
    case CheckStep::Metrics:
        return CheckSteps::tr("Metrics");
    }
    return {};
}

QString wordOf(CheckStep::State state)
{
    switch (state) {
    case CheckStep::Waiting:
        return CheckSteps::tr("waits");
    case CheckStep::Running:
        return CheckSteps::tr("under way");
    case CheckStep::Passed:
        return CheckSteps::tr("fine");
    case CheckStep::Caution:
        return CheckSteps::tr("look at it");
    case CheckStep::Failed:
        return CheckSteps::tr("failed");
    case CheckStep::Skipped:
        return CheckSteps::tr("not needed");
    }
    return {};
}

int aspectOf(CheckStep::State state)
{
    switch (state) {
    case CheckStep::Passed:
        return int(Cell::Aspect::Clear);
    case CheckStep::Caution:
        return int(Cell::Aspect::Warning);
    case CheckStep::Failed:
        return int(Cell::Aspect::Stop);
    default:
        return int(Cell::Aspect::Unknown);
    }
}

} // namespace

CheckSteps::CheckSteps(QObject *parent)
    : QAbstractListModel(parent)
{
    clear();
}

int CheckSteps::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_steps.size());
}

QVariant CheckSteps::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const CheckStep &step = at(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return nameOf(step.kind);
    case AspectRole:
        return aspectOf(step.state);
    case StateRole:
        return step.state == CheckStep::Skipped && step.text.isEmpty() ? tr("not reached")
                                                                       : wordOf(step.state);
    case TextRole:
        return step.text;
    case AdviceRole:
        return step.advice;
    case TookRole:
        return step.micros < 0 ? QString() : format::latency(step.micros);
    default:
        return {};
    }
}

QHash<int, QByteArray> CheckSteps::roleNames() const
{
    return { { NameRole, "name" }, { AspectRole, "aspect" }, { StateRole, "stateWord" },
        { TextRole, "text" }, { AdviceRole, "advice" }, { TookRole, "took" } };
}

void CheckSteps::clear()
{
    for (int kind = 0; kind < CheckStep::kinds; ++kind)
        m_steps[size_t(kind)] = { CheckStep::Kind(kind), CheckStep::Waiting };
    emit dataChanged(index(0), index(rowCount() - 1));
}

void CheckSteps::take(const CheckStep &step)
{
    m_steps[size_t(step.kind)] = step;
    emit dataChanged(index(int(step.kind)), index(int(step.kind)));
}

bool CheckSteps::failed() const
{
    return std::any_of(m_steps.begin(), m_steps.end(),
        [](const CheckStep &step) { return step.state == CheckStep::Failed; });
}

int CheckSteps::cautions() const
{
    return int(std::count_if(m_steps.begin(), m_steps.end(),
        [](const CheckStep &step) { return step.state == CheckStep::Caution; }));
}

} // namespace signalbox
