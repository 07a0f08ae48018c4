// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
import QtQuick
import Snug

// The one primary action of the page: talk to what is here, fetch what exists, or make what does not.
AppButton {
    id: action

    readonly property var answer: Fit.answer
    readonly property bool makes: (action.answer.makeable ?? false) && (action.answer.heldPath ?? "") === ""
    readonly property string path: {
        if (makes)
            return "";
        return Fit.path.length > 0 ? Fit.path : action.answer.heldPath ?? "";
    }
    readonly property bool known: Repository.repository === Fit.repository && Repository.state === "ready"
    readonly property string downloadState: {
        const count = Downloads.activeCount + Downloads.finishedCount; // asks again when the list changes
        return count > 0 && known ? Downloads.stateOf(Fit.repository, Repository.commit, Fit.selected) : "";
    }
    readonly property bool paused: downloadState === "paused" || downloadState === "failed"
    readonly property bool underWay: downloadState.length > 0 && !paused
    readonly property bool runs: action.answer.verdict === "fits" || action.answer.verdict === "partly"
        || action.answer.verdict === "cpu"
    signal chatWanted(string path)
    signal downloadsWanted
    signal convertWanted(string commit)

    objectName: "modelAction"
    visible: Fit.state === "ready" && (makes || (path.length > 0 ? runs
        : known && (action.answer.exists ?? false)))
    kind: path.length === 0 && (underWay || !runs) ? "secondary" : "primary"
    iconName: makes ? "wand-sparkles" : path.length > 0 ? "message-square" : "download"
    text: {
        if (makes)
            return qsTr("Make %1").arg(Fit.selected);
        if (path.length > 0)
            return qsTr("Chat");
        if (underWay)
            return qsTr("Show the download");
        if (paused)
            return qsTr("Resume %1").arg(Fit.selected);
        return qsTr("Download %1").arg(action.answer.fileBytesText ?? "");
    }
    onClicked: {
        if (makes)
            action.convertWanted(known ? Repository.commit : "");
        else if (path.length > 0)
            action.chatWanted(path);
        else if (underWay)
            action.downloadsWanted();
        else
            Downloads.add(Fit.repository, Repository.commit, Fit.selected, Fit.repository.split("/").pop());
    }
}
