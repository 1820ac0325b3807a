import { exitCodeOf, Trouble } from '@support-sync/shared/errors'

/** Runs a command of this folder: its exit code becomes the process's, and a `Trouble` is told with what to do next. */
export async function runMain(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main()
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    console.error(`${error.message}\n${error.next}`)
    process.exitCode = exitCodeOf(error)
  }
}
