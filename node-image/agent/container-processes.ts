// Finds the first process of each container by the container's id, which stands in the path of its control group. The engine could tell it too,
// but only to somebody who asks it; this is known on the host itself.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseStartTicks } from './cgroup-files.ts';

const containerIds = /[\da-f]{64}/g;

export class ContainerProcesses {
  readonly #procRoot: string;
  readonly #known = new Map<string, number>();

  /** @param procRoot the /proc of the host's pid namespace */
  constructor(procRoot = '/proc') {
    this.#procRoot = procRoot;
  }

  /**
   * The process that has run for the longest in each of these containers, by container id; those without a process are left out. All processes of the
   * host are looked through where one is not known yet: some ten microseconds each.
   */
  firstOf(ids: readonly string[]): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    for (const id of ids) {
      const pid = this.#known.get(id);
      // A process id may be another's by now.
      if (pid !== undefined && this.#cgroups(pid).includes(id)) found.set(id, pid);
      else this.#known.delete(id);
    }
    const missing = new Set(ids.filter((id) => !found.has(id)));
    if (missing.size === 0) return found;
    for (const [id, pid] of this.#search(missing)) {
      this.#known.set(id, pid);
      found.set(id, pid);
    }
    return found;
  }

  #search(wanted: ReadonlySet<string>): ReadonlyMap<string, number> {
    const first = new Map<string, { readonly pid: number; readonly startTicks: number }>();
    for (const name of readdirSync(this.#procRoot)) {
      if (!/^\d+$/.test(name)) continue;
      const pid = Number(name);
      const ids = new Set((this.#cgroups(pid).match(containerIds) ?? []).filter((id) => wanted.has(id)));
      if (ids.size === 0) continue;
      const startTicks = parseStartTicks(this.#read(pid, 'stat'));
      for (const id of ids)
        if (startTicks < (first.get(id)?.startTicks ?? Number.POSITIVE_INFINITY))
          first.set(id, { pid, startTicks });
    }
    return new Map([...first].map(([id, { pid }]) => [id, pid]));
  }

  #cgroups(pid: number): string {
    return this.#read(pid, 'cgroup');
  }

  /** '' where it has gone. */
  #read(pid: number, file: string): string {
    try {
      return readFileSync(join(this.#procRoot, String(pid), file), 'utf8');
    } catch {
      return '';
    }
  }
}
