// A fleet on the fake engine: whoever makes one says what its nodes, the helper in their networks and its listeners do.
import { Cluster } from '../../../orchestrator/cluster/cluster.ts';
import { hostOfEngine } from '../../../orchestrator/cluster/host.ts';
import type { FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { readCopies } from '../../../orchestrator/fleet/containers/copied-files.ts';
import { createFleet, type Fleet, type FleetOptions } from '../../../orchestrator/fleet/create-fleet.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { ActionChange } from '../../../orchestrator/plan/plan.ts';
import type { Scenario } from '../../../orchestrator/scenario/scenario.ts';
import { noSecrets, type TakenSecrets } from '../../../orchestrator/secrets/take-secrets.ts';

interface MadeFleet extends Partial<Pick<FleetOptions, 'onChange' | 'keepLog' | 'over'>> {
  readonly engine: FakeEngine;
  /** Default: one host with that engine. */
  readonly cluster?: Cluster;
  readonly scenario: Scenario;
  readonly recorder: FleetOptions['recorder'];
  readonly secrets?: TakenSecrets;
  readonly agent?: FleetOptions['agent'];
  /** By default its scripts do nothing. */
  readonly netAdmin?: Partial<NonNullable<FleetOptions['netAdmin']>>;
}

const nobody = () => Promise.reject(new Error('nobody is to be asked'));

/** Nodes are ready at once, and nothing else is asked. */
export const readyAtOnce: FleetOptions['agent'] = {
  probe: async () => ({ ready: true, tookMs: 1 }),
  http: nobody,
  exchange: nobody,
  ask: nobody,
  isFrozen: nobody,
};

export async function makeFleet({
  engine,
  cluster = new Cluster([hostOfEngine(engine)]),
  scenario,
  recorder,
  secrets = noSecrets,
  agent = readyAtOnce,
  netAdmin,
  // Nobody looks whether faults bite: most tests are of faults alone.
  over = AbortSignal.abort(),
  onChange = () => {},
  keepLog = async () => {},
}: MadeFleet): Promise<Fleet> {
  const { id: networkId } = await engine.createNetwork({ name: 'n', labels: {} });
  return createFleet({
    cluster,
    agent,
    agentAddress: '10.0.0.254',
    over,
    netAdmin: {
      inNetwork: async () => true,
      look: async () => '',
      lacks: () => false,
      ...netAdmin,
    },
    neighbours: { run: async () => '', processesOf: async () => new Map() },
    context: {
      run: 'tested-1',
      scenario,
      networkId,
      observersId: 'observers',
      imageFor: (image) => image,
      secrets,
      databasePassword: 'made-up',
      copied: await readCopies(scenario.groups),
    },
    recorder,
    onChange,
    keepLog,
  });
}

/** Launches the nodes of the scenario. @returns its changes, in order. */
export async function launchAll({ joining }: Fleet, scenario: Scenario): Promise<ActionChange[]> {
  const { signal } = new AbortController();
  const { initialNodes, actions } = makePlan(scenario);
  for (const { group, nodes } of initialNodes) await joining.launch(group, nodes, signal);
  return actions.map(({ change }) => change);
}

/** Launches the nodes of the scenario, and carries out its changes one after the other, without waiting for their times. */
export async function carryOut(
  fleet: Fleet,
  scenario: Scenario,
  afterEach: () => void = () => {},
): Promise<void> {
  const { signal } = new AbortController();
  for (const change of await launchAll(fleet, scenario)) {
    await fleet.dispatcher.perform(change, signal);
    afterEach();
  }
}
