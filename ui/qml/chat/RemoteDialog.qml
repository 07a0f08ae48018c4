// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// Adds a server, or changes one: its address and key, then one of the models that it has.
AppDialog {
    id: dialog

    property string engineId // empty: a new one
    property string model
    readonly property var served: Remotes.served
    readonly property bool reached: served.length > 0
    // Saved, and there is something to know about it.
    readonly property bool inFile: Remotes.whyNoKeychain.length > 0
    signal saved(string path)

    function begin(id: string, name: string, address: string, modelId: string) {
        Remotes.beginForm();
        engineId = id;
        nameField.text = name;
        addressField.text = address;
        keyField.clear();
        model = modelId;
        open();
        addressField.forceActiveFocus(Qt.PopupFocusReason);
    }
    function check() {
        if (addressField.text.trim().length > 0 && !Remotes.checking)
            Remotes.check(addressField.text, keyField.text);
    }

    objectName: "remoteDialog"
    title: engineId.length > 0 ? qsTr("Remote engine") : qsTr("Add a remote engine")
    onClosed: {
        keyField.clear();
        Remotes.beginForm();
    }

    Connections {
        target: Remotes
        enabled: dialog.opened
        function onSaved(path: string) {
            dialog.saved(path);
            if (!dialog.inFile)
                dialog.close();
        }
        function onFormChanged() {
            if (dialog.reached && !dialog.served.includes(dialog.model))
                dialog.model = dialog.served[0];
        }
    }
    AppText {
        Layout.fillWidth: true
        visible: !dialog.inFile
        text: qsTr("Any server that speaks OpenAI's protocol: llama-server, vLLM, SGLang, TGI, LM Studio, "
            + "Ollama. What you write is sent there.")
        size: Theme.small
        color: Theme.muted
        wrapMode: Text.Wrap
    }
    FormField {
        id: addressRow
        Layout.fillWidth: true
        visible: !dialog.inFile
        label: qsTr("Address")
        AppTextField {
            id: addressField
            objectName: "remoteAddress"
            Layout.fillWidth: true
            placeholderText: "http://192.168.1.20:8000"
            inputMethodHints: Qt.ImhUrlCharactersOnly | Qt.ImhNoPredictiveText
            Accessible.name: addressRow.label
            onTextEdited: Remotes.beginForm()
            onAccepted: dialog.check()
        }
    }
    FormField {
        id: keyRow
        Layout.fillWidth: true
        visible: !dialog.inFile
        label: qsTr("API key")
        AppTextField {
            id: keyField
            objectName: "remoteKey"
            Layout.fillWidth: true
            echoMode: TextInput.Password
            inputMethodHints: Qt.ImhSensitiveData | Qt.ImhNoPredictiveText | Qt.ImhNoAutoUppercase
            placeholderText: dialog.engineId.length > 0 ? qsTr("Only to replace the one that is kept")
                : qsTr("If the server wants one")
            Accessible.name: keyRow.label
            onTextEdited: Remotes.beginForm()
            onAccepted: dialog.check()
        }
    }
    FormField {
        id: modelRow
        Layout.fillWidth: true
        visible: dialog.reached && !dialog.inFile
        label: qsTr("Model")
        ChoiceButton {
            objectName: "remoteModel"
            Layout.fillWidth: true
            compact: false
            plain: false
            leading: true
            choices: dialog.served.map(id => ({
                        "key": id,
                        "words": id
                    }))
            current: dialog.model
            Accessible.name: modelRow.label + ", " + dialog.model
            onChosen: key => dialog.model = key
        }
    }
    FormField {
        id: nameRow
        Layout.fillWidth: true
        visible: dialog.reached && !dialog.inFile
        label: qsTr("Name")
        AppTextField {
            id: nameField
            objectName: "remoteName"
            Layout.fillWidth: true
            maximumLength: 60
            placeholderText: qsTr("The server's address, if you give none")
            Accessible.name: nameRow.label
            onAccepted: if (save.enabled)
                save.clicked()
        }
    }
    AppText {
        objectName: "remoteServedBy"
        Layout.fillWidth: true
        visible: text.length > 0 && !dialog.inFile
        text: Remotes.checking ? qsTr("Asking the server…") : Remotes.servedBy
        size: Theme.small
        color: Theme.muted
        wrapMode: Text.Wrap
    }
    Banner {
        objectName: "remoteWarning"
        Layout.fillWidth: true
        visible: Remotes.warning.length > 0 && !dialog.inFile
        kind: "partly"
        title: Remotes.warning
    }
    Banner {
        objectName: "remoteProblem"
        Layout.fillWidth: true
        visible: Remotes.problem.present
        title: Remotes.problem.message
        body: Remotes.problem.hint
        details: Remotes.problem.details
        onCopied: text => Chat.copyText(text)
    }
    Banner {
        objectName: "remoteKeyBanner"
        Layout.fillWidth: true
        visible: dialog.inFile
        kind: "partly"
        title: qsTr("No keychain took the key")
        body: qsTr("It lies in a file instead, which programs that run under your name can read.")
        details: Remotes.whyNoKeychain
        onCopied: text => Chat.copyText(text)
    }
    RowLayout {
        Layout.alignment: Qt.AlignRight
        spacing: Theme.space2
        AppButton {
            objectName: "remoteCancel"
            text: dialog.inFile ? qsTr("Close") : qsTr("Cancel")
            onClicked: dialog.close()
        }
        AppButton {
            objectName: "remoteCheck"
            visible: !dialog.reached && !dialog.inFile
            kind: "primary"
            text: qsTr("Connect")
            enabled: addressField.text.trim().length > 0 && !Remotes.checking
            onClicked: dialog.check()
        }
        AppButton {
            id: save
            objectName: "remoteSave"
            visible: dialog.reached && !dialog.inFile
            kind: "primary"
            text: dialog.engineId.length > 0 ? qsTr("Save") : qsTr("Add")
            enabled: dialog.model.length > 0 && !Remotes.saving
            onClicked: Remotes.save(dialog.engineId, nameField.text, addressField.text, dialog.model,
                keyField.text)
        }
    }
}
