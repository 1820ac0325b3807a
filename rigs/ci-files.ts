import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { startSandbox } from '@support-sync/fixtures/sandbox'
import { startGitlabJobs } from '@support-sync/fixtures/sandbox/gitlab'
import { buildWorld, CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import { RUN_RECORD } from '@support-sync/shared/runs/find'
import { RECORD_FOLDER } from '@support-sync/shared/runs/gitlab'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { shownPath } from '@support-sync/shared/runtime/terminal'
import { durationText } from '@support-sync/shared/runtime/text'
import { commandLine, runMain } from '../cli/command/command.ts'
import { checkFiles } from './ci-files/check-schema.ts'
import { jobStart } from './ci-files/job-start.ts'
import { binProblems, jobProblems, recordProblems } from './ci-files/judge.ts'
import { partProblems } from './ci-files/parts.ts'
import { ensureRsync } from './ci-files/rsync.ts'
import { type FileRun, type Pipeline, runFiles } from './ci-files/run-files.ts'
import { type Runners, startRunners } from './ci-files/runners.ts'
import { selfCheck } from './ci-files/self-check.ts'
import { storyOf } from './ci-files/story.ts'
import { taskProblems } from './ci-files/tasks.ts'
import { SCRIPTS } from './scripts.ts'

/**
 * `pnpm ci-files`: checks GitLab's CI files without a GitLab. It validates each against GitLab's schema, then runs the
 * jobs of all files with gitlab-ci-local against the sandbox.
 */

const ROOT = resolve(import.meta.dirname, '..')
const RUN_DIR = join(ROOT, 'runs', 'ci-files')

await runMain(main)

async function main(args: string[]): Promise<number> {
  const given = await commandLine('ci-files', args, SCRIPTS)
    .usage(
      "$0\n\nValidates GitLab's CI files against its schema, and runs all their jobs against the sandbox, without a GitLab. Needs rsync.",
    )
    .parseAsync()
  if (given.help || given.version) return EXIT.done
  const started = performance.now()
  await rm(RUN_DIR, { recursive: true, force: true })
  await ensureRsync()
  // One runner for each instance's branch.
  const runners = await startRunners(2)
  let problems: number
  try {
    problems = (await checkSchema(runners)) || (await runAll(runners))
  } finally {
    await runners.close()
  }
  console.log(
    `\n${problems} problems (${durationText(performance.now() - started)}). Logs: ${shownPath(RUN_DIR)}`,
  )
  return problems === 0 ? EXIT.done : EXIT.bug
}

/** Validates every CI file. Returns the number of problems. */
async function checkSchema(runners: Runners): Promise<number> {
  const { files, problems } = await runners.use(({ dir }) => checkFiles(dir))
  console.log(`Validated against GitLab's schema: ${files.length} files`)
  return countOf(problems)
}

async function runAll(runners: Runners): Promise<number> {
  console.log(await jobStart(runners))
  console.log("Their jobs, run by gitlab-ci-local's shell executor against the sandbox:")
  const today = new Date().toISOString().slice(0, 10)
  const sandbox = await startSandbox(buildWorld(today), { controlledEndUserEmail: CONTROLLED_END_USER_EMAIL })
  const server = await startGitlabJobs()
  try {
    const story = storyOf(sandbox, today)
    const pipeline: Pipeline = {
      runners,
      server,
      projectVariables: sandbox.environment,
      runDir: RUN_DIR,
      onStart: story.onStart,
      onEnd(run) {
        story.onEnd(run)
        console.log(lineOf(run))
      },
    }
    const runs = await runFiles(pipeline)
    const failed = jobProblems(runs, story.exitCodes)
    const unknown = server.unknown.map(
      call => `a job made the call ${call}, which the stand-in for GitLab does not have`,
    )
    // Writes that a failed job did not make are no further problem.
    if (failed.length > 0) return countOf([...failed, ...unknown])
    return countOf([
      ...unknown,
      ...(await binProblems(runs, RUN_DIR)),
      ...(await recordProblems(runs, join(RUN_DIR, RECORD_FOLDER, RUN_RECORD))),
      ...(await story.differences(RUN_DIR, runs)),
      ...(await partProblems(runs, pipeline)),
      ...(await taskProblems(pipeline)),
      ...(await selfCheck(runs, pipeline)),
    ])
  } finally {
    await sandbox.close()
    await server.close()
  }
}

function lineOf({ name, milliseconds, codes }: FileRun): string {
  const jobs = [...codes].map(([job, code]) => `${job} ${code ?? 'did not run'}`).join(', ')
  return `  ${name.padEnd(16)} ${durationText(milliseconds).padStart(6)}  ${jobs}`
}

/** Prints the problems and returns their number. */
function countOf(problems: readonly string[]): number {
  for (const problem of problems) console.log(`  ✗ ${problem}`)
  return problems.length
}
