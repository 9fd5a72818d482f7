// Every kind of fault on a node of Topolab's image and on one of a foreign image: applied, seen to bite, taken back, seen to end, nothing left. And how
// soon HAProxy detects a server that fails, beside what its configuration promises.
import { fileURLToPath } from 'node:url';
import { connectDocker } from '../orchestrator/engine/docker/connect-docker.ts';
import type { BenchContext, BenchRow } from './benchmark.ts';
import { detectionRows } from './faults/detection.ts';
import { images, kinds, nodeOf } from './faults/every-kind.ts';
import { kindRow } from './faults/kind-rows.ts';
import { runHere } from './faults/run-here.ts';
import { atMost } from './harness/judge-row.ts';

const file = fileURLToPath(new URL('faults/every-kind.ts', import.meta.url));

export async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  await using engine = await connectDocker();
  const { signal, say, alone } = context;
  say('  every kind on two images, about two minutes');
  const { events, left } = await alone(() => runHere(engine, file, signal));
  const rows = kinds.flatMap((kind) =>
    (['ours', 'foreign'] as const).flatMap((image) => {
      const node = nodeOf(kind, image);
      return node === undefined ? [] : [kindRow(kind, images[image], node, events)];
    }),
  );
  for (const { name, met, note = '' } of rows) say(`  ${met ? 'yes' : 'NO '} ${name}: ${note}`);
  const nothingLeft = atMost(
    { name: 'containers, networks and volumes left of them', measured: left.length, unit: '' },
    0,
  );
  say('  four ways in which a server fails behind HAProxy, about two minutes');
  return [...rows, nothingLeft, ...(await alone(() => detectionRows(engine, signal)))];
}
