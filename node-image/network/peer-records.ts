// Records on the peers that the record's id points to (record-placement.ts): written to all of them before the user is told, read from
// all of them at once, repaired where one lacks it, and copied on when peers come or go.
import { setImmediate as breathe } from 'node:timers/promises';
import { unavailable } from '../http/http-problem.ts';
import type { RecordService, UserRecord } from '../user/user-service.ts';
import type { Member, Members } from './members.ts';
import type { NetworkMetrics } from './network-metrics.ts';
import { placesOf } from './record-placement.ts';
import { isNewer, parseReplica, type Replica, Replicas } from './replicas.ts';

/** Asks one member, over a connection that is there or made for it. */
export type AskMember = (member: Member, topic: string, question: unknown) => Promise<unknown>;

/** Records looked at between two turns of the event loop while copying. */
const batchSize = 20;

interface Reading {
  readonly member: Member;
  readonly replica: Replica | undefined;
}

export class PeerRecords implements RecordService {
  readonly #members: Members;
  readonly #copies: number;
  readonly #askMember: AskMember;
  readonly #joined: Promise<void>;
  readonly #metrics: NetworkMetrics;
  readonly #replicas = new Replicas();
  #placedAmong: readonly Member[];

  /**
   * @param copies peers that hold each record
   * @param joined settles when it is known who the others are; users wait for it
   */
  constructor(
    members: Members,
    copies: number,
    askMember: AskMember,
    joined: Promise<void>,
    metrics: NetworkMetrics,
  ) {
    this.#members = members;
    this.#copies = copies;
    this.#askMember = askMember;
    this.#joined = joined;
    this.#metrics = metrics;
    this.#placedAmong = members.alive;
  }

  get size(): number {
    return this.#replicas.size;
  }

  async put(id: string, { value, contentType }: UserRecord, writtenAtMs?: number): Promise<void> {
    await this.#joined;
    await this.#write(this.#newReplica(id, value.toString('base64'), contentType, writtenAtMs));
  }

  async get(id: string): Promise<UserRecord | undefined> {
    await this.#joined;
    const replica = await this.#read(id);
    // One that never met another can't tell what the others keep.
    if (replica === undefined && !this.#metAnother()) throw unavailable('this peer has found no other yet');
    if (replica?.value === undefined || replica.value === null) return undefined;
    return { value: Buffer.from(replica.value, 'base64'), contentType: replica.contentType };
  }

  async delete(id: string, writtenAtMs?: number): Promise<boolean> {
    await this.#joined;
    const before = await this.#read(id);
    const wasThere = before !== undefined && before.value !== null;
    // What was written before elsewhere may still come here.
    if (wasThere || writtenAtMs !== undefined) await this.#write(this.#newReplica(id, null, '', writtenAtMs));
    return wasThere;
  }

  /** The copies that are kept here. */
  get all(): readonly Replica[] {
    return this.#replicas.all();
  }

  /** Writes a record that was taken in elsewhere, unless a newer one is there. */
  async take(record: Omit<Replica, 'writer'>): Promise<void> {
    await this.#joined;
    await this.#write({ ...record, writer: '' });
  }

  /** Answers a peer that hands over a copy. */
  readonly answerKeep = (question: unknown): true => {
    const replica = parseReplica(question);
    if (replica === undefined) throw new TypeError('a copy of a record was expected');
    this.#replicas.keep(replica);
    return true;
  };

  /** Answers a peer that looks for a record. */
  readonly answerFind = (id: unknown): Replica | null => this.#replicas.get(String(id)) ?? null;

  /** Copies records held here to peers that should hold them since the membership changed. */
  async replace(): Promise<void> {
    const before = this.#placedAmong;
    const now = this.#members.alive;
    this.#placedAmong = now;
    const here = new Set(now.map(({ id }) => id));
    for (const [index, replica] of this.#replicas.all().entries()) {
      if (index % batchSize === batchSize - 1) await breathe();
      const holders = placesOf(replica.id, before).slice(0, this.#copies);
      // The best placed of those who held it and are still here copies it: one is enough.
      if (holders.find(({ id }) => here.has(id))?.id !== this.#members.self.id) continue;
      const held = new Set(holders.map(({ id }) => id));
      const fresh = placesOf(replica.id, now)
        .slice(0, this.#copies)
        .filter(({ id }) => !held.has(id));
      await Promise.all(fresh.map(async (member) => this.#repair(member, replica)));
    }
  }

  #metAnother(): boolean {
    return this.#members.all.length > 1;
  }

  #newReplica(id: string, value: string | null, contentType: string, takenInMs?: number): Replica {
    // Later than what is known here, whatever the clocks say.
    const nowMs = () => Math.max(Date.now(), (this.#replicas.get(id)?.writtenAtMs ?? 0) + 1);
    return { id, writtenAtMs: takenInMs ?? nowMs(), writer: this.#members.self.id, value, contentType };
  }

  /** Resolves when as many peers hold it as should; next best ones stand in for those who do not answer. */
  async #write(replica: Replica): Promise<void> {
    const places = placesOf(replica.id, this.#members.alive);
    let kept = 0;
    for (let next = 0; kept < this.#copies && next < places.length; ) {
      const asked = places.slice(next, next + this.#copies - kept);
      next += asked.length;
      const answers = await Promise.all(asked.map(async (member) => this.#keepAt(member, replica)));
      kept += answers.filter(Boolean).length;
    }
    if (kept === 0) throw unavailable('no peer could keep this record');
  }

  /** The newest copy, first from where it should be, then from where it may have been left. */
  async #read(id: string): Promise<Replica | undefined> {
    const places = placesOf(id, this.#members.alive);
    const owners = await this.#readFrom(places.slice(0, this.#copies), id);
    const found = newestOf(owners);
    if (found !== undefined) {
      this.#repairAll(owners, found);
      return found;
    }
    const others = await this.#readFrom(places.slice(this.#copies, 2 * this.#copies), id);
    const spare = newestOf(others);
    if (spare !== undefined) this.#repairAll(owners, spare);
    else if (owners.length === 0) throw unavailable('none of the peers that hold this record answers');
    return spare;
  }

  /** The answers of those who answered. */
  async #readFrom(members: readonly Member[], id: string): Promise<Reading[]> {
    const readings = members.map(async (member) => {
      if (member.id === this.#members.self.id) return { member, replica: this.#replicas.get(id) };
      try {
        return { member, replica: parseReplica(await this.#askMember(member, 'find-record', id)) };
      } catch {
        return undefined;
      }
    });
    return (await Promise.all(readings)).filter((reading) => reading !== undefined);
  }

  #repairAll(readings: readonly Reading[], newest: Replica): void {
    for (const { member, replica } of readings) {
      if (replica === undefined || isNewer(newest, replica)) void this.#repair(member, newest);
    }
  }

  async #repair(member: Member, replica: Replica): Promise<void> {
    if (await this.#keepAt(member, replica)) this.#metrics.recordRepaired();
  }

  async #keepAt(member: Member, replica: Replica): Promise<boolean> {
    try {
      if (member.id === this.#members.self.id) this.#replicas.keep(replica);
      else await this.#askMember(member, 'keep-record', replica);
      return true;
    } catch {
      return false;
    }
  }
}

function newestOf(readings: readonly Reading[]): Replica | undefined {
  return readings
    .map(({ replica }) => replica)
    .filter((replica) => replica !== undefined)
    .reduce<Replica | undefined>(
      (newest, replica) => (newest === undefined || isNewer(replica, newest) ? replica : newest),
      undefined,
    );
}
