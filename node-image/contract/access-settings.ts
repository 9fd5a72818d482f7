// ACCESS: how a node checks what its users may do, as JSON. Not set: everybody may do everything.
import type { EnvReader } from './env-reader.ts';
import type { Variable } from './variables.ts';

export interface AccessSettings {
  /** The authority's public key, base64url: it has signed every token and every change. */
  readonly authority: string;
  /** How long a node believes what it was told by whoever keeps the policy, milliseconds; 0 = it asks for each request. */
  readonly cacheMs: number;
  /** Whether changes are told to nodes as they come; otherwise nodes ask. */
  readonly push: boolean;
  /** A node that ignores the policy: it serves everybody, and checks no message. */
  readonly ignored: boolean;
  /** What the node itself asks servers with. */
  readonly token: string;
}

export function accessSettings(name: string): Variable<AccessSettings | undefined> {
  return {
    name,
    read: (reader) => read(name, reader),
    write: (settings) => settings && JSON.stringify(settings),
  };
}

function read(name: string, reader: EnvReader): AccessSettings | undefined {
  const text = reader.text(name);
  if (text === undefined) return undefined;
  const { authority, cacheMs, push, ignored, token } = parse(text);
  const fits =
    typeof authority === 'string' &&
    typeof cacheMs === 'number' &&
    cacheMs >= 0 &&
    typeof push === 'boolean' &&
    typeof ignored === 'boolean' &&
    typeof token === 'string';
  if (fits) return { authority, cacheMs, push, ignored, token };
  // Not quoted: it holds a token.
  reader.problem(`${name} is no JSON of authority, cacheMs, push, ignored and token`);
  return undefined;
}

function parse(text: string): Partial<Record<keyof AccessSettings, unknown>> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
