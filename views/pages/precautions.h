// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QStringList>

/// What dialogs that destroy or create something ask and say beforehand. GUI thread.
namespace signalbox {
class Session;
}

namespace signalbox::precautions {

/// Whether what destroys something asks for its name: on a protected connection, and wherever the
/// far end takes changes only with a lease. What takes messages or queues away asks everywhere.
bool namesAreTyped(const Session *session);
/// What a plan over all live flows cannot know while these workspaces are not served; one line or
/// none.
QStringList unservedText(const QStringList &workspaces);
/// The same while these hold flows whose record could not be read.
QStringList unreadText(const QStringList &workspaces);

} // namespace signalbox::precautions
