// Two projects: `unit` runs in a second or two with no Docker, `docker` starts real containers, one test file at a time.
import { defineConfig } from 'vitest/config';

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
          name: 'docker',
          include: ['test/docker/**/*.test.ts', 'test/contract/docker-*.test.ts'],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 900_000,
          globalSetup: ['test/temporary-folder.ts', 'test/docker/global-setup.ts'],
        },
      },
    ],
  },
});
