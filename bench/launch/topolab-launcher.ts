// Topolab's own way: the fleet of a run, which launches on the engine and asks each node through the agent whether it is ready.
// Reapers and agents are launched within the measured time, as in every run.
import { noSecrets } from '../../orchestrator/secrets/take-secrets.ts';
import { AgentClient } from '../../orchestrator/agent/agent-client.ts';
import { Cluster } from '../../orchestrator/cluster/cluster.ts';
import type { Hosts } from '../../orchestrator/cluster/host.ts';
import { Label } from '../../orchestrator/engine/engine.ts';
import { agentSpec } from '../../orchestrator/metrics/observers.ts';
import { RunFolder } from '../../orchestrator/record/folder/run-folder.ts';
import { runLabels } from '../../orchestrator/run/identity/run-labels.ts';
import { createFleet } from '../../orchestrator/fleet/create-fleet.ts';
import { Recorder } from '../../orchestrator/record/recorder.ts';
import { RunGuard } from '../../orchestrator/run/guard/run-guard.ts';
import type { Scenario } from '../../orchestrator/scenario/scenario.ts';
import type { Launcher } from './launcher.ts';

export function topolabLauncher(
  hosts: Hosts,
  scenario: Scenario,
  image: string,
  signal: AbortSignal,
): Launcher {
  return {
    name: 'topolab',
    prepare: async (run, specs, folder) => {
      const recorder = new Recorder(await RunFolder.create(folder, run), []);
      const guard = new RunGuard({
        hosts,
        run,
        image,
        labels: runLabels(run, scenario.name),
        warn: () => {},
        moment: () => '',
      });
      const [{ engine }, ...others] = hosts;
      let agent: AgentClient | undefined;
      return {
        launch: async () => {
          const begunMs = performance.now();
          await guard.start(signal);
          const network = await engine.createNetwork({
            name: `topolab-${run}`,
            labels: { [Label.run]: run },
            spansHosts: others.length > 0,
          });
          const images = { node: image, prometheus: '' };
          const { id } = await engine.launch(agentSpec({ networks: [network], run, images }), signal);
          await Promise.all(
            others.map((host) =>
              host.engine.launch(
                agentSpec({ networks: [network], run, images, otherHost: host.name }),
                signal,
              ),
            ),
          );
          agent = await AgentClient.connect(engine, id, run);
          const helpersMs = performance.now() - begunMs;
          const fleet = createFleet({
            cluster: new Cluster(hosts),
            agent,
            agentAddress: '',
            over: signal,
            context: {
              run,
              scenario,
              networkId: network.id,
              observersId: '',
              imageFor: () => image,
              secrets: noSecrets,
              databasePassword: 'made-up',
              copied: new Map(),
            },
            recorder,
            netAdmin: undefined,
            onChange: () => {},
            keepLog: async () => {},
          });
          await fleet.joining.launch(
            scenario.groups[0]?.name ?? '',
            specs.map(({ labels }) => labels[Label.node] ?? ''),
            signal,
          );
          return { helpersMs };
        },
        remove: async () => {
          await agent?.[Symbol.asyncDispose]();
          await guard.removeAll();
        },
      };
    },
  };
}
