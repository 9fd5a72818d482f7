// The watcher is a process of its own; what it is told on its standard input decides whether it acts. That it acts is shown with
// real containers, by a run that is killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../../orchestrator/run/reaper.ts', import.meta.url));

it('the watcher of a run ends at once, without asking Docker, when it is dismissed', async () => {
  const child = spawn(process.execPath, [program, 'tested-1'], {
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { ...process.env, DOCKER_HOST: 'unix:///nowhere/docker.sock' },
  });
  child.stdin.end('done\n');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
