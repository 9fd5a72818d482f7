// One trial with equal nodes: whatever it made is gone afterwards, also where it fails.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hosts } from '../../orchestrator/cluster/host.ts';
import { messageOf } from '../../orchestrator/errors.ts';
import { nodeSpec } from '../../orchestrator/fleet/containers/node-spec.ts';
import { removeLeftoversOf } from '../../orchestrator/run/guard/clean-up.ts';
import { makeRunId } from '../../orchestrator/run/identity/run-id.ts';
import type { Scenario } from '../../orchestrator/scenario/scenario.ts';
import { noSecrets } from '../../orchestrator/secrets/take-secrets.ts';
import { type Launcher, timeTrial, type Trial } from './launcher.ts';

export interface NodesTrial {
  /** Where they may come to be. */
  readonly hosts: Hosts;
  /** Of its first group, with the limits of that. */
  readonly scenario: Scenario;
  readonly nodes: number;
  readonly image: string;
  readonly signal: AbortSignal;
}

export async function timeNodes(
  launcher: Launcher,
  { hosts, scenario, nodes, image, signal }: NodesTrial,
): Promise<Trial> {
  signal.throwIfAborted();
  const run = makeRunId('bench', new Date());
  const folder = await mkdtemp(join(tmpdir(), 'topolab-bench-'));
  const [group] = scenario.groups;
  if (group === undefined) throw new Error('the scenario has no group');
  const context = {
    run,
    scenario,
    networkId: '',
    observersId: '',
    imageFor: () => image,
    secrets: noSecrets,
    databasePassword: 'made-up',
    copied: new Map(),
  };
  const limits = { cpus: group.cpus, memoryBytes: group.memoryBytes };
  const specs = Array.from({ length: nodes }, (_, index) =>
    nodeSpec({ group, name: `${group.name}-${index + 1}` }, limits, context),
  );
  try {
    return await timeTrial(launcher, run, specs, folder);
  } finally {
    await removeLeftoversOf(hosts, run).catch((error: unknown) => {
      if (launcher.mayLeaveNetwork !== true) throw error;
      process.stderr.write(`  ${launcher.name}: ${messageOf(error)}\n`);
    });
    await rm(folder, { recursive: true });
  }
}
