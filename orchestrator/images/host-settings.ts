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

const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'GOPROXY'];

/** Proxy settings as build arguments. One on loopback is left out: inside a build, loopback is the container's own. */
export function proxyBuildArgs(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const args: Record<string, string> = {};
  for (const name of proxyNames) {
    const value = env[name] ?? env[name.toLowerCase()];
    if (value === undefined || value === '') continue;
    if (name !== 'NO_PROXY' && /\/\/(?:[^@/]*@)?(?:localhost|127\.|\[::1\])/.test(value)) continue;
    args[name] = value;
  }
  return args;
}
