// `topolab clean`: removes whatever runs have left on the engine. Safe to repeat.
import { connectDocker } from '../engine/docker/connect-docker.ts';
import type { Leftovers } from '../engine/engine.ts';
import { removeLeftovers } from '../engine/remove-leftovers.ts';

export async function cleanCommand(options: {
  readonly run?: string;
  readonly stack?: boolean;
}): Promise<void> {
  await using engine = await connectDocker();
  say(await removeLeftovers(engine, options.run));
  if (options.stack) say(await removeLeftovers(engine, 'stack'));
}

function say({ containers, networks, volumes }: Leftovers): void {
  const names = [...containers, ...networks, ...volumes].map(({ name }) => name);
  const counts = `${containers.length} containers, ${networks.length} networks, ${volumes.length} volumes`;
  process.stdout.write(names.length === 0 ? 'Nothing to remove.\n' : `Removed ${counts}:\n`);
  for (const name of names) process.stdout.write(`  ${name}\n`);
}
