// With which credentials a registry is asked: those that the docker command would use. They are looked for when an image is pulled, held
// in memory, and handed to the engine with that pull alone.
import type { RegistryAuth } from '../../engine/registry-auth.ts';
import { messageOf } from '../../errors.ts';
import { askHelper } from './ask-helper.ts';
import { type AuthEntry, type DockerConfig, dockerConfigs, type Env } from './docker-config.ts';

/** What was found, and in words that name no secret: `as "ci", by /root/.docker/config.json`. */
export interface Credentials {
  /** Undefined where the registry is asked as by somebody who is not logged in. */
  readonly auth: RegistryAuth | undefined;
  readonly words: string;
}

export interface RegistryCredentials {
  /** Never fails: a public image needs none, so what keeps them from being read is told where the registry refuses. */
  for(registry: string): Promise<Credentials>;
}

/** For those who pull from nowhere. */
export const noCredentials: RegistryCredentials = {
  for: async () => ({ auth: undefined, words: 'without credentials' }),
};

/** Docker Hub, as images name it and as credentials are kept for it. */
const hub = 'docker.io';
const hubAddress = 'https://index.docker.io/v1/';

/** As whom helpers answer whose secret is a token. */
const tokenUser = '<token>';

/** The credentials of the docker command. Each registry is looked for once. */
export function dockerCredentials(env: Env = process.env): RegistryCredentials {
  const found = new Map<string, Promise<Credentials>>();
  return {
    for(registry) {
      const credentials = found.get(registry) ?? lookFor(registry, env);
      found.set(registry, credentials);
      return credentials;
    },
  };
}

async function lookFor(registry: string, env: Env): Promise<Credentials> {
  const key = registry === hub ? hubAddress : registry;
  try {
    const configs = dockerConfigs(env);
    for (const config of configs) {
      const auth = await authOf(config, key, env);
      if (auth !== undefined) return { auth, words: wordsFor(auth, config, key) };
    }
    const places = configs.map(({ place }) => place).join(' and ') || 'config.json of Docker';
    return {
      auth: undefined,
      words: `without credentials, for ${places} ${configs.length > 1 ? 'have' : 'has'} none for ${registry}`,
    };
  } catch (error) {
    return { auth: undefined, words: `without credentials, for ${messageOf(error)}` };
  }
}

/** A registry's own helper comes before the helper of all, and that before what stands in the file. */
async function authOf(config: DockerConfig, key: string, env: Env): Promise<RegistryAuth | undefined> {
  const helper = helperOf(config, key);
  if (helper === undefined) return fromEntry(entryOf(config.auths, key), config.place, key);
  const answer = await askHelper(helper, key, env);
  if (answer === undefined) return undefined;
  return answer.Username === tokenUser
    ? { serveraddress: key, identitytoken: answer.Secret }
    : { serveraddress: key, username: answer.Username, password: answer.Secret };
}

function helperOf({ credHelpers, credsStore }: DockerConfig, key: string): string | undefined {
  return credHelpers[key] ?? credHelpers[hostOf(key)] ?? credsStore;
}

/** Keys are registries, or addresses of which only the host counts. */
function entryOf(auths: DockerConfig['auths'], key: string): AuthEntry | undefined {
  return auths[key] ?? Object.entries(auths).find(([written]) => hostOf(written) === hostOf(key))?.[1];
}

function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, '').split('/', 1)[0] ?? address;
}

function fromEntry(entry: AuthEntry | undefined, place: string, key: string): RegistryAuth | undefined {
  if (entry === undefined) return undefined;
  const { auth, identitytoken, registrytoken } = entry;
  const tokens = { ...(identitytoken && { identitytoken }), ...(registrytoken && { registrytoken }) };
  // Base64 of `user:password`; some write a NUL behind it.
  const [, user, secret] = /^([^:]*):(.*?)\0*$/s.exec(Buffer.from(auth ?? '', 'base64').toString()) ?? [];
  if (auth && user === undefined) throw new Error(`\`auth\` of ${key} in ${place} is no user and password`);
  const username = user || entry.username;
  const password = secret || entry.password;
  const found = { ...(username && { username }), ...(password && { password }), ...tokens };
  return Object.keys(found).length === 0 ? undefined : { serveraddress: key, ...found };
}

function wordsFor({ username }: RegistryAuth, config: DockerConfig, key: string): string {
  const helper = helperOf(config, key);
  const by = helper === undefined ? config.place : `docker-credential-${helper} (${config.place})`;
  return `${username === undefined ? 'with a token' : `as "${username}"`}, by ${by}`;
}
