// Whether the kernel of the engine's host has what a scenario's links and faults need. Pure.
import { TopolabError } from '../errors.ts';
import { type KernelFeature, possibleWay } from '../faults/kind/host-need.ts';
import type { PlacedNeed } from '../plan/host-needs.ts';

/** Each feature once, in the order of first need. */
function featuresOf(needs: readonly PlacedNeed[]): KernelFeature[] {
  return [...new Map(needs.flatMap(({ ways }) => ways.flat()).map((each) => [each.name, each])).values()];
}

/** Tries everything in a namespace of its own, which is gone afterwards. Writes a line for each. */
export function kernelTrials(needs: readonly PlacedNeed[]): string {
  const trials = featuresOf(needs).map(
    ({ trial }, index) =>
      `if (${trial}) >/dev/null 2>&1; then echo "${index} has"; else echo "${index} lacks"; fi`,
  );
  return `unshare -n sh <<'TRIALS'\nip link set lo up\n${trials.join('\n')}\nTRIALS\n`;
}

/** What the output of these trials does not say that the kernel has. */
export function lackedBy(output: string, needs: readonly PlacedNeed[]): (feature: KernelFeature) => boolean {
  const there = new Set(output.split('\n').filter((line) => line.endsWith(' has')));
  const lacked = new Set(
    featuresOf(needs).flatMap(({ name }, index) => (there.has(`${index} has`) ? [] : [name])),
  );
  return ({ name }) => lacked.has(name);
}

/** Fails with `kernel-lacks`, naming what it is and who asks for it, where a need can be met in no way. */
export function requireKernel(
  needs: readonly PlacedNeed[],
  lacks: (feature: KernelFeature) => boolean,
): void {
  const unmet = needs.filter(({ ways }) => possibleWay(ways, lacks) === undefined);
  if (unmet.length === 0) return;
  const lacking = featuresOf(unmet).filter(lacks);
  const each = (pick: (need: PlacedNeed) => string) => [...new Set(unmet.map(pick))];
  const fields = each(({ field }) => field).join(', ');
  const what = `${each(({ task }) => task).join(' and ')} of ${each(({ where }) => where).join(', ')}`;
  const names = lacking.map(({ name }) => name).join(', ');
  const modules = lacking.flatMap(({ module }) => (module === '' ? [] : [module])).join(' ');
  const load =
    modules === ''
      ? `Leave ${fields} out there.`
      : `Load it on the engine's host with \`modprobe -a ${modules}\` where its kernel has it as a module; otherwise leave ${fields} out there.`;
  const advice = [...new Set(unmet.flatMap((need) => need.advice ?? []))];
  throw new TopolabError(`${what}: the kernel of the engine's host lacks ${names}, needed for ${fields}`, {
    code: 'kernel-lacks',
    hint: [load, ...advice].join(' '),
  });
}
