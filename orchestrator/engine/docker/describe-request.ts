// A request to the daemon in words, for the error that says that it was not answered. Pure.
import type Docker from 'dockerode';

export type DaemonRequest = Parameters<Docker['modem']['dial']>[0];

const containerVerbs: Readonly<Record<string, string>> = {
  start: 'start',
  kill: 'send a signal to',
  pause: 'pause',
  unpause: 'resume',
  update: 'resize',
  json: 'inspect',
  logs: 'read the log of',
  exec: 'run a command in',
};
const archiveVerbs: Readonly<Record<string, string>> = {
  GET: 'read a file of',
  HEAD: 'look for a file in',
  PUT: 'place files in',
};
const networkVerbs: Readonly<Record<string, string>> = { connect: 'to', disconnect: 'from' };

/** `remove container 0123456789ab`, `create network topolab-x`. Ids are cut as the docker command does it. */
export function describeRequest({ method = 'GET', path, options = {} }: DaemonRequest): string {
  const [kind = '', id = '', action = ''] = path.replace(/\?.*$/, '').split('/').slice(1);
  const one = `${kind.replace(/s$/, '')} ${id.slice(0, 12)}`;
  switch (kind) {
    case 'build':
      return `build image ${named(options.t)}`;
    case 'images':
      if (id === 'get' || id.startsWith('get?')) return 'save images';
      if (id === 'load') return 'load images';
      return id === 'create' ? `get image ${named(options.fromImage ?? options.repo)}` : 'look for an image';
    case 'version':
    case 'info':
      return 'ask the engine who it is';
    case 'events':
      return 'follow the events of containers';
    case 'exec':
      return 'run a command in a container';
    case 'containers':
    case 'networks':
    case 'volumes':
      if (id === 'create') return `create ${kind.replace(/s$/, '')} ${named(options.name ?? options.Name)}`;
      if (id === '' || id === 'json') return `list ${kind}`;
      if (method === 'DELETE') return `remove ${one}`;
      break;
    default:
      return `${method} ${path.replace(/\?.*$/, '')}`;
  }
  if (kind === 'networks' && networkVerbs[action] !== undefined)
    return `${action} container ${named(options.Container).slice(0, 12)} ${networkVerbs[action]} ${one}`;
  const verb = action === 'archive' ? archiveVerbs[method] : containerVerbs[action];
  return `${verb ?? 'inspect'} ${one}`;
}

function named(name: unknown): string {
  return typeof name === 'string' ? name : '';
}
