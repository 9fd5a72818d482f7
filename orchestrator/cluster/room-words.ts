// What room a host has left for a container, in words. Pure.
import type { HostFacts, Resources } from './host.ts';
import type { RoomOf } from './occupancy.ts';
import { type Demand, isFor, isInZone, MOST_CONTAINERS_OF_A_HOST, type Placement } from './placement.ts';

/** `box2 (zone east) has 0.5 of 2 CPUs and 1.2 of 3.8 GiB left`, or why nothing of that kind comes to it. */
export function tellRoom(room: RoomOf<HostFacts>, demand: Demand, placement: Placement): string {
  return `${tellHost(room.host)} ${whyNone(room, demand, placement) ?? tellFree(room)}`;
}

/** `box2 (zone east)`. */
export function tellHost({ name, zone }: Pick<HostFacts, 'name' | 'zone'>): string {
  return zone === null ? name : `${name} (zone ${zone})`;
}

/** `1.5 CPUs and 0.25 GiB`. */
export function tellResources({ cpus, memoryBytes }: Resources): string {
  return `${rounded(cpus)} CPU${cpus === 1 ? '' : 's'} and ${gibibytes(memoryBytes)} GiB`;
}

function whyNone(room: RoomOf<HostFacts>, demand: Demand, placement: Placement): string | undefined {
  if (room.isClosed) return 'takes nothing more: a fault keeps nodes off it, or it was lost';
  if (!isFor(room, demand)) return `is kept for ${room.use}`;
  if (room.lacksStorage(demand)) return 'does not have its volumes';
  if (!isInZone(placement, room, demand)) return `is not in zone ${demand.zone}`;
  if (room.free === null) return 'has room for whatever is asked for';
  if (room.containers < MOST_CONTAINERS_OF_A_HOST) return undefined;
  return `has ${room.containers} containers, the most that its network takes`;
}

function tellFree({ host: { capacity, taken }, free }: RoomOf<HostFacts>): string {
  const cpus = `${rounded(free?.cpus ?? 0)} of ${rounded(capacity?.cpus ?? 0)} CPUs`;
  const memory = `${gibibytes(free?.memoryBytes ?? 0)} of ${gibibytes(capacity?.memoryBytes ?? 0)} GiB`;
  const others =
    taken === undefined ? '' : `, beside ${tellResources(taken)} for services and other commands`;
  return `has ${cpus} and ${memory} left${others}`;
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}

function gibibytes(bytes: number): number {
  return rounded(bytes / 2 ** 30);
}
