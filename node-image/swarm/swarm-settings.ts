// How libtorrent is tuned; docs/decisions/0009-bittorrent-client.md has what was measured.
// Names and units are libtorrent's: https://libtorrent.org/reference-Settings.html

export type SwarmSettings = Readonly<Record<string, number | string | boolean>>;

/** The port on which every peer waits for others. */
export const swarmPort = 6881;

/**
 * @param node its name: other nodes see it as the name of this peer's program, which is how neighbours know each other
 * @param neighbours most connections at once
 */
export function swarmSettings(
  node: string,
  discovery: 'directory' | 'broadcast',
  neighbours: number,
): SwarmSettings {
  return {
    ...network(discovery),
    ...pace,
    ...storage,
    user_agent: `topolab/${node}`,
    connections_limit: neighbours,
    connections_slack: 0,
    num_want: neighbours,
  };
}

/** What another peer's program says of itself → the node's name, '' for a foreign client. */
export function nodeOfAgent(agent: string): string {
  return /^topolab\/(\S+)/.exec(agent)?.[1] ?? '';
}

function network(discovery: 'directory' | 'broadcast'): SwarmSettings {
  return {
    listen_interfaces: `0.0.0.0:${swarmPort}`,
    enable_dht: false,
    enable_lsd: discovery === 'broadcast',
    // The protocol's own 5 minutes would leave one who missed the first call alone for most of a run.
    local_service_announce_interval: 5,
    enable_upnp: false,
    enable_natpmp: false,
    // uTP yields to other traffic and costs more CPU; in a network of one's own TCP is what fills a link.
    enable_incoming_utp: false,
    enable_outgoing_utp: false,
    // Encryption costs CPU that the pieces need; foreign clients may still ask for it.
    out_enc_policy: 2,
    in_enc_policy: 1,
    // Addresses of a test network are private ones.
    ssrf_mitigation: false,
    stop_tracker_timeout: 1,
    // A tracker that comes back is noticed within seconds.
    tracker_backoff: 50,
    min_reconnect_time: 2,
    connection_speed: 200,
    torrent_connect_boost: 200,
    smooth_connects: false,
    peer_connect_timeout: 5,
    // A killed peer's requests go to others soon.
    peer_timeout: 20,
    request_timeout: 10,
    piece_timeout: 5,
  };
}

const pace: SwarmSettings = {
  // Nobody is choked: the link is the limit, and choking rounds cost most of the time of a short transfer.
  choking_algorithm: 0,
  unchoke_slots_limit: -1,
  // Those who joined and do not fetch yet stay connected to each other and to seeders.
  close_redundant_connections: false,
  // Those who have a piece need not hear that others have it: half of all such messages, each a packet of its own.
  send_redundant_have: false,
  // By priority and rarity from the very first piece on: shares (swarm.py) would else begin at random.
  initial_picker_threshold: 0,
  // Little under way at once: who waits in a long queue for a piece of its share learns too late that others have it, and who has asked
  // for all of its share goes on to ask for that of others. Peers tell each other this bound, which takes the place of
  // max_out_request_queue; six requests of 16 KiB fill 8 MiB/s over 12 ms.
  max_allowed_in_request_queue: 6,
  max_out_request_queue: 6,
  request_queue_time: 1,
  // Blocks of a piece may come from several peers: asking one for whole pieces makes the queues long again.
  whole_pieces_threshold: 0,
  send_buffer_watermark: 32 * 1024,
  send_buffer_low_watermark: 16 * 1024,
  send_buffer_watermark_factor: 5,
  // The same for web seeds: one piece a request (it is never less), so that no request reaches into the share of another.
  urlseed_max_request_bytes: 16 * 1024,
  urlseed_pipeline_size: 3,
  urlseed_wait_retry: 2,
  urlseed_timeout: 10,
  // So that bytes from peers and from servers can be told apart.
  report_web_seed_downloads: false,
};

const storage: SwarmSettings = {
  // Written, not mapped: a full disk is then an error that can be reported.
  disk_write_mode: 1,
  mmap_file_size_cutoff: 2 ** 30,
  aio_threads: 2,
  hashing_threads: 1,
  max_queued_disk_bytes: 4 * 1024 * 1024,
};
