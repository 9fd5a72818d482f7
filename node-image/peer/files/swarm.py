"""The BitTorrent client inside a node: libtorrent, given orders and giving reports as JSON lines (swarm-client.ts is the other end).

Orders:  {"do": "add", "name", "torrent": path of its .torrent file, "folder", "whole": it lies there already}
         {"do": "drop", "name"}: forget the file and delete what there is of it
Reports: {"event": "started"} once, {"event": "complete", "name"}, {"event": "failed", "name", "errno", "why"},
         {"event": "state", "connections", "neighbours": [[address, client]], "files": {name: counters in bytes}}.
The first argument is libtorrent's settings as JSON. Ends with standard input or on SIGTERM, after taking leave of the tracker.
"""

import json
import os
import select
import signal
import sys
import time

import libtorrent as lt

STATE_SECONDS = 1
# The leave may take this long, for the tracker may be dead.
LEAVE_SECONDS = 1.5


def report(**message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


class Swarm:
    def __init__(self, settings):
        kinds = lt.alert.category_t
        mask = kinds.status_notification | kinds.storage_notification | kinds.connect_notification
        self.session = lt.session({**settings, "alert_mask": mask | kinds.tracker_notification})
        self.handles = {}

    def obey(self, order):
        if order["do"] == "add":
            self.add(**order)
        elif order["do"] == "drop" and order["name"] in self.handles:
            self.session.remove_torrent(self.handles.pop(order["name"]), lt.session.delete_files)

    def add(self, name, torrent, folder, whole, **_):
        params = lt.add_torrent_params()
        params.ti = lt.torrent_info(torrent)
        # As the file is called here, whatever libtorrent would make of an odd name.
        params.ti.rename_file(0, name)
        params.save_path = folder
        params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
        if whole:
            # The node wrote it a moment ago: nothing to check.
            params.flags |= lt.torrent_flags.seed_mode
        self.handles[name] = self.session.add_torrent(params)

    def name_of(self, handle):
        return next((name for name, known in self.handles.items() if known == handle), None)

    def hear(self):
        """True where something happened that the node wants to know of at once."""
        connected = False
        for alert in self.session.pop_alerts():
            if isinstance(alert, lt.torrent_finished_alert):
                self.state()
                report(event="complete", name=self.name_of(alert.handle))
            elif isinstance(alert, lt.file_error_alert):
                error = alert.error
                report(event="failed", name=self.name_of(alert.handle), errno=error.value(), why=error.message())
            elif isinstance(alert, lt.peer_connect_alert):
                connected = True
        return connected

    def state(self):
        files, neighbours, connections = {}, {}, 0
        for name, handle in self.handles.items():
            for peer in handle.get_peer_info():
                if peer.connection_type == lt.peer_info.standard_bittorrent and not peer.flags & lt.peer_info.connecting:
                    connections += 1
                    neighbours[peer.ip[0]] = peer.client.decode("utf-8", "replace")
            status = handle.status()
            files[name] = {
                "uploaded": status.total_payload_upload,
                # Without what came from web seeds: the settings leave that out.
                "fromPeers": status.total_payload_download,
                "done": status.total_done,
                "wasted": status.total_redundant_bytes + status.total_failed_bytes,
                "whole": status.is_seeding,
            }
        report(event="state", connections=connections, neighbours=sorted(neighbours.items()), files=files)

    def leave(self):
        self.session.pause()
        waiting = len(self.handles)
        deadline = time.monotonic() + LEAVE_SECONDS
        while waiting > 0 and time.monotonic() < deadline:
            self.session.wait_for_alert(100)
            ends = (lt.tracker_reply_alert, lt.tracker_error_alert)
            waiting -= sum(isinstance(alert, ends) for alert in self.session.pop_alerts())


def orders_in(text):
    """Whole lines as orders, and the rest of the text."""
    *lines, rest = text.split(b"\n")
    return [json.loads(line) for line in lines], rest


def main():
    # Signals and alerts wake the loop through pipes, so that an idle node costs nothing between two states.
    wake_reader, wake_writer = os.pipe()
    os.set_blocking(wake_reader, False)
    os.set_blocking(wake_writer, False)
    signal.set_wakeup_fd(wake_writer)
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    # Ctrl-C reaches the whole process group: the node decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    swarm = Swarm(json.loads(sys.argv[1]))
    swarm.session.set_alert_fd(wake_writer)
    report(event="started")
    text, next_state = b"", time.monotonic()
    while not ended:
        ready, _, _ = select.select([0, wake_reader], [], [], max(0, next_state - time.monotonic()))
        if wake_reader in ready:
            os.read(wake_reader, 4096)
        if 0 in ready:
            chunk = os.read(0, 65536)
            if not chunk:
                break
            orders, text = orders_in(text + chunk)
            for order in orders:
                swarm.obey(order)
        if swarm.hear() or time.monotonic() >= next_state:
            swarm.state()
            next_state = time.monotonic() + STATE_SECONDS
    swarm.leave()


main()
