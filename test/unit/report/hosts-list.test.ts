import { expect, it } from 'vitest';
import { hostsList } from '../../../orchestrator/report/sections/hosts-list.ts';
import { textOf } from './text-of.ts';

it('says of each of several hosts what it has, what it was used for, and whether its clock is ahead or behind', () => {
  const host = { cpus: 4, memoryBytes: 2 ** 32, zone: null };
  const list = hostsList([
    { ...host, name: 'box1', use: 'generators', clockOffsetMs: 0.4, clockErrorMs: 0.2 },
    { ...host, name: 'box2', use: 'nodes', zone: 'east', clockOffsetMs: -3000, clockErrorMs: 2 },
    { ...host, name: 'box3', use: 'nodes' },
  ]);
  const text = textOf(String(list));
  expect(text).toMatch(
    /box1.*4 CPUs, 4 GiB, generators, clock 0\.4 ms ± 0\.2 ms ahead of the orchestrator's/,
  );
  expect(text).toMatch(/box2.*zone east, nodes, clock 3 s ± 2 ms behind the orchestrator's/);
  expect(text).toMatch(/box3.*4 GiB, nodes\s*$/);
  expect(hostsList(undefined)).toBeNull();
});
