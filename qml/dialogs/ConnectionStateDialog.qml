// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import Signalbox.Controls
import Signalbox.Models
import Signalbox.Pages

// How the connection is, in full, and what can be done about it.
Dialog {
    id: root

    required property AppState app
    required property ConnectionList connections
    readonly property Session session: app.session

    StatusLine {
        id: line
        app: root.app
    }
    width: 600
    title: qsTr("Connection")
    subtitle: session.connectionName
    actions: [
        Button {
            text: qsTr("Connections…")
            onTriggered: {
                root.close();
                root.app.commandRequested("connections");
            }
        },
        Button {
            visible: root.connections.signsOut
            text: root.session.state === Session.Connecting ? qsTr("Give up") : qsTr("Sign out")
            onTriggered: root.app.commandRequested("sign-out")
        },
        Button {
            text: qsTr("Reconnect now")
            why: root.session.state === Session.Live || root.session.state === Session.Polling ? qsTr("it is connected") : ""
            onTriggered: root.session.reconnectNow()
        },
        Button {
            text: qsTr("Close")
            focus: true
            onTriggered: root.close()
        }
    ]
    Column {
        width: parent ? parent.width : 0
        padding: 16
        spacing: 6
        Fact {
            caption: qsTr("State")
            text: root.session.stateText
        }
        Fact {
            caption: qsTr("Address")
            mono: true
            text: root.session.url
        }
        Fact {
            caption: qsTr("On the way")
            text: root.session.insecure === "unencrypted" ? qsTr("not encrypted: everybody on the way can read it") : root.session.insecure === "unverified" ? qsTr("encrypted, but nobody knows who answers: its certificate is taken all the same") : root.session.url.startsWith("https:") ? qsTr("encrypted, certificate verified") : qsTr("stays on this machine")
        }
        Fact {
            caption: qsTr("Back end")
            text: root.session.backend
        }
        Fact {
            caption: qsTr("Changes arrive")
            text: root.session.hasEvents ? qsTr("pushed as they happen") : qsTr("asked for again and again, with an adapting interval")
        }
        Fact {
            caption: qsTr("Queue counts")
            text: root.session.queues.sourceText
        }
        Repeater {
            model: root.session.queues.sources
            SourceLine {}
        }
        Fact {
            caption: qsTr("Newest data")
            text: qsTr("%1 old").arg(root.app.ageText(root.session.ageMs))
        }
        Fact {
            caption: qsTr("Clock")
            text: root.session.ageMs < 0 ? "—" : qsTr("%1 ms ahead of the server").arg(root.session.skewMs)
        }
        Fact {
            caption: qsTr("Signed in as")
            text: root.session.role.length > 0 ? qsTr("%1 · %2").arg(root.session.user).arg(root.session.role) : root.session.user
        }
        Fact {
            caption: qsTr("Writing")
            text: root.session.readOnly ? (root.session.leases.needed ? qsTr("refused: needs a lease") : qsTr("refused: read-only")) : !line.mayChange ? qsTr("the role allows none") : root.session.leases.held ? qsTr("allowed: %1").arg(root.session.leases.scopeText) : qsTr("allowed")
        }
    }

    component SourceLine: Item {
        id: source

        required property string name
        required property int aspect
        required property string state
        required property string cost

        width: parent ? parent.width - 32 : 0
        height: Math.max(24, told.implicitHeight + 6)
        Row {
            x: 142
            spacing: 8
            Aspect {
                y: 2
                width: 14
                height: 14
                aspect: source.aspect
            }
            Label {
                id: told
                width: source.width - 142 - 22
                wrapMode: Text.WordWrap
                maximumLineCount: 3
                text: source.cost.length > 0 ? qsTr("%1: %2 · cost %3").arg(source.name).arg(source.state).arg(source.cost) : qsTr("%1: %2").arg(source.name).arg(source.state)
            }
        }
    }
    component Fact: Item {
        id: fact

        required property string caption
        property alias text: words.text
        property alias mono: words.mono

        width: parent ? parent.width - 32 : 0
        height: Math.max(24, words.implicitHeight + 6)
        Label {
            anchors.left: parent.left
            width: 130
            height: 24
            text: fact.caption
            color: Theme.muted
        }
        Label {
            id: words
            anchors.left: parent.left
            anchors.leftMargin: 142
            anchors.right: parent.right
            height: Math.max(24, implicitHeight)
            wrapMode: Text.WrapAnywhere
            maximumLineCount: 4
            Accessible.name: fact.caption + ": " + text
        }
    }
}
