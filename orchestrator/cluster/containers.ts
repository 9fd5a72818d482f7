// What can be done to containers, wherever they are: by one engine, or by a cluster of hosts that knows where each of them is.
import type { Engine } from '../engine/engine.ts';

export type Containers = Pick<
  Engine,
  | 'createVolume'
  | 'launch'
  | 'inspect'
  | 'start'
  | 'resize'
  | 'pause'
  | 'resume'
  | 'signal'
  | 'stop'
  | 'remove'
  | 'logs'
  | 'followLogs'
  | 'exec'
  | 'openStream'
  | 'readFile'
  | 'wait'
>;
