import { defineConfig } from 'vitest/config'

/** The tests that need Chromium: `pnpm test:report`. They are not part of `pnpm test`, because not every machine has it. */
export default defineConfig({
  test: {
    include: ['report/test/browser/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // All tests share one browser.
    fileParallelism: false,
  },
})
