import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{packages,shared,fixtures,cli,ci,rigs,report}/**/test/*.test.ts'],
    exclude: ['**/node_modules/**', 'report/test/browser/**'],
    // A bin takes half a second to start on a busy machine, and some tests start several.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Settings of the shell that runs the tests must not reach the bins.
    env: { NO_COLOR: '1', CI: 'true' },
    // `pnpm coverage`: the rules' own tests alone, and every branch of the rules.
    coverage: {
      provider: 'v8',
      include: ['shared/domain/*.ts'],
      reporter: [['text', { skipFull: true }]],
      thresholds: { 100: true },
    },
  },
})
