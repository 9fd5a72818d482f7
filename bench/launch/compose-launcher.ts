// Docker Compose, where it is installed: the same nodes as replicas of one service.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { stringify } from 'yaml';
import { $ } from 'zx';
import type { ContainerSpec } from '../../orchestrator/engine/engine.ts';
import { untilListening } from './docker-client.ts';
import type { Launcher } from './launcher.ts';

export interface Compose {
  /** `docker compose`, or the older command of its own. */
  readonly command: readonly string[];
  readonly version: string;
}

const quiet = $({ quiet: true, nothrow: true });

/** Undefined where there is none. */
export async function findCompose(): Promise<Compose | undefined> {
  for (const command of [['docker', 'compose'], ['docker-compose']]) {
    const { exitCode, stdout } = await quiet`${command} version --short`;
    if (exitCode === 0) return { command, version: stdout.trim().replace(/^v/, '') };
  }
  return undefined;
}

/** @param down further arguments of `down`: `--timeout 0` kills at once, as Topolab does at the end of a run. */
export function composeLauncher(
  docker: Docker,
  { command, version }: Compose,
  down: readonly string[],
): Launcher {
  return {
    name: ['compose', version, 'down', ...down].join(' '),
    prepare: async (run, specs, folder) => {
      const project = run.toLowerCase();
      const file = join(folder, 'compose.yaml');
      const networks = { default: { labels: specs[0]?.labels } };
      await writeFile(file, stringify({ services: { node: serviceOf(specs) }, networks }));
      const compose = (...args: string[]) =>
        $({ quiet: true })`${command} --project-name ${project} --file ${file} ${args}`;
      return {
        launch: async () => {
          await compose('up', '--detach', '--scale', `node=${specs.length}`);
          const filters = { label: [`com.docker.compose.project=${project}`] };
          const containers = await docker.listContainers({ filters });
          if (containers.length !== specs.length)
            throw new Error(`compose started ${containers.length} nodes`);
          await Promise.all(containers.map(({ Id }) => untilListening(docker.getContainer(Id))));
          return { helpersMs: 0 };
        },
        remove: async () => {
          await compose('down', ...down);
        },
      };
    },
  };
}

/** A node's spec in Compose's words; names and aliases are Compose's own. */
function serviceOf([spec]: readonly ContainerSpec[]): unknown {
  if (spec === undefined) throw new Error('no node to launch');
  return {
    image: spec.image,
    labels: spec.labels,
    environment: spec.env,
    cpus: spec.cpus,
    mem_limit: spec.memoryBytes,
    memswap_limit: spec.memoryBytes,
    read_only: true,
    user: '65532:65532',
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges'],
    pids_limit: 64,
    tmpfs: ['/tmp:rw,nosuid,nodev,mode=1777'],
  };
}
