// What a node that shares files tells Prometheus about it. Names are part of the contract with dashboards and objectives.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const downloadBuckets = [0.5, 1, 2, 4, 8, 12, 16, 20, 25, 32, 40, 50, 64, 90, 128, 180, 256, 512, 1024, 3600];

export interface FileBytes {
  readonly up: number;
  readonly fromPeers: number;
  readonly fromServers: number;
}

/** The counters and gauges ask `read` when they are scraped. */
export class FileMetrics {
  readonly #seconds: Histogram;
  readonly #firstNeighbour: Gauge;

  constructor(
    registry: Registry,
    read: {
      readonly bytes: () => FileBytes;
      readonly connections: () => number;
      readonly complete: () => number;
    },
  ) {
    const registers = [registry];
    new Counter({
      name: 'topolab_file_bytes_total',
      help: 'Bytes of files sent and received, by whom they were exchanged with',
      labelNames: ['direction', 'from'],
      registers,
      collect() {
        const { up, fromPeers, fromServers } = read.bytes();
        this.reset();
        this.inc({ direction: 'up', from: 'peer' }, up);
        this.inc({ direction: 'down', from: 'peer' }, fromPeers);
        this.inc({ direction: 'down', from: 'server' }, fromServers);
      },
    });
    this.#seconds = new Histogram({
      name: 'topolab_file_download_seconds',
      help: 'Time from the first wish for a file to its last checked byte',
      buckets: downloadBuckets,
      registers,
    });
    new Gauge({
      name: 'topolab_peer_connections',
      help: 'Open BitTorrent connections to other peers',
      registers,
      collect() {
        this.set(read.connections());
      },
    });
    new Gauge({
      name: 'topolab_files_complete',
      help: 'Files of which this node has every byte',
      registers,
      collect() {
        this.set(read.complete());
      },
    });
    this.#firstNeighbour = new Gauge({
      name: 'topolab_file_time_to_first_neighbour_seconds',
      help: 'Time from joining the first swarm to the first connection to another peer; 0 while there is none',
      registers,
    });
  }

  downloaded(seconds: number): void {
    this.#seconds.observe(seconds);
  }

  foundFirst(seconds: number): void {
    this.#firstNeighbour.set(seconds);
  }
}
