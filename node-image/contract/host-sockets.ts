// The engines that a reaper removes from, as JSON of host name → path of the engine's socket in the reaper's container.
import type { EnvReader } from './env-reader.ts';
import type { Variable } from './variables.ts';

export interface HostSocket {
  readonly name: string;
  /** Absolute. */
  readonly socket: string;
}

/** The host that the reaper runs on comes first. There is one at least. */
export function hostSockets(name: string): Variable<readonly HostSocket[]> {
  return {
    name,
    read: (reader) => readHosts(name, reader),
    write: (hosts) =>
      JSON.stringify(Object.fromEntries(hosts.map(({ name: host, socket }) => [host, socket]))),
  };
}

function readHosts(name: string, reader: EnvReader): readonly HostSocket[] {
  const text = reader.text(name);
  const hosts = Object.entries(parse(text ?? '')).flatMap(([host, socket]) =>
    typeof socket === 'string' && socket.startsWith('/') ? [{ name: host, socket }] : [],
  );
  if (hosts.length === 0)
    reader.problem(
      `${name} is ${text === undefined ? 'missing' : `'${text.slice(0, 60)}'`}: write JSON like {"host": "/var/run/docker.sock"}, name to socket`,
    );
  return hosts;
}

/** {} for what is no object. */
function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}
