// `npm run test:vm`: the delay and jitter of links, and distances, on a kernel that has netem, for hosts whose own lacks it. Not part of any other test: it needs
// Debian on amd64 with qemu-system-x86, and three minutes of a core.
import { ok } from 'node:assert/strict';
import type { Link } from '../../orchestrator/scenario/groups/group.ts';
import { linkScript, routeScript } from '../../orchestrator/faults/link/link-script.ts';
import { runMachine } from './machine.ts';

const open: Link = {
  uplinkBytesPerSecond: null,
  downlinkBytesPerSecond: null,
  loss: 0,
  delayMs: 0,
  jitterMs: 0,
};
const slow = { ...open, downlinkBytesPerSecond: 1_000_000 };
const links = {
  delayed: { ...open, delayMs: 100 },
  jittery: { ...open, delayMs: 100, jitterMs: 20 },
  'slow-delayed': { ...slow, delayMs: 100 },
  'slow-jittery': { ...slow, delayMs: 100, jitterMs: 20 },
} as const satisfies Readonly<Record<string, Link>>;

const far = { source: '10.0.0.2', delayMs: 100, jitterMs: 0 };
const others = [1, 2, 3].map((nth) => ({ source: `10.0.1.${nth}`, delayMs: 300, jitterMs: 0 }));
/** Whoever sends to the node is far from it, or only others are. The last comes as somebody joins: only the table is another. */
const distances = {
  distant: linkScript(null, 'netem', [far, ...others]),
  'distant-others': linkScript(null, 'netem', others),
  'distant-rejoined': routeScript(null, 'netem', [...others, far]),
  'slow-distant': linkScript(slow, 'netem', [far, ...others]),
} as const;

/** The machine's shell has commands of its own by these names, which know too little. */
const commands = 'set -e\ndev=node\nip() { /sbin/ip "$@"; }\ntc() { /sbin/tc "$@"; }\n';
const scripts = [
  ...Object.entries(links).map(([name, link]) => [name, linkScript(link, 'netem')] as const),
  ...Object.entries(distances),
].map(([name, script]) => [name, `${commands}${script}\n`]);

interface Measured {
  readonly link: string;
  readonly came?: number;
  readonly overtaken?: number;
  readonly medianMs?: number;
  readonly bytesPerSecond?: number;
}

const lines = await runMachine(Object.fromEntries(scripts) as Record<string, string>, (text) =>
  process.stdout.write(text),
);
ok(lines.includes('measured'), 'the machine came to its end');
const measured = lines
  // The firmware ends its last line with no line end.
  .flatMap((line) => /\{"link".*\}/.exec(line) ?? [])
  .map((line) => JSON.parse(line) as Measured)
  .reduce((all, one) => all.set(one.link, { ...all.get(one.link), ...one }), new Map<string, Measured>());

for (const name of [...Object.keys(links), ...Object.keys(distances)]) {
  const { came, overtaken, medianMs = 0 } = measured.get(name) ?? { link: name };
  ok(came === 400, `${name}: all datagrams came, not ${came}`);
  ok(overtaken === 0, `${name}: none overtook another, not ${overtaken}`);
  // An emulated machine is late by itself.
  if (name === 'distant-others') ok(medianMs < 80, `${name}: who is near is not delayed, by ${medianMs} ms`);
  else ok(medianMs > 80 && medianMs < 200, `${name}: the delay is about 100 ms, not ${medianMs}`);
}
// The queue is deep, so TCP's first overshoot costs it a second or two of the five that are measured.
const rateOf = (name: keyof typeof links | keyof typeof distances): number =>
  measured.get(name)?.bytesPerSecond ?? 0;
for (const name of ['slow-delayed', 'slow-jittery', 'slow-distant'] as const)
  ok(rateOf(name) > 0.6e6 && rateOf(name) < 1.05e6, `${name}: it carries about 1 MB/s, not ${rateOf(name)}`);
ok(rateOf('slow-jittery') > 0.8 * rateOf('slow-delayed'), 'jitter costs TCP nothing on a slow downlink');
// Packets that overtake each other left it a seventieth.
ok(rateOf('jittery') > 0.15 * rateOf('delayed'), 'and not most of its throughput where there is no rate');
process.stdout.write('All links were as asked for.\n');
