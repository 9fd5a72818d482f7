// What ran out, and what nobody watched, in words.
import type { Saturation } from '../measure/figures/figures.ts';
import type { BlindSpot, Gap } from '../measure/saturation/watched.ts';
import { nameSome, seconds, share, stretchOf } from './figure-words.ts';
import { nameRole } from './name-role.ts';

/** `CPU of servers-1 (group servers): 99 % of its limit, throttled in 80 % of periods, from 12.0 s for 30.0 s` */
export function describeSaturated(saturation: Saturation): string {
  const { resource, group, node, role, use } = saturation;
  const when = stretchOf(saturation);
  const ofHost = `CPU of ${nameHost(saturation)}: ${share(use)}`;
  if (resource === 'host-cpu') return `${ofHost} busy, ${when}`;
  if (resource === 'host-steal') return `${ofHost} stolen by a hypervisor, ${when}`;
  const owner = nameRole(role, group) ?? `${node} (group ${group})`;
  return `${resourceWords[resource]} of ${owner}: ${useOf(saturation)}, ${when}`;
}

/** `the host`, or `host box2` where there were several. */
export function nameHost({ host }: Pick<Saturation, 'host'>): string {
  return host === undefined ? 'the host' : `host ${host}`;
}

const resourceWords = {
  cpu: 'CPU',
  memory: 'memory',
  uplink: 'uplink',
  downlink: 'downlink',
  'generator-cpu': 'CPU',
} as const;

export function sayShortGenerator(saturation: Saturation): string {
  return (
    `Generator ${saturation.node} was short of CPU itself: ${useOf(saturation)}, ${stretchOf(saturation)}, so part of its latencies is its own. ` +
    `Give load ${saturation.group} more CPU or more generators.`
  );
}

export function sayFilledHost(saturation: Saturation): string {
  const { host, use } = saturation;
  return (
    `${host === undefined ? 'The host' : `Host ${host}`} was full (${share(use)} busy) ${stretchOf(saturation)}, and a quarter of it or more ` +
    'was used by other programs. Stop them, or use a larger host.'
  );
}

export function sayStolenHost(saturation: Saturation): string {
  return (
    `A hypervisor took ${share(saturation.use)} of ${nameHost(saturation)}'s CPU ${stretchOf(saturation)}, which affects ` +
    'the figures. Run again when the other machines are idle, or on a dedicated host.'
  );
}

function useOf({ use, throttled }: Saturation): string {
  const heldBack = throttled === null ? '' : `, throttled in ${share(throttled)} of its scheduler periods`;
  return `${share(use)} of its limit${heldBack}`;
}

export function sayGaps(gaps: readonly Gap[]): string {
  return nameSome(gaps, stretchOf, (more) => ` and ${more} times more`);
}

const limitWords = { cpu: 'CPU', memory: 'memory' } as const;

export function sayBlindSpots(spots: readonly BlindSpot[]): string {
  const named = nameSome(
    spots,
    ({ resource, group, nodes, forMs }) =>
      `the ${limitWords[resource]} of ${nodes} ${nodes === 1 ? 'node' : 'nodes'} of ${group} (for ${seconds(forMs)})`,
    (more) => `, and ${more} more`,
  );
  return (
    `There are no samples of ${named}, which ${spots.length === 1 ? 'has' : 'have'} a limit, so it is unknown whether it ran out. ` +
    "The agent reads them from the host's cgroups; some engines, such as Podman, don't let it read those of other containers."
  );
}
