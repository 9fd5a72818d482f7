// What a build step needs to know of the machine it is built from to reach package registries: certificates and proxies.
import { readFile } from 'node:fs/promises';

const systemBundle = '/etc/ssl/certs/ca-certificates.crt';

/** The certificates this machine trusts, as PEM text; '' where there is no bundle. For build stages only. */
export async function hostCertificates(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  for (const path of [env['SSL_CERT_FILE'], env['NODE_EXTRA_CA_CERTS'], systemBundle]) {
    if (path === undefined || path === '') continue;
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text !== '') return text;
  }
  return '';
}

/** Docker knows these without an ARG in the Dockerfile, and only so keeps them out of the image's history. */
const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

/**
 * Proxy settings as build arguments, in both spellings: curl and apt read the lower one. One on loopback is left out: inside a build,
 * loopback is the container's own. GOPROXY, which the recipe of k6 has to declare and whose value therefore stays in the history of its
 * build, is handed on without credentials or not at all.
 */
export function proxyBuildArgs(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const args: Record<string, string> = {};
  for (const name of proxyNames) {
    const value = env[name] ?? env[name.toLowerCase()];
    if (value === undefined || value === '') continue;
    if (name !== 'NO_PROXY' && /\/\/(?:[^@/]*@)?(?:localhost|127\.|\[::1\])/.test(value)) continue;
    args[name] = value;
    args[name.toLowerCase()] = value;
  }
  const modules = env['GOPROXY'] ?? '';
  if (modules !== '' && !modules.includes('@')) args['GOPROXY'] = modules;
  return args;
}
