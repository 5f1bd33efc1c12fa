// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Signalbox
import Signalbox.Controls
import Signalbox.Models
import Signalbox.Pages

// What can be set about a connection.
Flickable {
    id: root

    required property ConnectionForm form
    required property ConnectionList connections
    readonly property var environments: ["development", "staging", "production"]
    readonly property bool byPassword: form.signIn === SignIn.Password
    readonly property bool byProvider: form.signIn === SignIn.OpenId
    readonly property bool hasBroker: !form.builtIn && form.brokerKind.length > 0
    readonly property bool hasPulsar: form.brokerKind === "pulsar"
    readonly property bool hasSecret: form.signIn === SignIn.ApiKey || byPassword
    readonly property var keeps: byPassword ? [SignIn.Nowhere, SignIn.Window, SignIn.Keychain] : [SignIn.Window, SignIn.Keychain]

    signal entered

    function focusFirst(): void {
        nameField.forceActiveFocus();
    }
    function focusSecret(): void {
        if (root.byPassword && root.form.user.length === 0)
            userField.forceActiveFocus();
        else
            secretField.forceActiveFocus();
    }
    function load(): void {
        nameField.text = root.form.name;
        groupField.text = root.form.group;
        urlField.text = root.form.url;
        userField.text = root.form.user;
        secretField.text = root.form.secret;
        caField.text = root.form.caFile;
        certificateField.text = root.form.certificateFile;
        keyField.text = root.form.keyFile;
        brokerUrlField.text = root.form.brokerUrl;
        brokerUserField.text = root.form.brokerUser;
        brokerSecretField.text = root.form.brokerSecret;
        brokerVhostField.text = root.form.brokerVhost;
        brokerAmqpField.text = root.form.brokerAmqp;
        brokerCaField.text = root.form.brokerCa;
        brokerCertificateField.text = root.form.brokerCertificate;
        brokerKeyField.text = root.form.brokerKeyFile;
        passphraseField.text = root.form.passphrase;
        issuerField.text = root.form.issuer;
        clientField.text = root.form.clientId;
        audienceField.text = root.form.audience;
        scopesField.text = root.form.scopes;
        flowLogsField.text = root.form.flowLogs;
        processorLogsField.text = root.form.processorLogs;
        queueLogsField.text = root.form.queueLogs;
    }
    // What has the keys is seen.
    function reveal(item: Item): void {
        if (!item || !root.visible)
            return;
        const top = item.mapToItem(root.contentItem, 0, 0).y;
        if (top < 0 || top > root.contentHeight)
            return;
        if (top - 24 < root.contentY)
            root.contentY = Math.max(0, top - 24);
        else if (top + item.height + 24 > root.contentY + root.height)
            root.contentY = Math.min(root.contentHeight - root.height, top + item.height + 24 - root.height);
    }

    clip: true
    contentWidth: width
    contentHeight: column.implicitHeight + 32
    boundsBehavior: Flickable.StopAtBounds
    T.ScrollBar.vertical: ScrollBar {}
    Component.onCompleted: load()
    Connections {
        target: root.form
        function onLoaded(): void {
            root.load();
            root.contentY = 0;
        }
    }
    Connections {
        target: root.Window.window
        function onActiveFocusItemChanged(): void {
            root.reveal(root.Window.window.activeFocusItem);
        }
    }

    ColumnLayout {
        id: column
        x: 16
        y: 12
        width: root.width - 32
        spacing: 10
        FormRow {
            Layout.fillWidth: true
            caption: qsTr("Name")
            fault: root.form.nameFault
            TextField {
                id: nameField
                Layout.fillWidth: true
                name: qsTr("Name")
                placeholderText: qsTr("rail-eu staging")
                fault: root.form.nameFault
                onTextEdited: root.form.name = text
            }
            TextField {
                id: groupField
                Layout.preferredWidth: 150
                name: qsTr("Group")
                placeholderText: qsTr("group, if any")
                onTextEdited: root.form.group = text
            }
        }
        FormRow {
            Layout.fillWidth: true
            caption: qsTr("Address")
            help: root.form.urlHint
            fault: root.form.urlFault
            TextField {
                id: urlField
                Layout.fillWidth: true
                mono: true
                name: qsTr("Address")
                placeholderText: qsTr("https://gateway.example.org")
                fault: root.form.urlFault
                onTextEdited: root.form.url = text
            }
        }
        FormRow {
            Layout.fillWidth: true
            caption: qsTr("Sign-in")
            help: root.form.signIn === SignIn.Anonymous ? qsTr("For back ends that ask nobody who comes. The frame says so.") : root.byProvider ? qsTr("In the browser, at whoever knows you there; nothing of it is written to disk.") : ""
            ComboBox {
                name: qsTr("Sign-in")
                readonly property var kinds: [SignIn.ApiKey, SignIn.Password, SignIn.Anonymous, SignIn.OpenId]
                model: [qsTr("API key"), qsTr("User and password"), qsTr("Nobody (anonymous)"), qsTr("OpenID Connect")]
                currentIndex: kinds.indexOf(root.form.signIn)
                onActivated: index => {
                    root.form.signIn = kinds[index];
                    secretField.text = "";
                }
            }
        }
        FormRow {
            visible: root.byPassword
            Layout.fillWidth: true
            caption: qsTr("User")
            TextField {
                id: userField
                Layout.fillWidth: true
                name: qsTr("User")
                onTextEdited: root.form.user = text
            }
        }
        FormRow {
            visible: root.byProvider
            Layout.fillWidth: true
            caption: qsTr("Provider")
            fault: root.form.issuerFault
            TextField {
                id: issuerField
                Layout.fillWidth: true
                mono: true
                name: qsTr("Address of the provider")
                placeholderText: qsTr("https://id.example.org")
                fault: root.form.issuerFault
                onTextEdited: root.form.issuer = text
            }
        }
        FormRow {
            visible: root.byProvider
            Layout.fillWidth: true
            caption: qsTr("Client ID")
            help: qsTr("Redirect address there: http://127.0.0.1/signed-in, for a native application without a secret.")
            fault: root.form.clientIdFault
            TextField {
                id: clientField
                Layout.fillWidth: true
                mono: true
                name: qsTr("Client ID")
                placeholderText: qsTr("signalbox")
                fault: root.form.clientIdFault
                onTextEdited: root.form.clientId = text
            }
        }
        FormRow {
            visible: root.byProvider
            Layout.fillWidth: true
            caption: qsTr("Audience")
            help: qsTr("Whom the gateway wants tokens to be meant for.")
            TextField {
                id: audienceField
                Layout.fillWidth: true
                mono: true
                name: qsTr("Audience")
                placeholderText: qsTr("as the provider decides")
                onTextEdited: root.form.audience = text
            }
        }
        FormRow {
            visible: root.byProvider
            Layout.fillWidth: true
            caption: qsTr("Scopes")
            TextField {
                id: scopesField
                Layout.fillWidth: true
                mono: true
                name: qsTr("Scopes")
                placeholderText: "openid profile offline_access"
                onTextEdited: root.form.scopes = text
            }
        }
        FormRow {
            visible: root.hasSecret
            Layout.fillWidth: true
            caption: root.byPassword ? qsTr("Password") : qsTr("API key")
            TextField {
                id: secretField
                Layout.fillWidth: true
                mono: true
                name: root.byPassword ? qsTr("Password") : qsTr("API key")
                echoMode: TextInput.Password
                inputMethodHints: Qt.ImhSensitiveData | Qt.ImhHiddenText | Qt.ImhNoPredictiveText | Qt.ImhNoAutoUppercase
                Keys.onReturnPressed: root.entered()
                Keys.onEnterPressed: root.entered()
                placeholderText: root.form.secretHint
                onTextEdited: root.form.secret = text
            }
        }
        FormRow {
            visible: root.hasSecret
            Layout.fillWidth: true
            caption: qsTr("Kept")
            help: root.form.keepHint
            ComboBox {
                name: qsTr("Kept")
                model: root.keeps.map(keep => keep === SignIn.Keychain ? qsTr("in the keychain") : keep === SignIn.Window ? qsTr("until the window closes") : qsTr("nowhere"))
                currentIndex: root.keeps.indexOf(root.form.keep)
                onActivated: index => root.form.keep = root.keeps[index]
            }
        }
        FormRow {
            Layout.fillWidth: true
            caption: qsTr("Environment")
            ComboBox {
                name: qsTr("Environment")
                model: [qsTr("Development"), qsTr("Staging"), qsTr("Production")]
                currentIndex: Math.max(0, root.environments.indexOf(root.form.environment))
                onActivated: index => {
                    root.form.environment = root.environments[index];
                    root.form.protectedConnection = index === 2; // can be unticked
                }
            }
            EnvironmentTag {
                environment: root.form.environment
            }
        }
        FormRow {
            Layout.fillWidth: true
            caption: qsTr("Safety")
            CheckBox {
                text: qsTr("Protected: opens read-only; a change needs a lease")
                checked: root.form.protectedConnection
                onToggled: root.form.protectedConnection = checked
            }
        }
        FormRow {
            Layout.fillWidth: true
            caption: ""
            CheckBox {
                text: qsTr("Read-only: every change is refused")
                checked: root.form.readOnly
                onToggled: root.form.readOnly = checked
            }
        }
        SectionTitle {
            Layout.fillWidth: true
            Layout.topMargin: 6
            text: qsTr("Links to logs")
            remark: qsTr("{workspace} {flow} {processor} {queue} are filled in")
        }
        FormRow {
            Layout.fillWidth: true
            caption: qsTr("Of a flow")
            fault: root.form.flowLogsFault
            TextField {
                id: flowLogsField
                Layout.fillWidth: true
                mono: true
                name: qsTr("Logs: of a flow")
                placeholderText: "https://logs.example.org/{workspace}/{flow}"
                fault: root.form.flowLogsFault
                onTextEdited: root.form.flowLogs = text
            }
        }
        FormRow {
            Layout.fillWidth: true
            caption: qsTr("Of a processor")
            fault: root.form.processorLogsFault
            TextField {
                id: processorLogsField
                Layout.fillWidth: true
                mono: true
                name: qsTr("Logs: of a processor")
                placeholderText: "https://logs.example.org/{workspace}/{processor}"
                fault: root.form.processorLogsFault
                onTextEdited: root.form.processorLogs = text
            }
        }
        FormRow {
            Layout.fillWidth: true
            caption: qsTr("Of a queue")
            fault: root.form.queueLogsFault
            TextField {
                id: queueLogsField
                Layout.fillWidth: true
                mono: true
                name: qsTr("Logs: of a queue")
                placeholderText: "https://logs.example.org/search?q={queue}"
                fault: root.form.queueLogsFault
                onTextEdited: root.form.queueLogs = text
            }
        }
        SectionTitle {
            visible: root.form.secure
            Layout.fillWidth: true
            Layout.topMargin: 6
            text: qsTr("Certificates")
            remark: qsTr("PEM files; seldom needed")
        }
        FormRow {
            visible: root.form.secure && root.form.acceptedCertificate.length > 0
            Layout.fillWidth: true
            caption: qsTr("Taken all the same")
            Label {
                Layout.fillWidth: true
                text: root.form.acceptedCertificate.substring(0, 32) + "…"
                mono: true
                color: Theme.danger
                elide: Text.ElideMiddle
                Accessible.name: qsTr("A certificate is taken whatever is wrong with it: %1").arg(root.form.acceptedCertificate)
            }
            Button {
                text: qsTr("No longer")
                onTriggered: root.form.refuse()
            }
        }
        FormRow {
            visible: root.form.secure
            Layout.fillWidth: true
            caption: qsTr("Authority")
            help: root.form.caFile.length > 0 ? qsTr("Only what this authority signed is taken.") : ""
            TextField {
                id: caField
                Layout.fillWidth: true
                mono: true
                name: qsTr("Authority file")
                placeholderText: qsTr("those this machine knows")
                onTextEdited: root.form.caFile = text
            }
            FileButton {
                field: caField
                onChosen: path => root.form.caFile = path
            }
        }
        FormRow {
            visible: root.form.secure
            Layout.fillWidth: true
            caption: qsTr("Own certificate")
            TextField {
                id: certificateField
                Layout.fillWidth: true
                mono: true
                name: qsTr("Own certificate file")
                placeholderText: qsTr("none")
                onTextEdited: root.form.certificateFile = text
            }
            FileButton {
                field: certificateField
                onChosen: path => root.form.certificateFile = path
            }
        }
        FormRow {
            visible: root.form.secure && root.form.certificateFile.length > 0
            Layout.fillWidth: true
            caption: qsTr("Its key")
            help: qsTr("A file can also be dropped on its field.")
            TextField {
                id: keyField
                Layout.fillWidth: true
                mono: true
                name: qsTr("Key file")
                placeholderText: qsTr("in the same file")
                onTextEdited: root.form.keyFile = text
            }
            FileButton {
                field: keyField
                onChosen: path => root.form.keyFile = path
            }
            TextField {
                id: passphraseField
                Layout.preferredWidth: 150
                mono: true
                name: qsTr("Passphrase of the key")
                placeholderText: qsTr("passphrase, if any")
                echoMode: TextInput.Password
                inputMethodHints: Qt.ImhSensitiveData | Qt.ImhHiddenText | Qt.ImhNoPredictiveText | Qt.ImhNoAutoUppercase
                onTextEdited: root.form.passphrase = text
            }
        }
        SectionTitle {
            visible: !root.form.builtIn
            Layout.fillWidth: true
            Layout.topMargin: 6
            text: qsTr("Broker")
            remark: qsTr("a second address; tells queues sooner and more of them")
        }
        FormRow {
            visible: !root.form.builtIn
            Layout.fillWidth: true
            caption: qsTr("Kind")
            help: root.hasPulsar ? qsTr("Its queues are read, topic by topic every 15 s; messages cannot be listened to there. Tried against the documented answers only, never against a Pulsar.") : ""
            ComboBox {
                name: qsTr("Kind of broker")
                readonly property var kinds: ["", "rabbitmq", "pulsar"]
                model: [qsTr("None"), qsTr("RabbitMQ management"), qsTr("Pulsar admin REST")]
                currentIndex: Math.max(0, kinds.indexOf(root.form.brokerKind))
                onActivated: index => root.form.brokerKind = kinds[index]
            }
        }
        FormRow {
            visible: root.hasBroker
            Layout.fillWidth: true
            caption: qsTr("Its address")
            fault: root.form.brokerUrlFault
            TextField {
                id: brokerUrlField
                Layout.fillWidth: true
                mono: true
                name: qsTr("Address of the broker")
                placeholderText: root.hasPulsar ? "http://127.0.0.1:8080" : "http://127.0.0.1:15672"
                fault: root.form.brokerUrlFault
                onTextEdited: root.form.brokerUrl = text
            }
        }
        FormRow {
            visible: root.hasBroker && !root.hasPulsar
            Layout.fillWidth: true
            caption: qsTr("Its user")
            TextField {
                id: brokerUserField
                Layout.fillWidth: true
                name: qsTr("User at the broker")
                placeholderText: qsTr("a user with the tag “monitoring”")
                onTextEdited: root.form.brokerUser = text
            }
            TextField {
                id: brokerVhostField
                Layout.preferredWidth: 150
                mono: true
                name: qsTr("Virtual host")
                placeholderText: "/"
                onTextEdited: root.form.brokerVhost = text
            }
        }
        FormRow {
            visible: root.hasBroker
            Layout.fillWidth: true
            caption: root.hasPulsar ? qsTr("Its token") : qsTr("Its password")
            help: qsTr("Kept where the connection's own is; nowhere means until the window closes.")
            TextField {
                id: brokerSecretField
                Layout.fillWidth: true
                mono: true
                name: root.hasPulsar ? qsTr("Token for the broker") : qsTr("Password at the broker")
                placeholderText: root.form.brokerSecretHint
                echoMode: TextInput.Password
                inputMethodHints: Qt.ImhSensitiveData | Qt.ImhHiddenText | Qt.ImhNoPredictiveText | Qt.ImhNoAutoUppercase
                onTextEdited: root.form.brokerSecret = text
            }
        }
        FormRow {
            visible: root.hasBroker && !root.hasPulsar
            Layout.fillWidth: true
            caption: qsTr("AMQP")
            fault: root.form.brokerAmqpFault
            TextField {
                id: brokerAmqpField
                Layout.fillWidth: true
                mono: true
                name: qsTr("AMQP address")
                placeholderText: qsTr("as the broker tells; for listening to queues")
                fault: root.form.brokerAmqpFault
                onTextEdited: root.form.brokerAmqp = text
            }
        }
        FormRow {
            visible: root.hasBroker && root.form.brokerSecure
            Layout.fillWidth: true
            caption: qsTr("Its authority")
            TextField {
                id: brokerCaField
                Layout.fillWidth: true
                mono: true
                name: qsTr("Authority file of the broker")
                placeholderText: qsTr("those this machine knows")
                onTextEdited: root.form.brokerCa = text
            }
        }
        FormRow {
            visible: root.hasBroker && root.form.brokerSecure
            Layout.fillWidth: true
            caption: qsTr("Certificate")
            TextField {
                id: brokerCertificateField
                Layout.fillWidth: true
                mono: true
                name: qsTr("Own certificate file for the broker")
                placeholderText: qsTr("none")
                onTextEdited: root.form.brokerCertificate = text
            }
            TextField {
                id: brokerKeyField
                Layout.preferredWidth: 150
                mono: true
                name: qsTr("Key file for the broker")
                placeholderText: qsTr("key, if elsewhere")
                onTextEdited: root.form.brokerKeyFile = text
            }
        }
    }
}
