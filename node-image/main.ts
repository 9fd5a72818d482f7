// The program inside a node's container: `topolab-node <command>`. One file after bundling; each command loads only what it needs.
import { messageOf, NodeError } from './process/node-error.ts';
import type { Env } from './contract/env-reader.ts';
import { log } from './process/log.ts';

const commands: Readonly<Record<string, (env: Env) => Promise<void>>> = {
  server: async (env) => (await import('./server/server.ts')).runServer(env),
  client: async (env) => (await import('./client/client.ts')).runClient(env),
  peer: async (env) => (await import('./peer/peer.ts')).runPeer(env),
  switching: async (env) => (await import('./switching/switching.ts')).runSwitching(env),
  tracker: async (env) => (await import('./tracker/tracker.ts')).runTracker(env),
  agent: async (env) => (await import('./agent/agent.ts')).runAgent(env),
  door: async (env) => (await import('./door/door.ts')).runDoor(env),
  pipe: async (env) => (await import('./pipe/pipe.ts')).runPipe(env),
  reaper: async (env) => (await import('./reaper/reaper.ts')).runReaper(env),
  canary: async (env) => (await import('./canary/canary.ts')).runCanary(env),
  calibration: async (env) => (await import('./calibration/calibration-server.ts')).runCalibration(env),
};

async function main(name: string | undefined): Promise<void> {
  const command = name === undefined ? undefined : commands[name];
  if (command === undefined) {
    throw new NodeError(`There is no command '${name ?? ''}'.`, {
      code: 'no-such-command',
      hint: `Write one of: ${Object.keys(commands).join(', ')}.`,
      exitCode: 2,
    });
  }
  await command(process.env);
}

main(process.argv[2]).catch((thrown: unknown) => {
  const known = thrown instanceof NodeError ? thrown : undefined;
  // On stderr too, for `pipe` has its stdout in use.
  process.stderr.write(`${messageOf(thrown)}${known?.hint === undefined ? '' : ` ${known.hint}`}\n`);
  if (process.argv[2] !== 'pipe') log('error', messageOf(thrown), { code: known?.code });
  process.exit(known?.exitCode ?? 1);
});
