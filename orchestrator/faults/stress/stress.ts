// A node whose CPU, memory or disk somebody else uses as well: a noisy neighbour, a leak, a backup. What uses them is a program inside the node, so
// that it counts toward the node's own limits.
import { writeSize } from '../../scenario/text/units.ts';
import type { FaultCommon, FaultKind } from '../kind/fault-kind.ts';
import type { Pressure } from '../pressure/pressure.ts';
import { pressureAspect } from './pressure-aspect.ts';
import { describeTarget } from '../targets/describe-target.ts';
import { resolveTarget } from '../targets/resolve-target.ts';
import { checkStress } from './check-stress.ts';
import { stressSchema, type WrittenStress } from './stress-schema.ts';

export interface Stress extends FaultCommon {
  readonly kind: 'stress';
  readonly demands: Pressure;
  /** The same in words. */
  readonly what: string;
}

const DEFAULT_PATH = '/tmp';

function demandsOf({ cpu, memory, io, path = DEFAULT_PATH }: WrittenStress): Pressure {
  return [
    ...(typeof cpu === 'number' ? [{ kind: 'busy' as const, workers: cpu }] : []),
    ...(typeof cpu === 'object' ? [{ kind: 'cores' as const, share: cpu.share }] : []),
    ...(memory === undefined ? [] : [{ kind: 'memory' as const, bytes: memory }]),
    ...(io === undefined ? [] : [{ kind: 'disk' as const, workers: io, path }]),
  ];
}

/** `2 CPU workers, 64MiB of memory`. */
function inWords({
  cpu,
  memory,
  io,
  path = DEFAULT_PATH,
}: Pick<WrittenStress, 'cpu' | 'memory' | 'io' | 'path'>): string {
  const parts = [
    typeof cpu === 'number' ? counted(cpu, 'CPU worker') : '',
    typeof cpu === 'object' ? `${Math.round(cpu.share * 1e4) / 100}% of the CPU` : '',
    memory === undefined ? '' : `${writeSize(memory)} of memory`,
    io === undefined ? '' : `${counted(io, 'writer')} to ${path}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export const stress = {
  schema: stressSchema,
  about: 'Use up CPU, memory or disk of nodes.',
  noun: 'stress',
  done: 'under stress',
  seenBy: "CPU time, memory and written bytes of what runs in the node's control group",
  effect: {
    kind: 'lasting',
    aspect: pressureAspect,
    put: (state, { demands }) => [...state, ...demands],
  },
  check: checkStress,
  resolve: (written, groups): Stress => ({
    kind: 'stress',
    target: resolveTarget(written, groups),
    forMs: written.for ?? null,
    demands: demandsOf(written),
    what: inWords(written),
  }),
  needs: () => [],
  shapes: () => false,
  summarize: ({ target, what }) => `stress ${describeTarget(target)}: ${what}`,
} satisfies FaultKind<WrittenStress, Stress, Pressure>;
