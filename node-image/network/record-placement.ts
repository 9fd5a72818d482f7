// Which peers hold a record: those whose id and the record's give the highest hashes together (rendezvous hashing: Thaler and
// Ravishankar, 1998). When a peer comes or goes, only the records it holds or will hold change place.
import { createHash } from 'node:crypto';
import type { Member } from './members.ts';

/** All members, the best place first; the first `replicas` of them hold the record. */
export function placesOf(record: string, members: readonly Member[]): Member[] {
  return members
    .map((member) => ({ member, weight: weightOf(record, member.id) }))
    .sort((a, b) => b.weight - a.weight || (a.member.id < b.member.id ? -1 : 1))
    .map(({ member }) => member);
}

function weightOf(record: string, id: string): number {
  // 48 bits of SHA-256: even over peers whatever the ids look like, and exact in a number.
  return createHash('sha256').update(id).update('\0').update(record).digest().readUIntBE(0, 6);
}
