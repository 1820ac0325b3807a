import { defineConfig } from 'vitest/config'

/** The tests that need Chromium: `pnpm test:report`. They are apart from `pnpm test`, for not every machine has one. */
export default defineConfig({
  test: {
    include: ['report/test/browser/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // One browser for all of them.
    fileParallelism: false,
  },
})
