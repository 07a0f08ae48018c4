// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Controls
import Snug

ApplicationWindow {
    property string currentPage: "library"

    title: "Snug"
    width: 1280
    height: 820
    visible: true

    Text {
        anchors.centerIn: parent
        text: qsTr("%1 · engine %2 · library %3").arg(AppSettings.version).arg(Engine.state).arg(Library.state)
    }
}
