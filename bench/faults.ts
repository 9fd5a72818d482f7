// Every kind of fault on a node of Topolab's image and on one of a foreign image, or on hosts of a Swarm: applied, seen to bite, taken back, seen to
// end, nothing left. And how soon HAProxy detects a server that fails, beside what its configuration promises.
import { fileURLToPath } from 'node:url';
import { connectDocker } from '../orchestrator/engine/docker/connect-docker.ts';
import type { BenchContext, BenchRow } from './benchmark.ts';
import { detectionRows } from './faults/detection.ts';
import { everyKind, images, kinds, nodeOf } from './faults/every-kind.ts';
import { examples } from './faults/examples.ts';
import { hostRows } from './faults/host-rows.ts';
import { kindRow } from './faults/kind-rows.ts';
import { runHere } from './faults/run-here.ts';
import { atMost, known } from './harness/judge-row.ts';

const file = fileURLToPath(new URL('faults/every-kind.ts', import.meta.url));

export async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  await using engine = await connectDocker();
  const { signal, say, alone } = context;
  say('  every kind on two images, about two minutes');
  const { events, left } = await alone(() => runHere(engine, file, signal));
  const onNodes = everyKind.flatMap((kind) =>
    (['ours', 'foreign'] as const).flatMap((image) => {
      const node = nodeOf(kind, image);
      if (node === undefined) return [];
      const on = images[image];
      // A host that can't is no failure.
      if (!kinds.includes(kind))
        return known({
          name: `${kind}, ${on}`,
          measured: Number.NaN,
          unit: 's',
          note: 'needs a host with version 2 of control groups',
        });
      const { lasts = true, endsNodes = false } = examples[kind];
      return kindRow({ kind, on, nodes: [node], isUndone: lasts && !endsNodes }, events);
    }),
  );
  say('  every kind on hosts of a Swarm, about three minutes');
  const rows = [...onNodes, ...(await alone(() => hostRows(signal)))];
  for (const { name, aim, met, note = '' } of rows)
    say(`  ${aim === 'none' ? '–  ' : met ? 'yes' : 'NO '} ${name}: ${note}`);
  const nothingLeft = atMost(
    { name: 'containers, networks and volumes left of them', measured: left.length, unit: '' },
    0,
  );
  say('  four ways in which a server fails behind HAProxy, about two minutes');
  return [...rows, nothingLeft, ...(await alone(() => detectionRows(engine, signal)))];
}
