// What every node offers its user, whatever is behind it: a server answers by itself, a client by asking a server, a peer with its
// network. The router (user-router.ts) is the only one that knows of HTTP, an implementation of this interface never does.
import type { ByteRange } from '../http/byte-range.ts';

/** One published message as every receiver sees it. */
export interface UserEvent {
  /** Its place in the one order of all events as this node hands them out; grows, never reused. The cursor of receivers. */
  readonly id: number;
  /** Clock of the node that took it in, milliseconds since 1970. */
  readonly publishedAtMs: number;
  /** Name of the node that took it in. */
  readonly publishedBy: string;
  readonly message: string;
  /** By which it is recognised on whatever way it comes; absent where it can come on one way only. */
  readonly key?: string;
}

/** Of an event that a node has taken in and hands on, so that it is the same event wherever it arrives. */
export interface EventOrigin {
  /** Hexadecimal, 24 digits. */
  readonly key: string;
  readonly publishedAtMs: number;
  readonly publishedBy: string;
}

export interface EventPage {
  readonly events: readonly UserEvent[];
  /** Ask for what comes after this. */
  readonly lastId: number;
  /** True where events after the asked cursor are kept no longer: some were missed. */
  readonly gap: boolean;
}

export interface EventQuery {
  /** Undefined = only events from now on; 0 = from the oldest kept. */
  readonly after: number | undefined;
  /** Most events in one page. */
  readonly limit: number;
  /** How long to wait for a first event, milliseconds; 0 = answer at once. */
  readonly waitMs: number;
  /** Ends the wait early, with an empty page. */
  readonly signal: AbortSignal;
}

export interface EventService {
  /**
   * @param token of the user who publishes; undefined where users have no rights
   * @param origin of an event that another node has taken in: kept once, however often it is handed on. Default: it is taken in here.
   */
  publish(
    message: string,
    token?: string,
    origin?: EventOrigin,
  ): Promise<{ readonly id: number; readonly publishedAtMs: number }>;
  /** Events in their order, each exactly once when the last page's `lastId` is the next question's `after`. */
  after(query: EventQuery): Promise<EventPage>;
}

export interface UserFile {
  readonly name: string;
  readonly bytes: number;
  /** Of the whole content. Undefined while it is still being computed. */
  readonly sha256: Buffer | undefined;
  /** Strong entity tag, with its quotes. */
  readonly etag: string;
  read(range: ByteRange): Iterable<Buffer> | AsyncIterable<Buffer>;
}

/** How a file came to this node. */
export interface FetchReport {
  readonly name: string;
  readonly sizeBytes: number;
  /** Of what is here, hexadecimal. */
  readonly sha256: string;
  /** Whether `sha256` is what it should be. False where nobody said what that is; a wrong one is never reported but refused. */
  readonly checked: boolean;
  /** From the question to the last checked byte; next to nothing where the file was here already. */
  readonly tookMs: number;
  readonly bytesFromPeers: number;
  readonly bytesFromServer: number;
}

export interface FileService {
  list(): Promise<readonly UserFile[]>;
  find(name: string): Promise<UserFile | undefined>;
  /** Brings the file here and checks it. Undefined where every file is here from the start. */
  fetch?(name: string): Promise<FetchReport>;
  /** Its .torrent file. Undefined where this kind of node has none. */
  torrent?(name: string): Promise<Buffer | undefined>;
}

export interface UserRecord {
  readonly value: Buffer;
  readonly contentType: string;
}

export interface RecordService {
  /**
   * Stores it, over what was there. Resolves once it would survive what this topology promises to survive.
   * @param writtenAtMs when another node took it in, milliseconds since 1970: over what was written before that only. Default: now.
   */
  put(id: string, record: UserRecord, writtenAtMs?: number): Promise<void>;
  get(id: string): Promise<UserRecord | undefined>;
  /** False where there was none. @param writtenAtMs as of `put`: it stays deleted for what was written before that. */
  delete(id: string, writtenAtMs?: number): Promise<boolean>;
}

/** A transaction that was applied. */
export interface UserTransaction {
  /** `<sender>.<sequence>`. */
  readonly id: string;
  /** Who numbered it: the public key of a peer, or the name of a server's process. */
  readonly sender: string;
  /** From 1, without gaps, by each sender. */
  readonly sequence: number;
  readonly payload: string;
  /** Clock of the sender, milliseconds since 1970. */
  readonly createdAtMs: number;
}

export interface TransactionDigest {
  /** Transactions applied. */
  readonly count: number;
  /** Equal wherever the same transactions were applied, in whatever order the senders' own arrived among each other. Hexadecimal. */
  readonly digest: string;
}

export interface TransactionService {
  /** Numbers, signs and applies it here; the other nodes apply it once, in its sender's order. */
  submit(payload: string): Promise<{ readonly id: string }>;
  get(id: string): Promise<UserTransaction | undefined>;
  digest(): Promise<TransactionDigest>;
}

/** One that this node is connected to. */
export interface Neighbour {
  /** How the network calls it. */
  readonly id: string;
  readonly address: string;
  /** Name of the node, or '' while it is not known. */
  readonly node: string;
}

/** Methods throw HttpProblem (503 where trying again may help) to refuse. */
export interface UserService {
  readonly events: EventService;
  readonly files: FileService;
  readonly records: RecordService;
  /** Undefined where this kind of node has none: answered with 501. */
  readonly transactions?: TransactionService;
  /** Undefined where nodes do not know each other. */
  readonly neighbours?: () => readonly Neighbour[];
  /** Why it can't serve now, for people; undefined when it can. */
  unreadyBecause(): string | undefined;
}

/** Bounds of the interface; docs/reference/user-interface.md states them. */
export const UserLimit = {
  messageBytes: 64 * 1024,
  recordBytes: 64 * 1024,
  nameCharacters: 256,
  pageEvents: 1000,
  /** Of messages in one page, so that a page never fills the memory. */
  pageBytes: 1024 * 1024,
  waitMs: 60_000,
  /** Of a signed change of rights. */
  changeBytes: 16 * 1024,
} as const;
