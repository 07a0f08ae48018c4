// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// The access token for the Hub: which one is used and where it is kept, entering one, forgetting it.
SettingBlock {
    id: block

    readonly property alias field: token
    // Somebody is at work in it.
    readonly property bool used: token.activeFocus || save.activeFocus || forget.activeFocus

    // A button that worked and went would take the focus with it.
    function keepFocus(button: Item) {
        if (button.focus && visible)
            token.forceActiveFocus(Qt.OtherFocusReason);
    }

    title: qsTr("Hugging Face")
    note: Account.whereKept.length > 0 ? Account.inUse + " " + Account.whereKept : Account.inUse

    Connections {
        target: Account
        function onSaved() {
            token.clear();
            block.keepFocus(save);
        }
        function onChanged() {
            if (!Account.kept)
                block.keepFocus(forget);
        }
    }
    Banner {
        objectName: "accountBanner"
        Layout.fillWidth: true
        visible: Account.problem.present
        title: Account.problem.message
        body: Account.problem.hint
        details: Account.problem.details
        onCopied: text => Chat.copyText(text)
    }
    Banner {
        objectName: "keychainBanner"
        Layout.fillWidth: true
        visible: Account.whyNoKeychain.length > 0
        kind: "partly"
        title: qsTr("No keychain took the token")
        body: qsTr("It lies in a file instead, which programs that run under your name can read.")
        details: Account.whyNoKeychain
        onCopied: text => Chat.copyText(text)
    }
    AppText {
        text: qsTr("Access token for %1").arg(Account.host)
        size: Theme.small
        visible: Account.host.length > 0
    }
    RowLayout {
        Layout.fillWidth: true
        visible: Account.host.length > 0
        spacing: Theme.space2
        AppTextField {
            id: token
            objectName: "tokenField"
            Layout.fillWidth: true
            enabled: !Account.busy
            echoMode: TextInput.Password
            inputMethodHints: Qt.ImhSensitiveData | Qt.ImhNoPredictiveText | Qt.ImhNoAutoUppercase
            placeholderText: Account.kept ? qsTr("Paste another one to replace it") : qsTr("Paste it here")
            Accessible.name: qsTr("Access token for %1").arg(Account.host)
            onAccepted: if (save.enabled)
                save.clicked()
        }
        AppButton {
            id: save
            objectName: "saveToken"
            text: qsTr("Save")
            enabled: !Account.busy && token.text.trim().length > 0
            onClicked: Account.save(token.text)
        }
        AppButton {
            id: forget
            objectName: "forgetToken"
            visible: Account.kept
            text: qsTr("Forget")
            enabled: !Account.busy
            onClicked: Account.forget()
        }
    }
    AppButton {
        objectName: "openTokensPage"
        visible: Account.tokensPage.length > 0
        Layout.leftMargin: -leftPadding // its icon stands under the field's edge
        kind: "quiet"
        compact: true
        iconName: "external-link"
        text: qsTr("Make a token in the browser")
        onClicked: Qt.openUrlExternally(Account.tokensPage)
    }
}
