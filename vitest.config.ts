import { defineConfig } from 'vitest/config';

// `fast` is what `npm test` runs; `slow` (crash, soak) runs from .ci/run only.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'fast',
          setupFiles: ['test/helpers/fuzz-seed.ts'],
          include: ['test/**/*.test.ts'],
          exclude: ['test/slow/**'],
          // Files share a process, and with it the modules: loading those anew for each costs as much as the tests.
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          disableConsoleIntercept: true,
        },
      },
      {
        test: {
          name: 'slow',
          setupFiles: ['test/helpers/fuzz-seed.ts'],
          include: ['test/slow/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 60_000,
          disableConsoleIntercept: true,
        },
      },
    ],
  },
});
