// A server's settings from its environment, checked all at once. docs/reference/user-interface.md lists them.
import { hostname } from 'node:os';
import { type Env, EnvReader } from '../env.ts';

export interface ServerSettings {
  readonly node: string;
  readonly port: number;
  /** CPU milliseconds each user request costs. */
  readonly requestCostMs: number;
  /** PostgreSQL, or undefined for the server's own memory. */
  readonly databaseUrl: string | undefined;
  /** Most connections of the pool; one more listens for events. */
  readonly databasePool: number;
  /** Name → bytes. */
  readonly files: Readonly<Record<string, number>>;
  /** Longest time from SIGTERM to the end. */
  readonly drainMs: number;
  /** An idle connection is kept this long. */
  readonly keepAliveMs: number;
  readonly maxConnections: number;
}

const maxFiles = 1000;
const maxFileBytes = 64 * 1024 ** 3;

/** Throws `bad-env` with every fault. */
export function serverSettings(env: Env): ServerSettings {
  const reader = new EnvReader(env);
  const whole = true;
  const settings: ServerSettings = {
    node: reader.text('NODE_NAME') ?? hostname(),
    port: reader.number('PORT', { default: 8080, min: 0, max: 65_535, whole }),
    requestCostMs: reader.number('REQUEST_COST_MS', { default: 0, min: 0, max: 10_000 }),
    databaseUrl: databaseUrl(reader),
    databasePool: reader.number('DATABASE_POOL', { default: 4, min: 1, max: 100, whole }),
    files: filesIn(reader),
    drainMs: reader.number('DRAIN_MS', { default: 5000, min: 0, max: 600_000 }),
    // Longer than any balancer keeps an idle connection, so that it is never the server that closes one as it is used again.
    keepAliveMs: reader.number('KEEP_ALIVE_MS', { default: 120_000, min: 1000, max: 3_600_000 }),
    maxConnections: reader.number('MAX_CONNECTIONS', { default: 4096, min: 1, max: 100_000, whole }),
  };
  reader.check();
  return settings;
}

function databaseUrl(reader: EnvReader): string | undefined {
  const text = reader.text('DATABASE_URL');
  // Not quoted in the message: it may hold a password.
  if (text !== undefined && !/^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? '')) {
    reader.fault('DATABASE_URL is no PostgreSQL address: write postgres://user:password@host:5432/database');
  }
  return text;
}

/** FILES: name → bytes; faults go to the reader. */
export function filesIn(reader: EnvReader): Record<string, number> {
  const text = reader.text('FILES');
  if (text === undefined) return {};
  const parsed = parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    reader.fault(`FILES is '${text.slice(0, 60)}': write JSON like {"video.bin": 1048576}, name to bytes`);
    return {};
  }
  const entries = Object.entries(parsed);
  if (entries.length > maxFiles) reader.fault(`FILES names ${entries.length} files: ${maxFiles} at most`);
  for (const [name, bytes] of entries) {
    if (name === '' || name.length > 256) reader.fault(`FILES: a name has 1-256 characters`);
    if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes > maxFileBytes) {
      reader.fault(
        `FILES: '${name}' has ${JSON.stringify(bytes)} bytes: write a whole number, ${maxFileBytes} at most`,
      );
    }
  }
  return parsed as Record<string, number>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
