// SPDX-License-Identifier: GPL-3.0-only
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Signalbox.Controls
import Signalbox.Pages

// The fields of an AccessForm, as its kind wants them.
ColumnLayout {
    id: root

    required property AccessForm form
    readonly property bool user: form.kind === AccessForm.NewUser || form.kind === AccessForm.EditUser
    readonly property bool workspace: form.kind === AccessForm.NewWorkspace || form.kind === AccessForm.EditWorkspace
    readonly property bool password: form.kind === AccessForm.ChangePassword || (form.kind === AccessForm.NewUser && !form.generate)

    function placeOf(texts: var, text: string): int {
        for (let i = 0; i < texts.length; ++i)
            if (texts[i] === text)
                return i;
        return -1;
    }
    // Texts are set once and then follow the hand alone.
    function load(): void {
        nameField.text = root.form.name;
        fullNameField.text = root.form.fullName;
        emailField.text = root.form.email;
        otherRolesField.text = root.form.otherRoles;
        currentField.text = "";
        passwordField.text = "";
        repeatedField.text = "";
        untilField.text = root.form.until;
    }
    function focusFirst(): void {
        const first = root.form.kind === AccessForm.ChangePassword ? currentField : root.form.nameFixed ? fullNameField : nameField;
        first.forceActiveFocus();
    }

    spacing: 12
    FormRow {
        Layout.fillWidth: true
        visible: root.form.kind !== AccessForm.ChangePassword && !root.form.nameFixed
        caption: root.workspace ? qsTr("Id *") : root.user ? qsTr("User name *") : qsTr("Name *")
        fault: root.form.nameFault
        help: root.form.kind === AccessForm.NewKey ? qsTr("what the key is for, e.g. the program that uses it") : ""
        TextField {
            id: nameField
            Layout.fillWidth: true
            name: root.workspace ? qsTr("Id") : root.user ? qsTr("User name") : qsTr("Name")
            mono: root.workspace
            fault: root.form.nameFault
            onTextEdited: root.form.name = text
        }
    }
    FormRow {
        Layout.fillWidth: true
        visible: root.user || root.workspace
        caption: root.workspace ? qsTr("Name") : qsTr("Full name")
        help: root.form.keepNote
        TextField {
            id: fullNameField
            Layout.fillWidth: true
            name: root.workspace ? qsTr("Name") : qsTr("Full name")
            onTextEdited: root.form.fullName = text
        }
    }
    FormRow {
        Layout.fillWidth: true
        visible: root.user
        caption: qsTr("E-mail")
        help: root.form.keepNote
        TextField {
            id: emailField
            Layout.fillWidth: true
            name: qsTr("E-mail")
            onTextEdited: root.form.email = text
        }
    }
    FormRow {
        Layout.fillWidth: true
        visible: root.form.kind === AccessForm.NewUser
        caption: qsTr("Home workspace *")
        help: qsTr("roles other than admin reach no other workspace; it cannot be changed later")
        ComboBox {
            Layout.fillWidth: true
            name: qsTr("Home workspace")
            model: root.form.homes
            currentIndex: root.placeOf(root.form.homes, root.form.home)
            onActivated: index => root.form.home = root.form.homes[index]
        }
    }
    FormRow {
        Layout.fillWidth: true
        visible: root.user
        caption: qsTr("Roles")
        help: root.form.reach
        Repeater {
            model: root.form.knownRoles
            CheckBox {
                required property string modelData
                text: modelData
                checked: root.placeOf(root.form.roles, modelData) >= 0
                onToggled: root.form.setRole(modelData, checked)
            }
        }
        TextField {
            id: otherRolesField
            Layout.fillWidth: true
            name: qsTr("Other roles")
            placeholderText: qsTr("other roles")
            onTextEdited: root.form.otherRoles = text
        }
    }
    FormRow {
        Layout.fillWidth: true
        visible: root.form.kind === AccessForm.NewUser
        caption: qsTr("Password")
        Switch {
            text: qsTr("make one and show it once")
            checked: root.form.generate
            onToggled: root.form.generate = checked
        }
    }
    FormRow {
        Layout.fillWidth: true
        visible: root.form.kind === AccessForm.ChangePassword
        caption: qsTr("Present password")
        TextField {
            id: currentField
            Layout.fillWidth: true
            name: qsTr("Present password")
            echoMode: TextInput.Password
            onTextEdited: root.form.currentPassword = text
        }
    }
    FormRow {
        Layout.fillWidth: true
        visible: root.password
        caption: qsTr("New password")
        TextField {
            id: passwordField
            Layout.fillWidth: true
            name: qsTr("New password")
            echoMode: TextInput.Password
            onTextEdited: root.form.password = text
        }
    }
    FormRow {
        Layout.fillWidth: true
        visible: root.password
        caption: qsTr("Once more")
        fault: root.form.passwordFault
        TextField {
            id: repeatedField
            Layout.fillWidth: true
            name: qsTr("New password once more")
            fault: root.form.passwordFault
            echoMode: TextInput.Password
            onTextEdited: root.form.repeated = text
        }
    }
    FormRow {
        Layout.fillWidth: true
        visible: root.user
        caption: qsTr("Sign-in")
        Switch {
            text: qsTr("should change the password")
            checked: root.form.mustChange
            onToggled: root.form.mustChange = checked
        }
    }
    FormRow {
        Layout.fillWidth: true
        visible: root.form.kind === AccessForm.NewKey
        caption: qsTr("Good for")
        fault: root.form.untilFault
        ComboBox {
            Layout.preferredWidth: 160
            name: qsTr("Good for")
            model: [qsTr("ever"), qsTr("30 days"), qsTr("90 days"), qsTr("a year"), qsTr("until…")]
            currentIndex: root.form.lifetime
            onActivated: index => root.form.lifetime = index
        }
        TextField {
            id: untilField
            Layout.fillWidth: true
            visible: root.form.lifetime === AccessForm.Until
            name: qsTr("Until, UTC")
            placeholderText: qsTr("2027-01-31, UTC")
            mono: true
            fault: root.form.untilFault
            onTextEdited: root.form.until = text
        }
    }
}
