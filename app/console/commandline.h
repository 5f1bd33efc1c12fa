// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/console/renderer.h"
#include "models/schema/expected.h"

#include <QString>
#include <QStringList>

namespace signalbox {

/// What the program was asked to do. Empty means: as the last time.
struct CommandLine {
    QString connection; ///< name of a saved one
    QString url;
    QString apiKey; ///< read from --api-key-file; never from the command line, which others can see
    QString workspace;
    bool workspaceGiven = false; ///< "" given means all
    QString page;
    QString profile; ///< folder, absolute
    QString link; ///< signalbox://…
    QString tour; ///< folder for pictures, absolute
    Renderer renderer = Renderer::Auto;
    bool readOnly = false;
    bool help = false;
    bool version = false;
};

/// `arguments` without the program's name. An error is one sentence for standard error. Reads the
/// key file.
Expected<CommandLine, QString> parseCommandLine(const QStringList &arguments);
QString commandLineHelp();
/// One line for the window that is open already (URL query of the fields that it can still follow,
/// the key among them: only this user reads the socket), and what it says.
QString handOverText(const CommandLine &line);
CommandLine handedOver(const QString &text);
/// Where settings live when --profile is not given.
QString defaultProfile();

} // namespace signalbox
