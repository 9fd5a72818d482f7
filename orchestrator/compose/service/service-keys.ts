// All keys that a service of a compose file may have, and what becomes of each: the one list of what is honoured. The reference
// (docs/reference/compose.md) is made from it, and a test holds it against the published schema.
import { takeBuild } from './take-build.ts';
import { takeTmpfs, takeVolumes } from './take-files.ts';
import { takeConfigs, takeSecrets } from './take-granted.ts';
import {
  asBytes,
  asDuration,
  asLimit,
  asNumber,
  asText,
  NO_DEVICES,
  NO_RESTARTS,
  takeCapabilities,
  takeCommand,
  takeCpuQuota,
  takeDeploy,
  takeEntrypoint,
  takeEnvFile,
  takeEnvironment,
  takeHealthcheck,
  takePlatform,
  takePullPolicy,
  takeSecurity,
  takeStopSignal,
  takeUlimits,
  takeUser,
} from './take-program.ts';
import {
  takeAlias,
  takeDependsOn,
  takeHostname,
  takeLinks,
  takeNetworks,
  takePorts,
} from './take-relations.ts';
import type { Take } from './taking.ts';

export type Handling =
  /** `words`: what becomes of it. */
  | { readonly kind: 'taken'; readonly words: string; readonly take: Take }
  /** Nothing that a run measures depends on it: nobody is told. `words`: why. */
  | { readonly kind: 'needless'; readonly words: string }
  /** Told once. `words`: what is different without it, as the end of a sentence. */
  | { readonly kind: 'not-honoured'; readonly words: string };

function taken(words: string, take: Take): Handling {
  return { kind: 'taken', words, take };
}

function needless(words: string): Handling {
  return { kind: 'needless', words };
}

function notHonoured(words: string): Handling {
  return { kind: 'not-honoured', words };
}

const limitsLeft = notHonoured('the limits of a node are `cpus`, `memory`, `pids` and `ulimits`');
const oneNetwork = notHonoured('names are resolved as on every network of a run');
const ownNamespaces = notHonoured('each node has namespaces of its own');
const noHooks = notHonoured('no command is run beside the program of a container');

/** In the order in which they are taken: what is written first wins where two mean the same. */
export const serviceKeys: Readonly<Record<string, Handling>> = {
  image: taken('`image`; with a `build`, only the name of the built image', (part, path, taking) => {
    if (!taking.draft.has('build')) asText('image')(part, path, taking);
  }),
  build: taken('`build`: built by the engine before the run', (part, path, taking) => {
    delete taking.draft.fields['image'];
    takeBuild(part, path, taking);
  }),
  platform: taken('`platform`', takePlatform),
  pull_policy: taken('`pull`', takePullPolicy),
  entrypoint: taken('`entrypoint`', takeEntrypoint),
  command: taken('`command`', takeCommand),
  environment: taken('`env`', takeEnvironment),
  env_file: taken('`env`, below `environment`', takeEnvFile),
  user: taken('`user`', takeUser),
  working_dir: taken('`workdir`', asText('workdir')),
  healthcheck: taken('`ready: { health }`', takeHealthcheck),
  depends_on: taken(
    '`after`; with `service_completed_successfully`, the other one has to end with exit code 0 before the load begins',
    takeDependsOn,
  ),
  links: taken('`after`, and `aliases` of the other one', takeLinks),
  ports: taken('the first TCP port in the container is `port`; none is published on the host', takePorts),
  expose: taken('as `ports`, after them', takePorts),
  networks: taken('all nodes are on one network, in which `aliases` are resolved', takeNetworks),
  container_name: taken('a name among `aliases`', takeAlias),
  hostname: taken(
    "a name among `aliases`, by which others reach it; reported, because a program that asks for its own host name gets the engine's",
    takeHostname,
  ),
  volumes: taken(
    'named ones are `volumes` of the run, which begin with what the image has there; files and folders of this machine are copied into each node (`copy`)',
    takeVolumes,
  ),
  tmpfs: taken('`tmpfs`, 1 GiB at most where no size is written', takeTmpfs),
  configs: taken('copied into each node', takeConfigs),
  secrets: taken('`secrets`, a file in /run/secrets', takeSecrets),
  cap_add: taken('`capabilities`', takeCapabilities),
  security_opt: taken('only no-new-privileges, which is set anyway', takeSecurity),
  stop_signal: taken('`stopSignal`', takeStopSignal),
  stop_grace_period: taken('`stopGrace`', asDuration('stopGrace')),
  ulimits: taken('`ulimits`', takeUlimits),
  shm_size: taken('`shm`', asBytes('shm')),
  scale: taken('`replicas`', asNumber('replicas')),
  cpus: taken('`cpus`', asLimit('cpus')),
  cpu_quota: taken('`cpus`, with cpu_period', takeCpuQuota),
  cpu_period: needless('goes with cpu_quota'),
  mem_limit: taken('`memory`', asBytes('memory')),
  pids_limit: taken('`pids`', asLimit('pids')),
  deploy: taken(
    '`replicas`, and `cpus`, `memory`, `pids` of resources.limits; `restart_policy` (like `restart`) and reserved devices are reported as not honoured; the rest is for schedulers',
    takeDeploy,
  ),

  annotations: needless('nobody reads it in a run'),
  attach: needless('logs are kept of all nodes'),
  develop: needless('nothing is changed while a run goes on'),
  extends: needless('is put in before'),
  label_file: needless('nobody reads it in a run'),
  labels: needless('nobody reads them in a run'),
  logging: needless('logs are kept of all nodes'),
  profiles: needless('decides before whether the service runs'),
  pull_refresh_after: needless('an image that is here is not pulled again'),
  stdin_open: needless('nobody types'),
  tty: needless('nobody types'),
  cap_drop: needless('a node has the capabilities in docs/reference/container-rights.md, and no others'),
  mem_reservation: needless('a hint to a busy host'),
  oom_score_adj: needless('a hint to a busy host'),
  memswap_limit: needless('nodes have no swap'),
  mem_swappiness: needless('nodes have no swap'),

  restart: notHonoured(NO_RESTARTS),
  init: notHonoured(
    'the program of a container is its first process, and nobody ends with it what it leaves behind; put an init into the image where it needs one',
  ),
  domainname: oneNetwork,
  dns: oneNetwork,
  dns_opt: oneNetwork,
  dns_search: oneNetwork,
  extra_hosts: oneNetwork,
  external_links: notHonoured("containers outside of the run can't be reached"),
  network_mode: notHonoured('every node is on the network of the run, with an address of its own'),
  mac_address: notHonoured('every node is on the network of the run, with an address of its own'),
  volumes_from: notHonoured('name the volumes in both services'),
  read_only: notHonoured('what the program writes goes into its container'),
  privileged: notHonoured('no node controls its host; write the `capabilities` that it needs in its group'),
  devices: notHonoured(NO_DEVICES),
  device_cgroup_rules: notHonoured(NO_DEVICES),
  gpus: notHonoured(NO_DEVICES),
  use_api_socket: notHonoured("nodes don't get the engine's socket: whoever has it controls the host"),
  sysctls: notHonoured('kernel parameters are those of the host'),
  group_add: notHonoured('write the group with the user: "1000:1000"'),
  runtime: notHonoured("containers have the engine's own runtime"),
  isolation: notHonoured("containers have the engine's own runtime"),
  credential_spec: notHonoured("containers have the engine's own runtime"),
  storage_opt: notHonoured('for a disk of bounded size, write `disk` in its group'),
  blkio_config: limitsLeft,
  cpu_count: limitsLeft,
  cpu_percent: limitsLeft,
  cpu_rt_period: limitsLeft,
  cpu_rt_runtime: limitsLeft,
  cpu_shares: limitsLeft,
  cpuset: limitsLeft,
  oom_kill_disable: limitsLeft,
  cgroup: ownNamespaces,
  cgroup_parent: ownNamespaces,
  ipc: ownNamespaces,
  pid: ownNamespaces,
  userns_mode: ownNamespaces,
  uts: ownNamespaces,
  pre_start: noHooks,
  post_start: noHooks,
  pre_stop: noHooks,
  models: notHonoured('there is no model runner'),
  provider: notHonoured('there is no provider'),
};
