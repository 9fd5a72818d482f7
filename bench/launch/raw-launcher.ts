// The raw Docker API: create, start, wait for the log line that says ready; as many containers at once as given.
import { totalmem } from 'node:os';
import type Docker from 'dockerode';
import pLimit from 'p-limit';
import { createOptions } from '../../orchestrator/engine/docker/create-options.ts';
import { Label } from '../../orchestrator/engine/engine.ts';
import { messageOf } from '../../orchestrator/errors.ts';
import { untilListening } from './docker-client.ts';
import type { Launcher } from './launcher.ts';

export function rawLauncher(docker: Docker, atOnce: number): Launcher {
  return {
    name: `raw API, ${atOnce} at once`,
    mayLeaveNetwork: true,
    prepare: async (run, specs) => {
      const limit = pLimit(atOnce);
      let network: Docker.Network | undefined;
      let containers: Docker.Container[] = [];
      return {
        launch: async () => {
          network = await docker.createNetwork({ Name: `raw-${run}`, Labels: { [Label.run]: run } });
          const { id } = network;
          containers = await Promise.all(
            specs.map(async (spec) => {
              const options = createOptions(
                { ...spec, network: { id, aliases: spec.network?.aliases ?? [] } },
                totalmem(),
              );
              const container = await limit(async () => {
                const created = await docker.createContainer(options);
                await created.start();
                return created;
              });
              await untilListening(container);
              return container;
            }),
          );
          return { helpersMs: 0 };
        },
        remove: async () => {
          await Promise.all(containers.map((each) => limit(() => each.remove({ force: true, v: true }))));
          await network?.remove().catch(keepingStaleEndpoints);
        },
      };
    },
  };
}

/** Docker before 23.0 sometimes goes on counting endpoints of containers that were removed at once, until the daemon is restarted. */
function keepingStaleEndpoints(error: unknown): void {
  if (!messageOf(error).includes('has active endpoints')) throw error;
}
