// The credentials that `docker login` keeps, where the docker command looks for them: DOCKER_AUTH_CONFIG, then config.json.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../errors.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** By Docker's own words; it writes an empty entry for a registry whose credentials a helper keeps. */
const Entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
});

const Config = z.object({
  auths: z.record(z.string(), Entry).nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: z.string().nullish(),
});

export type AuthEntry = z.output<typeof Entry>;

export interface DockerConfig {
  /** As people find it: a path, or the name of a variable. */
  readonly place: string;
  /** Registry or its address → entry. */
  readonly auths: Readonly<Record<string, AuthEntry>>;
  /** Registry → the end of a program's name, `docker-credential-…`. */
  readonly credHelpers: Readonly<Record<string, string>>;
  /** Of all other registries. */
  readonly credsStore: string | undefined;
}

/**
 * Where credentials may be, the first that has some for a registry counting. A variable or file that is not there is left out.
 * @throws Error with the place and what is wrong with it, but nothing of what stands in it.
 */
export function dockerConfigs(env: Env): DockerConfig[] {
  const path = join(env.DOCKER_CONFIG || join(env.HOME ?? homedir(), '.docker'), 'config.json');
  return [...parsed('DOCKER_AUTH_CONFIG', env.DOCKER_AUTH_CONFIG ?? ''), ...parsed(path, textOf(path))];
}

function parsed(place: string, text: string): DockerConfig[] {
  // The docker command takes an empty file for one in which nothing is set.
  if (text.trim() === '') return [];
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own words quote the text, in which passwords stand.
    throw new Error(`${place} is not JSON`);
  }
  const { data, error } = Config.safeParse(json);
  if (error !== undefined) throw new Error(`${place} is not as Docker writes it: ${firstProblem(error)}`);
  const { auths, credHelpers, credsStore } = data;
  return [{ place, auths: auths ?? {}, credHelpers: credHelpers ?? {}, credsStore: credsStore || undefined }];
}

function firstProblem({ issues }: z.ZodError): string {
  const [issue] = issues;
  return `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? ''}`;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw new Error(`${path} can't be read: ${messageOf(error)}`, { cause: error });
  }
}
