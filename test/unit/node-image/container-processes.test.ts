import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ContainerProcesses } from '../../../node-image/agent/container-processes.ts';

const [a, b] = ['a1'.repeat(32), 'b2'.repeat(32)] as const;
let proc: string;
let processes: ContainerProcesses;

beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'topolab-unit-'));
  mkdirSync(join(proc, 'net'));
  processes = new ContainerProcesses(proc);
});
afterEach(() => rmSync(proc, { recursive: true }));

/** A process in this control group that began so many ticks after the machine. */
function run(pid: number, cgroup: string, startTicks: number): void {
  mkdirSync(join(proc, String(pid)), { recursive: true });
  writeFileSync(join(proc, String(pid), 'cgroup'), `0::${cgroup}\n`);
  const fields = Array.from({ length: 19 }, () => '0');
  writeFileSync(
    join(proc, String(pid), 'stat'),
    `${pid} (a (b) c) S ${fields.slice(1).join(' ')} ${startTicks} 0\n`,
  );
}
const end = (pid: number) => rmSync(join(proc, String(pid)), { recursive: true });
const first = (...ids: string[]) => Object.fromEntries(processes.firstOf(ids));

it('of a container is the one that has run for the longest, whatever its number', () => {
  run(90, `/docker/${a}`, 5000);
  run(12, `/docker/${a}/worker`, 7000);
  run(7, `/system.slice/docker-${b}.scope`, 6000);
  run(1, '/init.scope', 1);
  expect(first(a, b)).toEqual({ [a]: 90, [b]: 7 });
});

it('is looked for again where it has ended, or where its number is another’s', () => {
  run(90, `/docker/${a}`, 5000);
  run(91, `/docker/${b}`, 5000);
  expect(first(a, b)).toEqual({ [a]: 90, [b]: 91 });
  end(90);
  run(91, '/user.slice', 8000);
  run(92, `/docker/${b}`, 8500);
  expect(first(a, b)).toEqual({ [b]: 92 });
});

it('is found as soon as it is there', () => {
  expect(first(a)).toEqual({});
  run(90, `/docker/${a}`, 5000);
  expect(first(a)).toEqual({ [a]: 90 });
});
