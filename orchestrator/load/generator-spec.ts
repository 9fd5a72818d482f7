// Container specs of the k6 generators of a load.
import { randomBytes } from 'node:crypto';
import type { AdmittedGenerator } from '../agent/agent-client.ts';
import { GENERATOR } from '../cluster/cluster.ts';
import { type ContainerSpec, type FileToPlace, Label, type Labels } from '../engine/engine.ts';
import { type ObserversNetwork, observersAlias } from '../metrics/observers-network.ts';
import type { Load } from '../scenario/load/load.ts';
import { parseSelector } from '../scenario/objectives/k6-threshold.ts';
import type { Objective } from '../scenario/objectives/objective.ts';
import type { HandedSecrets } from '../secrets/take-secrets.ts';
import { type BundledScript, settingsModule } from './bundle-script.ts';
import { generatorSettings } from './generator-settings.ts';
import type { GeneratorSettings, LoadWindow, TagValue } from './in-k6/settings.ts';
import { SCRIPT_FOLDER } from './k6-log.ts';
import type { ScriptFacts } from './script-facts.ts';
import { type AskedByTag, segmentFlags } from './k6-options.ts';

/** Port of k6's REST API on the observers' network. */
export const K6_API_PORT = 6565;
const ENTRY = `${SCRIPT_FOLDER}/topolab-bundle.js`;

export interface GeneratorContext {
  readonly run: string;
  readonly scenario: string;
  readonly networkId: string;
  readonly observers: ObserversNetwork;
  readonly labels: Labels;
  /** Base URL of the target group inside the network: handed to the script as `BASE_URL`. */
  readonly baseUrl: string;
  /** Names of the nodes that the group starts with: handed to the script as `NODES`, separated by commas. */
  readonly nodes: readonly string[];
  /** Base URLs of the same nodes: `NODE_URLS`. */
  readonly nodeUrls: readonly string[];
  /** Named stretches of the load: what a request belongs to is decided as it starts. */
  readonly windows: readonly LoadWindow[];
  /** Of the load's user; undefined = it has none, or is only looked at. */
  readonly userToken?: string | undefined;
  /** Names of the tags by which the scenario's objectives ask. */
  readonly askedTags: readonly string[];
  /** Values of those tags, and of `check` the names of checks. */
  readonly askedValues: readonly TagValue[];
  /** Of the load. */
  readonly secrets: HandedSecrets;
  /** The reference under which hosts have an image. Default: the one that names it. */
  readonly imageFor?: ((image: string) => string) | undefined;
}

export interface GeneratorSpec {
  readonly node: string;
  readonly spec: ContainerSpec;
  /** To be let in before it starts. */
  readonly admitted: AdmittedGenerator;
}

/** Names of a load's generators. */
export function generatorNodes({ name, generators }: Load): string[] {
  return Array.from({ length: generators }, (_, index) => `${name}-k6-${index + 1}`);
}

/** Of a container in which k6 looks at the script and runs nothing but its init context. */
export function inspectionSpec(load: Load, script: BundledScript, context: GeneratorContext): ContainerSpec {
  const settings = generatorSettings(load, context.nodeUrls.length, context.windows);
  return {
    name: `topolab-${context.run}-${load.name}-inspect`,
    ...imageOf(load, context),
    labels: context.labels,
    env: scriptEnv(load, context),
    command: ['inspect', '--include-system-env-vars', '--execution-requirements', ENTRY],
    cpus: null,
    memoryBytes: load.memoryBytes,
    ...rightsOf(load),
    network: { id: context.networkId, aliases: [] },
    files: [...filesOf(script, { ...settings, tellsPutAside: true }), ...context.secrets.files],
  };
}

function scriptEnv(
  load: Load,
  { baseUrl, nodes, nodeUrls, secrets }: GeneratorContext,
): Record<string, string> {
  return {
    ...load.env,
    ...secrets.env,
    BASE_URL: baseUrl,
    NODES: nodes.join(','),
    NODE_URLS: nodeUrls.join(','),
    K6_NO_USAGE_REPORT: 'true',
  };
}

function imageOf(
  { image, platform }: Load,
  { imageFor = (ref) => ref }: GeneratorContext,
): Pick<ContainerSpec, 'image' | 'platform'> {
  return { image: imageFor(image), ...(platform !== null && { platform }) };
}

/** k6's own image runs as a user without any; another may be made differently. */
function rightsOf({ image }: Load): Pick<ContainerSpec, 'capabilities'> {
  return image.startsWith('grafana/k6:') ? { capabilities: [] } : {};
}

function filesOf(script: BundledScript, settings: GeneratorSettings): FileToPlace[] {
  return [
    { path: ENTRY, content: script.code },
    { path: `${SCRIPT_FOLDER}/topolab-settings.js`, content: settingsModule(script, settings) },
    ...script.files,
  ];
}

function askedOf(facts: ScriptFacts | undefined, { askedTags, askedValues }: GeneratorContext): AskedByTag {
  const selectors = [...new Set((facts?.thresholds ?? []).map(({ selector }) => selector))];
  const selected = selectors.flatMap(valuesOf);
  return {
    selectors,
    tags: [...askedTags, ...selected.map(({ tag }) => tag)],
    values: [...askedValues, ...selected],
  };
}

function valuesOf(selector: string): TagValue[] {
  const parsed = parseSelector(selector);
  return 'problem' in parsed ? [] : inPairs(parsed.tags);
}

/** Of tags, and of `check` where it is about one. */
export function askedValuesOf({ tags = {}, measure }: Pick<Objective, 'tags' | 'measure'>): TagValue[] {
  const check = measure.kind === 'checks' ? measure.check : null;
  return inPairs(check === null ? tags : { ...tags, check });
}

function inPairs(tags: Readonly<Record<string, string>>): TagValue[] {
  return Object.entries(tags).map(([tag, value]) => ({ tag, value }));
}

/** One spec per generator, `<load>-k6-<n>`. Each starts paused and waits for K6Control. */
export function generatorSpecs(
  load: Load,
  script: BundledScript,
  context: GeneratorContext,
  facts?: ScriptFacts,
): GeneratorSpec[] {
  const { userToken: token } = context;
  const settings = {
    ...generatorSettings(load, context.nodeUrls.length, context.windows, facts, askedOf(facts, context)),
    // A server may answer that what was asked for has moved to k6's own control.
    outOfReach: context.observers.subnets,
    ...(token !== undefined && { user: { token, baseUrls: [context.baseUrl, ...context.nodeUrls] } }),
  };
  const files = filesOf(script, settings);
  return generatorNodes(load).map((node, index) => {
    const { observers } = context;
    const secret = randomBytes(24).toString('base64url');
    return {
      node,
      admitted: {
        secret,
        labels: { run: context.run, scenario: context.scenario, group: load.name, node },
      },
      spec: {
        name: `topolab-${context.run}-${node}`,
        ...imageOf(load, context),
        labels: {
          ...context.labels,
          [Label.group]: load.name,
          [Label.node]: node,
          [Label.role]: GENERATOR,
        },
        env: {
          ...scriptEnv(load, context),
          K6_PROMETHEUS_RW_SERVER_URL: `${observers.gateUrl}/write/${secret}`,
          K6_PROMETHEUS_RW_PUSH_INTERVAL: '1s',
          // The same twice: k6 2.1 and newer want the second, and take the first with a warning.
          K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: 'true',
          K6_FEATURES: 'native-histograms',
          K6_PROMETHEUS_RW_STALE_MARKERS: 'true',
        },
        command: [
          'run',
          '--paused',
          '--no-setup',
          // Teardown, like setup, runs once for the load and not once a generator.
          ...(index === 0 ? [] : ['--no-teardown']),
          '--quiet',
          '--no-color',
          '--address',
          `${observersAlias(node)}:${K6_API_PORT}`,
          '--out',
          'experimental-prometheus-rw',
          ...segmentFlags(index, load.generators),
          ENTRY,
        ],
        cpus: load.cpus,
        memoryBytes: load.memoryBytes,
        ...rightsOf(load),
        network: { id: context.networkId, aliases: [node] },
        alsoIn: [{ id: observers.id, aliases: [observersAlias(node)] }],
        files: [...files, ...context.secrets.files],
      },
    };
  });
}
