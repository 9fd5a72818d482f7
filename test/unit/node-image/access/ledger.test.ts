// What canaries count: by the moment at which a request was sent, and never what a change overtook on its way.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Right } from '../../../../node-image/contract/access-rights.ts';
import { Ledger } from '../../../../node-image/canary/ledger.ts';
import type { Outcome } from '../../../../node-image/canary/probe.ts';

let ledger: Ledger;
const probe = (node: string, sentMs: number, outcome: Outcome, right: Right = 'read', canary = 'bob') =>
  ledger.probed({ canary, node, right, sentMs, outcome });
const receipt = (acknowledgedAtMs: number) => ({
  told: ['servers-1'],
  issuedAtMs: acknowledgedAtMs - 5,
  acknowledgedAtMs,
});

beforeEach(() => {
  ledger = new Ledger();
  for (const name of ['alice', 'bob'])
    ledger.enter({ name, asks: ['read', 'publish'], may: ['read', 'publish'], ends: null }, 0);
});

describe('a revocation', () => {
  it('is in force at a node from the last request that it served', () => {
    probe('a', 90, 'served');
    ledger.changing('bob');
    expect(probe('a', 95, 'refused')).toBe('changing');
    ledger.changed('c1', 'bob', [], receipt(100), []);
    expect(probe('b', 99, 'served')).toBe('changing');
    expect(probe('a', 110, 'served')).toBe('forbidden');
    probe('a', 120, 'refused');
    probe('b', 130, 'refused');
    probe('c', 140, 'failed');
    probe('d', 150, 'refused');
    probe('d', 160, 'served', 'publish');
    const [loss] = ledger.figures.lost;
    const node = (name: string) => loss?.nodes.find((each) => each.node === name);
    expect(loss).toMatchObject({ id: 'c1', rights: ['read', 'publish'], servedAfterMs: [10, 60] });
    expect(node('a')).toMatchObject({ probes: 2, served: 1, lastServedAfterMs: 10, stillServes: false });
    expect(node('b')).toMatchObject({ probes: 1, served: 0, lastServedAfterMs: null });
    expect(node('c')).toMatchObject({ probes: 1, failed: 1 });
    expect(node('d')).toMatchObject({ stillServes: true });
  });

  it('of one right leaves the others: refusing them is wrong', () => {
    ledger.changed('c1', 'bob', ['read'], receipt(100), []);
    expect(probe('a', 110, 'refused')).toBe('allowed');
    expect(probe('a', 110, 'refused', 'publish')).toBe('forbidden');
    expect(ledger.figures.kept).toEqual([{ canary: 'bob', node: 'a', served: 0, refused: 1, failed: 0 }]);
  });

  it('of a stolen token leaves all rights, and a request on its way with the old token decides nothing', () => {
    ledger.changing('bob');
    ledger.changed('c1', 'bob', ['read', 'publish'], receipt(100), []);
    expect(probe('a', 99, 'refused')).toBe('changing');
    expect(probe('a', 101, 'refused')).toBe('allowed');
    expect(ledger.figures.kept).toEqual([{ canary: 'bob', node: 'a', served: 0, refused: 1, failed: 0 }]);
  });

  it('by the end of a token decides nothing of a request that it overtakes', () => {
    ledger.enter({ name: 'eve', asks: ['read'], may: ['read'], ends: { id: 'expired', atMs: 100 } }, 0);
    const asked = (sentMs: number, answeredMs: number) =>
      ledger.probed({ canary: 'eve', node: 'a', right: 'read', sentMs, answeredMs, outcome: 'refused' });
    expect([asked(90, 95), asked(97, 102), asked(101, 103)]).toEqual(['allowed', 'changing', 'forbidden']);
  });

  it('that no node took changes nothing', () => {
    ledger.changing('bob');
    ledger.unchanged('bob');
    expect(probe('a', 110, 'served')).toBe('allowed');
    expect(ledger.figures.lost).toEqual([]);
  });

  it('is late where what others wrote since reaches the revoked, or what the revoked wrote reaches others', () => {
    ledger.changed('c1', 'bob', [], receipt(100), []);
    ledger.wrote('old', { canary: 'alice', node: 'a', sentMs: 99 });
    ledger.wrote('new', { canary: 'alice', node: 'a', sentMs: 101 });
    ledger.wrote('own', { canary: 'bob', node: 'a', sentMs: 102 });
    for (const message of ['old', 'new', 'new', 'own', 'of somebody else'])
      ledger.received('bob', 'b', message);
    ledger.received('alice', 'a', 'own');
    expect(ledger.figures.lost[0]).toMatchObject({ receivedAfterwards: 1, spread: 1 });
    ledger = new Ledger();
    ledger.enter({ name: 'bob', asks: ['publish'], may: ['publish'], ends: null }, 0);
    ledger.enter({ name: 'alice', asks: ['read'], may: ['read'], ends: null }, 0);
    ledger.changed('c1', 'bob', [], receipt(100), []);
    ledger.wrote('own', { canary: 'bob', node: 'a', sentMs: 102 });
    ledger.received('alice', 'a', 'own');
    expect(ledger.figures.lost[0]).toMatchObject({ spread: 0 });
    ledger.received('alice', 'b', 'own');
    expect(ledger.figures.lost[0]).toMatchObject({ spread: 1 });
  });

  it('has open streams closed, and says how long that took', () => {
    ledger.changed('c1', 'bob', [], receipt(100), ['a', 'b', 'c']);
    ledger.streamEnded('bob', 'b', 130);
    ledger.streamEnded('bob', 'a', 150);
    ledger.streamEnded('bob', 'a', 900);
    expect(ledger.figures.lost[0]?.streams).toEqual({ open: 3, stillOpen: 1, lastEndedAfterMs: 50 });
  });
});

it('a grant counts from the first request that a node serves; until then a refusal is not wrong', () => {
  ledger.enter({ name: 'dave', asks: ['read'], may: [], ends: null }, 0);
  expect(probe('a', 50, 'refused', 'read', 'dave')).toBe('forbidden');
  ledger.changed('c1', 'dave', ['read'], receipt(100), []);
  expect(probe('a', 110, 'refused', 'read', 'dave')).toBe('changing');
  expect(probe('a', 120, 'served', 'read', 'dave')).toBe('allowed');
  expect(probe('a', 130, 'refused', 'read', 'dave')).toBe('allowed');
  expect(probe('b', 130, 'refused', 'read', 'dave')).toBe('changing');
  expect(ledger.figures.gained[0]?.nodes).toEqual([
    { node: 'a', servedAfterMs: 20 },
    { node: 'b', servedAfterMs: null },
  ]);
  expect(ledger.figures.lost[0]).toMatchObject({ id: 'not-granted', canary: 'dave' });
});

it('a token that expires is good for nothing from that millisecond on', () => {
  ledger.enter({ name: 'late', asks: ['read'], may: ['read'], ends: { id: 'expired', atMs: 1000.5 } }, 0);
  expect(probe('a', 1000, 'served', 'read', 'late')).toBe('allowed');
  expect(probe('a', 1001, 'served', 'read', 'late')).toBe('forbidden');
  expect(ledger.figures.lost[0]).toMatchObject({
    id: 'expired',
    acknowledgedAtMs: 1000.5,
    servedAfterMs: [1],
  });
});
