// A scenario in which nodes of an image of ours and of a foreign one have a fault of every kind, one after the other.
import { existsSync } from 'node:fs';
import { NODE_BASE_IMAGE } from '../../orchestrator/image-names.ts';
import { defineScenario } from '../../orchestrator/scenario/define-scenario.ts';
import { type ExampleName, examples } from './examples.ts';

const FIRST_MS = 2000;
/** Each lasts for three seconds; in those after it, it is seen to end. */
const APART_MS = 7000;

export const images = { ours: "Topolab's image", foreign: 'a foreign image' } as const;
type Image = keyof typeof images;

const canSlowDisks = existsSync('/sys/fs/cgroup/cgroup.controllers');
export const everyKind = Object.keys(examples) as ExampleName[];
/** Those that this host can. */
export const kinds = everyKind.filter((kind) => canSlowDisks || examples[kind].slowsDisks !== true);
const ending = kinds.filter((kind) => examples[kind].endsNodes === true);
const common = {
  role: 'server',
  replicas: 1 + ending.length,
  memory: '96MiB',
  disk: { path: '/data', size: '16MiB' },
} as const;

/** The node of an image that a kind hits; undefined where it can't. */
export function nodeOf(kind: ExampleName, image: Image): string | undefined {
  const { oursOnly = false, slowsDisks = false } = examples[kind];
  if (image === 'foreign' ? oursOnly : slowsDisks) return undefined;
  return `${image}-${ending.indexOf(kind) + 2}`;
}

export default defineScenario({
  name: 'every-fault',
  groups: {
    ours: common,
    foreign: {
      ...common,
      image: NODE_BASE_IMAGE,
      port: 8080,
      command: ['node', '-e', "require('http').createServer((_, answer) => answer.end('well')).listen(8080)"],
      ready: { http: '/' },
    },
    others: { role: 'server', memory: '96MiB' },
  },
  phases: [{ name: 'all', duration: `${(FIRST_MS + kinds.length * APART_MS) / 1000}s` }],
  timeline: kinds.map((kind, index) => {
    const nodes = [nodeOf(kind, 'ours'), nodeOf(kind, 'foreign')].filter((node) => node !== undefined);
    const write: (nodes: readonly string[]) => unknown = examples[kind].write;
    return { at: `${(FIRST_MS + index * APART_MS) / 1000}s`, [kind]: write(nodes) };
  }),
});
