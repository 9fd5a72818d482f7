// Where figures were measured: without it they say nothing.
import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { topolabVersion } from '../../orchestrator/commands/version.ts';
import { messageOf } from '../../orchestrator/errors.ts';

/** What was measured with and on, as name and value. */
export async function describeHost(): Promise<Readonly<Record<string, string>>> {
  const [load = 0] = loadavg();
  return {
    CPU: `${availableParallelism()} × ${cpus()[0]?.model ?? arch()}`,
    Memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    System: `${type()} ${release()}`,
    Docker: await describeDocker(),
    'Node.js': process.version,
    Topolab: topolabVersion(),
    'Load average before': load.toFixed(2),
  };
}

async function describeDocker(): Promise<string> {
  try {
    await using engine = await connectDocker();
    const { version, apiVersion, os, kernel, cpus: cores } = engine.description;
    return `${version} (API ${apiVersion}), ${os}, kernel ${kernel}, ${cores} CPUs`;
  } catch (error) {
    return messageOf(error);
  }
}
