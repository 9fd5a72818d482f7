// Runs the BitTorrent client (swarm.py) as a child of the node and speaks with it in JSON lines.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { NodeError } from '../process/node-error.ts';

/** Counters of one file since this node began with it, in bytes. */
export interface SwarmFile {
  readonly uploaded: number;
  /** Received from other peers, what was received twice included. */
  readonly fromPeers: number;
  /** Of the file, here and checked. */
  readonly done: number;
  /** Received twice, or not what the hash says. */
  readonly wasted: number;
  readonly whole: boolean;
}

export interface SwarmState {
  /** Open connections to other peers; two files shared with the same peer are two. */
  readonly connections: number;
  /** Address and what the peer's program calls itself. */
  readonly neighbours: readonly (readonly [string, string])[];
  readonly files: Readonly<Record<string, SwarmFile>>;
}

export interface SwarmListener {
  onState(state: SwarmState): void;
  onComplete(name: string): void;
  onFailed(name: string, errno: number, why: string): void;
  /** The client has ended although nobody asked it to. */
  onLost(why: string): void;
}

export interface SwarmOrder {
  readonly name: string;
  /** Path of the .torrent file. */
  readonly torrent: string;
  /** Where the file lies, or is to lie. */
  readonly folder: string;
  /** True where all of it lies there already. */
  readonly whole: boolean;
}

export interface SwarmClient {
  /** Meets those who share the file, without fetching it: whoever then wants it finds connections that are warm. */
  join(order: SwarmOrder): void;
  /** Fetches a file of a swarm that was joined. */
  want(name: string): void;
  /** Deletes what there is of the file and no longer fetches it; stays in its swarm. */
  drop(name: string): void;
  /** Takes leave of the tracker and ends; 3 s at most. */
  stop(): Promise<void>;
}

type Report =
  | { readonly event: 'started' }
  | ({ readonly event: 'state' } & SwarmState)
  | { readonly event: 'complete'; readonly name: string }
  | { readonly event: 'failed'; readonly name: string; readonly errno: number; readonly why: string };

/** Where the image has it. */
const installedProgram = '/opt/topolab/swarm.py';
const startMs = 30_000;
const stopMs = 3000;

/** Returns once the client takes orders. Fails with `no-bittorrent-client`. */
export async function startSwarmClient(
  settings: Readonly<Record<string, number | string | boolean>>,
  listener: SwarmListener,
  program = process.env['SWARM_PROGRAM'] ?? installedProgram,
): Promise<SwarmClient> {
  const child = spawn('python3', [program, JSON.stringify(settings)], { stdio: ['pipe', 'pipe', 'pipe'] });
  const { stdin, stdout, stderr } = child;
  let lastWords = '';
  stderr.on('data', (chunk: Buffer) => {
    lastWords = `${lastWords}${chunk.toString('utf8')}`.slice(-1000);
  });
  // Orders to a client that has just died are lost with it; its end is reported below.
  stdin.on('error', () => undefined);
  let stopping = false;
  let started = false;
  const up = new Promise<void>((resolve, reject) => {
    createInterface({ input: stdout }).on('line', (line) => {
      const report = JSON.parse(line) as Report;
      if (report.event === 'started') {
        started = true;
        resolve();
      } else tell(listener, report);
    });
    const ended = (why: string): void => {
      if (!started) reject(new Error(`${why}: ${lastWords.trim()}`));
      else if (!stopping) listener.onLost(`${why}: ${lastWords.trim()}`);
    };
    child.once('error', (error) => ended(error.message));
    child.once('exit', (code, signal) => ended(`it ended (${signal ?? code})`));
  });
  const late = sleep(startMs, undefined, { ref: false }).then(() =>
    Promise.reject(new Error('it is silent')),
  );
  await Promise.race([up, late]).catch((cause: unknown) => {
    child.kill('SIGKILL');
    throw new NodeError(`start the BitTorrent client ${program}: ${String(cause)}`, {
      code: 'no-bittorrent-client',
      hint: 'The image topolab/peer holds it; topolab/node does not.',
      cause,
    });
  });
  const order = (message: object): void => void stdin.write(`${JSON.stringify(message)}\n`);
  return {
    join: (what) => order({ do: 'join', ...what }),
    want: (name) => order({ do: 'want', name }),
    drop: (name) => order({ do: 'drop', name }),
    stop: async () => {
      stopping = true;
      await end(child);
    },
  };
}

function tell(listener: SwarmListener, report: Exclude<Report, { event: 'started' }>): void {
  if (report.event === 'state') listener.onState(report);
  else if (report.event === 'complete') listener.onComplete(report.name);
  else listener.onFailed(report.name, report.errno, report.why);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), stopMs);
  await gone;
  clearTimeout(kill);
}
