// The backups of a run's stores: begins them before the load, makes further ones, and brings destroyed stores back.
import { type BackupHost, restoredLine } from '../../backup/method/backup-method.ts';
import type { Containers } from '../../cluster/containers.ts';
import { type ContainerEvent, Label, type RunningContainer } from '../../engine/engine.ts';
import { TopolabError } from '../../errors.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { BackupType } from '../../scenario/timeline/timeline.ts';
import { backedUp } from '../containers/backup-parts.ts';
import type { Joining } from '../membership/joining.ts';
import type { NodeLogs } from '../nodes/node-logs.ts';
import { type NodeContext, nodeLabels } from '../containers/node-spec.ts';
import type { Roster } from '../nodes/roster.ts';

export interface BackupsOptions {
  readonly containers: Pick<Containers, 'exec' | 'launch' | 'logs' | 'createVolume'>;
  readonly context: NodeContext;
  readonly recorder: Recorder;
  readonly roster: Roster;
  readonly joining: Joining;
  readonly logs: Pick<NodeLogs, 'keep'>;
  /** A container beside a store is measured from now on. */
  readonly measure: BackupHost['measure'];
}

export class Backups {
  readonly #options: BackupsOptions;
  readonly #helpers = new Map<string, RunningContainer | undefined>();

  constructor(options: BackupsOptions) {
    this.#options = options;
  }

  /** Of a group whose first node is about to be launched: makes the place for its backups. Nothing where it has none. */
  async prepare(groupName: string): Promise<void> {
    const found = this.#backedUp(groupName);
    if (found === undefined) return;
    const { containers, context } = this.#options;
    const { run, scenario } = context;
    await containers.createVolume({
      name: found.store.volume,
      labels: { [Label.run]: run, [Label.scenario]: scenario.name, [Label.group]: groupName },
    });
  }

  /** Of a group that has just come up: from now on it is backed up, and has a first full backup. Nothing where it has none. */
  async begin(groupName: string, signal: AbortSignal): Promise<void> {
    const found = this.#backedUp(groupName);
    if (found === undefined) return;
    const { store, method } = found;
    await this.#options.recorder.step(`first backup of ${groupName}`, async () => {
      const begunMs = performance.now();
      const database = this.#running(groupName);
      this.#helpers.set(groupName, await method.begin(store, database, this.#host(), signal));
      this.#made(groupName, 'full', begunMs);
    });
  }

  /** @throws TopolabError `backup-failed`, also where the store is not there. */
  async make(groupName: string, type: BackupType): Promise<void> {
    const found = this.#backedUp(groupName);
    if (found === undefined)
      throw new TopolabError(`back up ${groupName}: it has no backups`, { code: 'bug' });
    const begunMs = performance.now();
    const database = this.#running(groupName);
    const helper = this.#helpers.get(groupName);
    await found.method.backUp(found.store, { database, helper }, type, this.#host());
    this.#made(groupName, type, begunMs);
  }

  /** Launches the node that comes back, and resolves once its database takes writes. */
  async restore(groupName: string, node: string, signal: AbortSignal): Promise<void> {
    const { containers, joining, recorder, roster } = this.#options;
    await joining.launch(groupName, [node], signal, { restored: true });
    const id = roster.find(node)?.container?.id;
    if (id === undefined) return;
    const copied = restoredLine.exec(await containers.logs(id))?.[1];
    recorder.record({ type: 'store-restored', group: groupName, node, copyMs: Number(copied ?? 0) });
  }

  /** A helper that ends by itself is told of: a commit that waits for a receiver waits without end. */
  observe({ kind, containerId, exitCode }: ContainerEvent): void {
    const [group] = [...this.#helpers].find(([, helper]) => helper?.id === containerId) ?? [];
    if (kind === 'exited' && group !== undefined)
      this.#options.recorder.warn(
        `what backs ${group} up has ended with code ${exitCode ?? 'unknown'}: from now on nothing is committed, or nothing is kept`,
      );
  }

  /** Of the containers beside the stores. */
  async keepLogs(): Promise<void> {
    const { logs } = this.#options;
    for (const helper of this.#helpers.values())
      if (helper !== undefined) await logs.keep(helper.labels[Label.node] ?? helper.name, helper.id);
  }

  #made(group: string, kind: BackupType, begunMs: number): void {
    const tookMs = Math.round(performance.now() - begunMs);
    this.#options.recorder.record({ type: 'backup-made', group, kind, tookMs });
  }

  #backedUp(group: string): ReturnType<typeof backedUp> {
    const { context, roster } = this.#options;
    return backedUp(roster.group(group), context);
  }

  #running(group: string): RunningContainer {
    const [present] = this.#options.roster.presentOf(group);
    if (present === undefined)
      throw new TopolabError(`back up ${group}: it is not there`, { code: 'backup-failed' });
    return present.container;
  }

  #host(): BackupHost {
    const { containers, context, measure } = this.#options;
    const { run, networkId, imageFor } = context;
    return {
      containers,
      measure,
      helperSpec: ({ group }, name) => {
        const full = `${group.name}-${name}`;
        return {
          name: `topolab-${run}-${full}`,
          image: imageFor(group.image),
          labels: nodeLabels({ group: group.name, node: full, role: name }, context),
          network: { id: networkId, aliases: [full] },
        };
      },
    };
  }
}
