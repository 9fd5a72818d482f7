import { describe, expect, test } from 'vitest';
import { type Member, Members } from '../../../../node-image/network/members.ts';
import { placesOf } from '../../../../node-image/network/record-placement.ts';

function member(id: string, changes: Partial<Member> = {}): Member {
  return {
    id,
    node: `node-${id}`,
    addresses: [`/ip4/10.0.0.1/tcp/1/p2p/${id}`],
    version: 1,
    gone: false,
    ...changes,
  };
}

function membersOf(self: string): { members: Members; changes: string[] } {
  const changes: string[] = [];
  const members = new Members(member(self), ({ id, gone }) =>
    changes.push(`${id} ${gone ? 'gone' : 'here'}`),
  );
  return { members, changes };
}

describe('beliefs about members', () => {
  test('newcomers are taken over once', () => {
    const { members, changes } = membersOf('a');
    members.merge([member('b'), member('c')]);
    members.merge([member('b')]);
    expect(changes).toEqual(['b here', 'c here']);
    expect(members.alive.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  test('of equal versions the one that says gone wins, and an older one never does', () => {
    const { members, changes } = membersOf('a');
    members.merge([member('b', { version: 2 })]);
    members.merge([member('b', { version: 1, gone: true })]);
    expect(members.get('b')?.gone).toBe(false);
    members.merge([member('b', { version: 2, gone: true }), member('b', { version: 2 })]);
    expect(members.get('b')?.gone).toBe(true);
    members.merge([member('b', { version: 3 })]);
    expect(changes).toEqual(['b here', 'b gone', 'b here']);
  });

  test('a peer that is rumoured to be gone contradicts with a higher version', () => {
    const { members } = membersOf('a');
    const contradiction = members.merge([member('a', { gone: true })]);
    expect(contradiction).toMatchObject({ id: 'a', version: 2, gone: false });
    expect(members.merge([contradiction as Member])).toBeUndefined();
  });

  test('a peer that leaves does not contradict', () => {
    const { members } = membersOf('a');
    const farewell = members.markGone('a');
    expect(farewell).toMatchObject({ id: 'a', gone: true });
    expect(members.merge([farewell as Member])).toBeUndefined();
  });

  test('two that believe the same have the same digest, in whatever order they heard', () => {
    const one = membersOf('a').members;
    const other = membersOf('b').members;
    one.merge([member('b'), member('c')]);
    other.merge([member('c'), member('a')]);
    expect(one.digest).toBe(other.digest);
    other.markGone('c');
    expect(one.digest).not.toBe(other.digest);
  });
});

describe('places of records', () => {
  const peers = Array.from({ length: 10 }, (_, index) => member(`peer-${index}`));
  const records = Array.from({ length: 1000 }, (_, index) => `record ${index}`);
  const holders = (record: string, among: readonly Member[]): string[] =>
    placesOf(record, among)
      .slice(0, 3)
      .map(({ id }) => id);

  test('are the same whoever computes them', () => {
    for (const record of records.slice(0, 20)) {
      expect(holders(record, peers)).toEqual(holders(record, peers.toReversed()));
    }
  });

  test('are spread evenly', () => {
    const held = new Map(peers.map(({ id }) => [id, 0]));
    for (const record of records)
      for (const id of holders(record, peers)) held.set(id, (held.get(id) ?? 0) + 1);
    // 300 each on average, with a standard deviation of about 14.
    for (const count of held.values()) expect(count).toBeGreaterThan(230);
    for (const count of held.values()) expect(count).toBeLessThan(370);
  });

  test('stay where they were when another peer is gone: at most one holder is new', () => {
    const left = peers.slice(1);
    for (const record of records) {
      const before = holders(record, peers);
      const after = holders(record, left);
      const fresh = after.filter((id) => !before.includes(id));
      expect(fresh).toHaveLength(before.includes('peer-0') ? 1 : 0);
    }
  });
});
