import { defineConfig } from 'vitest/config'

const FILES = '{packages,shared,fixtures,cli,ci,rigs,report}/**/test/*'

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          // Without processes and servers: these share their imports and run in seconds.
          name: 'unit',
          isolate: false,
          include: [`${FILES}.test.ts`],
          exclude: [`${FILES}.e2e.test.ts`, '**/node_modules/**', 'report/test/browser/**'],
        },
      },
      {
        extends: true,
        test: {
          // Real bins as child processes, real HTTP to the sandbox.
          name: 'e2e',
          include: [`${FILES}.e2e.test.ts`],
          exclude: ['**/node_modules/**'],
        },
      },
    ],
    // With fewer workers one core would be idle, because tests mostly wait for child processes.
    maxWorkers: '100%',
    // On a busy machine a bin takes seconds to start, and some tests start several.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Settings of the shell that runs the tests must not reach the bins.
    env: { NO_COLOR: '1', CI: 'true' },
    // `pnpm coverage`: only the rules' own tests, which must reach every branch of the rules.
    coverage: {
      provider: 'v8',
      include: ['shared/domain/*.ts'],
      reporter: [['text', { skipFull: true }]],
      thresholds: { 100: true },
    },
  },
})
