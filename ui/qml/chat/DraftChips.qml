// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Layouts
import Snug

// What is attached to the message that is being written, and why the last thing was not.
ColumnLayout {
    id: area

    readonly property bool filled: Chat.attachments.count > 0 || Chat.attachments.reading
        || Chat.attachments.problem.present
    signal textWanted(string text)
    signal focusLost // nothing here has the focus any more

    spacing: Theme.space2
    Flow {
        Layout.fillWidth: true
        visible: Chat.attachments.count > 0 || Chat.attachments.reading
        spacing: Theme.space2
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Attached")
        Repeater {
            model: Chat.attachments.rows
            AttachmentChip {
                id: chip
                required property int index
                required property bool canInline
                objectName: "draftAttachment." + index
                removable: true
                inlinable: canInline
                // Without its row, the chip is gone before the function ends.
                onRemoved: {
                    const panel = area;
                    const focused = activeFocus || buttonFocus;
                    Chat.attachments.removeAt(index);
                    if (focused)
                        panel.focusLost();
                }
                onInlined: {
                    const panel = area;
                    panel.textWanted(Chat.attachments.takeText(index));
                    panel.focusLost();
                }
                readonly property bool buttonFocus: Window.activeFocusItem !== null
                    && Window.activeFocusItem.objectName.startsWith(objectName)
            }
        }
        AppText {
            visible: Chat.attachments.reading
            height: Theme.row
            verticalAlignment: Text.AlignVCenter
            text: qsTr("Reading…")
            size: Theme.small
            color: Theme.muted
        }
    }
    Item {
        Layout.fillWidth: true
        visible: Chat.attachments.problem.present
        implicitHeight: Math.max(reason.implicitHeight, dismiss.height)
        AppText {
            id: reason
            objectName: "attachRefusal"
            anchors {
                left: parent.left
                right: dismiss.left
                rightMargin: Theme.space2
                verticalCenter: parent.verticalCenter
            }
            wrapMode: Text.Wrap
            text: (Chat.attachments.problem.message + " " + Chat.attachments.problem.hint).trim()
            size: Theme.small
            color: Theme.no
            Accessible.role: Accessible.AlertMessage
        }
        AppButton {
            id: dismiss
            objectName: "dismissRefusal"
            anchors.right: parent.right
            kind: "quiet"
            compact: true
            iconName: "x"
            tip: qsTr("Close")
            onClicked: {
                Chat.attachments.dismissProblem();
                area.focusLost();
            }
        }
    }
}
