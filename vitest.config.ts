// Three projects: `unit` runs in a second or two with no Docker. `docker` starts real containers, one test file at a time: others would spoil what
// it measures. `docker-pairs` does so too, and measures nothing: two files at a time.
import { defineConfig } from 'vitest/config';

/** These say nothing of how quick the host was, look for nothing but their own, and nobody removes what they have left. */
const pairs = [
  ...['docker-engine', 'docker-on-swarm', 'docker-only'].map((name) => `test/contract/${name}.test.ts`),
  ...[
    'compose',
    'disk-slow',
    'images',
    'in-container',
    'package',
    'panels',
    'pause',
    'registry',
    'rules',
    'security',
    'services',
    'silent-engine',
  ].map((name) => `test/docker/${name}.test.ts`),
];

const withContainers = {
  testTimeout: 240_000,
  hookTimeout: 900_000,
  globalSetup: ['test/temporary-folder.ts', 'test/docker/global-setup.ts'],
};

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: ['test/temporary-folder.ts'],
          include: ['test/unit/**/*.test.ts', 'test/contract/fake-*.test.ts'],
          // A bound for what hangs, on a machine that is busy with other things too.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...withContainers,
          name: 'docker',
          include: ['test/docker/**/*.test.ts', 'test/contract/docker-*.test.ts'],
          exclude: pairs,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...withContainers,
          name: 'docker-pairs',
          include: pairs,
          maxWorkers: 2,
          // Neither beside the files of `docker` nor beside the unit tests.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
