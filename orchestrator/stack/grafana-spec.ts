// Grafana's container: everybody may look, nobody may log in, and all it shows comes from files of this project.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ContainerSpec, type FileToPlace, Label, type Network } from '../engine/engine.ts';

export const GRAFANA_PORT = 3000;
export const GRAFANA_ALIAS = 'grafana';

const DASHBOARDS = fileURLToPath(new URL('../../dashboards/', import.meta.url));
const MEMORY_BYTES = 512 * 2 ** 20;

/** Where provisioning/dashboards.yaml tells Grafana to look. */
const DASHBOARDS_PATH = '/etc/topolab/dashboards';

// Grafana reads `section.option` of its configuration from GF_SECTION_OPTION.
const ENV = {
  GF_AUTH_ANONYMOUS_ENABLED: 'true',
  GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
  GF_AUTH_DISABLE_LOGIN_FORM: 'true',
  GF_AUTH_BASIC_ENABLED: 'false',
  GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
  GF_SECURITY_DISABLE_GRAVATAR: 'true',
  GF_USERS_ALLOW_SIGN_UP: 'false',
  GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${DASHBOARDS_PATH}/run-overview.json`,
  // A page of another site has itself answered under a name of its own: such names are sent to the right one.
  GF_SERVER_DOMAIN: '127.0.0.1',
  GF_SERVER_ENFORCE_DOMAIN: 'true',
  GF_SECURITY_ALLOW_EMBEDDING: 'false',
  GF_SECURITY_COOKIE_SAMESITE: 'strict',
  // Nothing is streamed, and its connections would be checked by their own rules.
  GF_LIVE_MAX_CONNECTIONS: '0',
  // It works without a way out, and tells nobody that it runs.
  GF_ANALYTICS_REPORTING_ENABLED: 'false',
  GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
  GF_NEWS_NEWS_FEED_ENABLED: 'false',
  GF_SNAPSHOTS_EXTERNAL_ENABLED: 'false',
  GF_PLUGINS_PREINSTALL_DISABLED: 'true',
} as const;

export async function grafanaSpec(image: string, network: Network, port: number): Promise<ContainerSpec> {
  return {
    name: 'topolab-stack-grafana',
    image,
    labels: {
      [Label.run]: 'stack',
      [Label.group]: 'observers',
      [Label.node]: 'grafana',
      [Label.role]: 'grafana',
    },
    env: { ...ENV, GF_SERVER_ROOT_URL: `http://127.0.0.1:${port}/` },
    cpus: null,
    memoryBytes: MEMORY_BYTES,
    capabilities: [],
    network: { id: network.id, aliases: [GRAFANA_ALIAS] },
    files: await provisionedFiles(),
    publish: [{ containerPort: GRAFANA_PORT, hostPort: port }],
    restart: 'unless-stopped',
  };
}

/** The data source, the dashboards, and where they are. Placed as files: the engine need not share our disk. */
async function provisionedFiles(): Promise<FileToPlace[]> {
  const provisioning = '/etc/grafana/provisioning';
  const generated = (await readdir(join(DASHBOARDS, 'generated'))).filter((name) => name.endsWith('.json'));
  const places = [
    ['provisioning/datasources.yaml', `${provisioning}/datasources/topolab.yaml`],
    ['provisioning/dashboards.yaml', `${provisioning}/dashboards/topolab.yaml`],
    ...generated.sort().map((name) => [`generated/${name}`, `${DASHBOARDS_PATH}/${name}`] as const),
  ] as const;
  return await Promise.all(
    places.map(async ([from, path]) => ({ path, content: await readFile(join(DASHBOARDS, from), 'utf8') })),
  );
}
