// How the program that presses on nodes gets into them: a volume of the run has it, which nodes see and cannot write to. So their images need not have
// it, and a container's root that can't be written to is no obstacle.
import { type ContainerSpec, type Engine, Label, type Labels } from '../engine/engine.ts';

/** Where its image and nodes have it. */
const FOLDER = '/.topolab';

/** What the engine is asked to run in a node. */
export const PRESSURE_COMMAND: readonly string[] = [`${FOLDER}/topolab-pressure`];

/** What programs of our images are started with where a fault may reach into them, such as one that sets their clock wrong. */
export const PRELOAD_VARIABLES = { LD_PRELOAD: `${FOLDER}/libtopolab-clock.so` };

/**
 * Makes the volume of a run on an engine. It goes with everything else that carries the run's label.
 * @returns its name.
 */
export async function providePressureVolume(
  engine: Pick<Engine, 'createVolume' | 'launch' | 'remove'>,
  { run, image, labels }: { readonly run: string; readonly image: string; readonly labels: Labels },
  signal?: AbortSignal,
): Promise<string> {
  const name = `topolab-${run}-pressure`;
  const all = { ...labels, [Label.run]: run };
  await engine.createVolume({ name, labels: all });
  // An empty volume gets what the image has there when the first container with it is made. The program ends at once, for nobody asks it anything.
  const container = await engine.launch(
    {
      name,
      image,
      labels: { ...all, [Label.group]: 'observers', [Label.node]: 'pressure', [Label.role]: 'pressure' },
      env: {},
      cpus: null,
      memoryBytes: 16 * 2 ** 20,
      hardened: true,
      mounts: [{ kind: 'volume', volume: name, path: FOLDER }],
    },
    signal,
  );
  // Where it can't be removed now, it goes at the end of the run: it has ended, and nothing depends on it.
  await engine.remove(container.id).catch(() => {});
  return name;
}

export function pressureMount(volume: string): NonNullable<ContainerSpec['mounts']>[number] {
  return { kind: 'volume', volume, path: FOLDER, readOnly: true };
}
