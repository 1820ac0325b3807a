import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      '{packages,shared,fixtures}/*/**/test/**/*.test.ts',
      'tools/test/*.test.ts',
      'tools/*/test/*.test.ts',
    ],
    // A bin takes half a second to start on a busy machine, and some tests start several.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Settings of the shell that runs the tests must not reach the bins.
    env: { NO_COLOR: '1', CI: 'true' },
  },
})
