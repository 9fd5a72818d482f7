"""The BitTorrent client inside a node: libtorrent, given orders and giving reports as JSON lines (swarm-client.ts is the other end).

Orders:  {"do": "join", "name", "torrent": path of its .torrent file, "folder", "whole": it lies there already}: meet the others, fetch nothing
         {"do": "want", "name"}: fetch it
         {"do": "drop", "name"}: delete what there is of it, and no longer fetch it
Reports: {"event": "started"} once, {"event": "complete", "name"}, {"event": "failed", "name", "errno", "why"},
         {"event": "state", "connections", "neighbours": [[address, client]], "files": {name: counters in bytes}}.
The first argument is libtorrent's settings as JSON. Ends with standard input or on SIGTERM, after taking leave of the tracker.
"""

import hashlib
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
# So long after the wish for a file, neighbours that have nothing of it yet lose their share of its pieces to those that have some.
PATIENCE_SECONDS = 10
# Fewer than these stay with the sources when their share is through, for they need their help at the end.
MANY = 16
# Who left the sources goes back to them when nothing has come from others for so long.
ALONE_SECONDS = 2
# libtorrent's words for how much a piece is wanted.
NOT_WANTED, WANTED, WANTED_FIRST = 0, 4, 7


def report(**message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def shares(pieces, members):
    """Whose each piece is: everybody who knows the same members comes to the same answer. Highest random weight hashing, with shares of
    equal size: whoever had more would get the rest of them last, and sends each to all others when these have nothing else left to do.
    """
    def weight(piece, member):
        return hashlib.blake2b(f"{piece} {member}".encode(), digest_size=8).digest()

    room = dict.fromkeys(members, -(-pieces // len(members)))
    owners = []
    for piece in range(pieces):
        owner = max((member for member in members if room[member] > 0), key=lambda member: weight(piece, member))
        room[owner] -= 1
        owners.append(owner)
    return owners


class SharedFile:
    """A file and its swarm. All who fetch it at once ask whoever has all of it (the sources) for different pieces first, each for its own
    share, leave the sources to the others when they are through with it, and get the rest from each other: so little is sent twice by
    those whose uplink is everybody's limit."""

    def __init__(self, session, order):
        self.session, self.order = session, order
        self.wanted_since = None
        self.members = None
        # Pieces of its share that are not here yet.
        self.share_left = set()
        # Addresses and URLs of the sources that it has left, and whether it had to come back to them.
        self.left, self.left_urls = [], []
        self.came_back = False
        # What was here when something came last, and when that was.
        self.done, self.done_since = 0, 0.0
        # None while what there was of the file is being deleted.
        self.handle = None
        self.failed = False
        self.join(order["whole"])

    def join(self, whole):
        params = lt.add_torrent_params()
        params.ti = lt.torrent_info(self.order["torrent"])
        # As the file is called here, whatever libtorrent would make of an odd name.
        params.ti.rename_file(0, self.order["name"])
        params.save_path = self.order["folder"]
        params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
        # Hearsay would lead everybody to everybody.
        params.flags |= lt.torrent_flags.disable_pex
        # Until it leaves its sources.
        params.flags &= ~lt.torrent_flags.apply_ip_filter
        self.pieces = params.ti.num_pieces()
        self.info_hash = params.ti.info_hash()
        if whole:
            # The node wrote it a moment ago: nothing to check.
            params.flags |= lt.torrent_flags.seed_mode
        else:
            params.piece_priorities = [NOT_WANTED] * self.pieces
        self.handle = self.session.add_torrent(params)
        self.done = 0

    def want(self):
        self.failed = self.came_back = False
        self.wanted_since = self.done_since = time.monotonic()
        self.members = None
        self.share()
        if self.handle is not None and not neighbours_of(self.handle):
            # Perhaps the tracker was not there when this node asked.
            self.handle.force_reannounce()

    def drop(self):
        self.come_back()
        if self.handle is not None:
            self.session.remove_torrent(self.handle, lt.session.delete_files)
        self.handle, self.wanted_since = None, None

    def deleted(self):
        """Only now can it be joined anew: libtorrent would else find what is about to go."""
        if self.handle is None:
            self.join(False)
            self.members = None
            self.share()

    def share(self):
        """Takes its share of the pieces anew where others have come or gone."""
        if self.wanted_since is None or self.handle is None:
            return
        status = self.handle.status()
        if status.is_seeding:
            return self.come_back()
        now = time.monotonic()
        if status.total_done > self.done:
            self.done, self.done_since = status.total_done, now
        elif now > self.done_since + ALONE_SECONDS:
            self.come_back()
        self.leave_sources()
        patient = now < self.wanted_since + PATIENCE_SECONDS
        me, members = "", set()
        for peer in neighbours_of(self.handle):
            me = peer.local_endpoint[0]
            idle = peer.progress == 0 and not patient
            if not peer.flags & lt.peer_info.seed and not idle:
                members.add(peer.ip[0])
        members.add(me)
        if members == self.members:
            return
        self.members = members
        owners = shares(self.pieces, sorted(members))
        self.share_left = {piece for piece, owner in enumerate(owners) if owner == me and not self.handle.have_piece(piece)}
        self.handle.prioritize_pieces([WANTED_FIRST if owner == me else WANTED for owner in owners])

    def gained(self, piece):
        if piece not in self.share_left:
            return
        self.share_left.remove(piece)
        self.leave_sources()

    def leave_sources(self):
        """When its share is through: where many fetch, and all of the others do, for nobody else would fetch theirs; and where sources
        are few, for many can serve everybody."""
        if self.members is None or self.share_left or self.left or self.left_urls or self.came_back:
            return
        neighbours = neighbours_of(self.handle)
        sources = [peer for peer in neighbours if peer.flags & lt.peer_info.seed]
        urls = self.handle.url_seeds()
        scarce = 0 < 2 * (len(sources) + len(urls)) <= len(self.members)
        if not scarce or len(self.members) < MANY or any(peer.progress == 0 for peer in neighbours):
            return
        # Who called us did so from a port of its own choice: ours is the one where nodes of a run listen.
        listens = self.session.listen_port()
        self.left = [peer.ip if peer.flags & lt.peer_info.local_connection else (peer.ip[0], listens) for peer in sources]
        self.left_urls = urls
        self.shut_out(self.left, True)
        self.handle.set_flags(lt.torrent_flags.apply_ip_filter)
        for url in urls:
            self.handle.remove_url_seed(url)

    def come_back(self):
        """To the sources, for they are open to it as to everybody when nobody else has anything for it."""
        if self.handle is None or not (self.left or self.left_urls):
            return
        self.handle.unset_flags(lt.torrent_flags.apply_ip_filter)
        self.shut_out(self.left, False)
        if not self.handle.status().is_seeding:
            for address in self.left:
                self.handle.connect_peer(address)
            for url in self.left_urls:
                self.handle.add_url_seed(url)
            self.came_back = True
        self.left, self.left_urls = [], []

    def shut_out(self, addresses, out):
        """libtorrent ends a connection only where a filter asks for it. It counts for the torrents that apply it."""
        rules = self.session.get_ip_filter()
        for ip, _ in addresses:
            rules.add_rule(ip, ip, 1 if out else 0)
        self.session.set_ip_filter(rules)


def neighbours_of(handle):
    """Peers that are connected, without web seeds."""
    unready = lt.peer_info.connecting | lt.peer_info.handshake
    peers = handle.get_peer_info()
    return [p for p in peers if p.connection_type == lt.peer_info.standard_bittorrent and not p.flags & unready]


class Swarm:
    def __init__(self, settings):
        kinds = lt.alert.category_t
        mask = kinds.status_notification | kinds.storage_notification | kinds.connect_notification | kinds.tracker_notification
        self.session = lt.session({**settings, "alert_mask": mask | lt.alert_category.piece_progress})
        self.files = {}

    def obey(self, order):
        name = order["name"]
        if order["do"] == "join" and name not in self.files:
            self.files[name] = SharedFile(self.session, order)
        elif order["do"] == "want":
            self.files[name].want()
        elif order["do"] == "drop":
            self.files[name].drop()

    def file_of(self, handle):
        return next((file for file in self.files.values() if file.handle == handle), None)

    def hear(self):
        """True where something happened that the node wants to know of at once."""
        connected = False
        for alert in self.session.pop_alerts():
            if isinstance(alert, lt.torrent_finished_alert):
                # One of whose pieces none is wanted is finished to libtorrent, too.
                if self.file_of(alert.handle) is None or not alert.handle.status().is_seeding:
                    continue
                self.state()
                report(event="complete", name=self.file_of(alert.handle).order["name"])
            elif isinstance(alert, (lt.torrent_deleted_alert, lt.torrent_delete_failed_alert)):
                for file in self.files.values():
                    if file.info_hash == alert.info_hash:
                        file.deleted()
            elif isinstance(alert, lt.file_error_alert):
                file, error = self.file_of(alert.handle), alert.error
                # Every block that was under way fails for itself.
                if file is not None and not file.failed:
                    file.failed = True
                    report(event="failed", name=file.order["name"], errno=error.value(), why=error.message())
            elif isinstance(alert, lt.peer_connect_alert):
                connected = True
            elif isinstance(alert, lt.piece_finished_alert):
                file = self.file_of(alert.handle)
                if file is not None:
                    file.gained(alert.piece_index)
        return connected

    def share(self):
        for file in self.files.values():
            file.share()

    def state(self):
        files, neighbours, connections = {}, {}, 0
        for name, file in self.files.items():
            if file.handle is None:
                continue
            for peer in neighbours_of(file.handle):
                connections += 1
                neighbours[peer.ip[0]] = peer.client.decode("utf-8", "replace")
            status = file.handle.status()
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
        waiting = len(self.files)
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
            swarm.share()
            swarm.state()
            next_state = time.monotonic() + STATE_SECONDS
    swarm.leave()


main()
