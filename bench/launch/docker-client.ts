// Dockerode as one would use it without Topolab: the reference that our own engine stands beside.
import { Agent } from 'node:http';
import { inspect } from 'node:util';
import Docker from 'dockerode';
import { findEndpoint } from '../../orchestrator/engine/docker/find-endpoint.ts';
import { FrameParser } from '../../orchestrator/engine/docker/frames.ts';

/** With connections kept, and an agent that docker-modem does not print at length with every request: its best. */
/** @param env names the engine as for the `docker` command. Default: this process's. */
export function createDockerClient(env: NodeJS.ProcessEnv = process.env): Docker {
  const endpoint = findEndpoint(env);
  if (endpoint.kind !== 'socket') return new Docker();
  const agent = Object.assign(new Agent({ keepAlive: true }), { [inspect.custom]: () => 'Agent' });
  const options: Docker.DockerOptions & { readonly agent: Agent } = { socketPath: endpoint.path, agent };
  return new Docker(options);
}

/** Returns when the node has logged that it listens. No faster way works with every engine: addresses may be out of reach. */
export async function untilListening(container: Docker.Container): Promise<void> {
  const stream = await container.logs({ follow: true, stdout: true, stderr: true });
  const frames = new FrameParser();
  let text = '';
  for await (const chunk of stream) {
    for (const { data } of frames.push(chunk as Buffer)) text += data.toString();
    if (text.includes('"listening"')) return;
  }
  throw new Error(`node ${container.id.slice(0, 12)} ended before it listened: ${text}`);
}
