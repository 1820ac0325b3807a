import { join } from 'node:path'
import { type Bin, findStage, partText, type Stage } from '@support-sync/shared/pipeline'
import { RUN_RECORD } from '@support-sync/shared/runs/find'
import { lastRecord, recordOfRun } from '@support-sync/shared/runs/gitlab'
import {
  type CiSettings,
  ciSettings,
  type GitlabProject,
  gitlabProject,
  gitlabStore,
  type HandoverStore,
  planMissing,
  pullInputs,
  pullReviewedPlan,
  readFolder,
  refuseIfNewerRunWrote,
  removeJobRecord,
  removeManifest,
  removeReviewedRun,
  reviewedRun,
  writeJobRecord,
  writeManifest,
} from '@support-sync/shared/runs/handover'
import { filesOfRecord, junitOf, readStage } from '@support-sync/shared/runs/record'
import {
  badInput,
  continuesPipeline,
  EXIT,
  exitCodeOf,
  expectedFrom,
  type Reason,
  reasonOf,
} from '@support-sync/shared/runtime/errors'
import { GATHERED_IDS, readStamps } from '@support-sync/shared/runtime/records'
import { printableJson } from '@support-sync/shared/runtime/text'
import { httpContext } from '@support-sync/shared/services/http'
import { packageDataDir } from '../cli/pipeline/package-files.ts'
import { runBinProcess } from '../cli/pipeline/run-bin.ts'
import { stageTable } from '../cli/pipeline/stage-table.ts'
import { inSection, jobLog, writeAnnotations, writeReport } from './job-log.ts'

/**
 * `node ci/run-job.ts STAGE BIN [DATA_DIR]`: a job of the GitLab pipeline. Pulls the stage's inputs before its first
 * bin, and writes the manifest after its last one; if the bins do not wait for each other, each job does both. Always
 * writes the outcome to the data directory and to reports/. Exits with the bin's code.
 */

const REPORTS = 'reports'

type JobOfRun = {
  stage: Stage
  bin: Bin
  dataDir: string
  settings: CiSettings
  project: GitlabProject
  store: HandoverStore
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.exitCode = endingOf(error).exit_code
}

async function main([stageName = '', binName = '', dataDir]: readonly string[]): Promise<number> {
  const stage = findStage(stageName)
  const bin = stage?.bins.find(({ bin }) => bin === binName)
  if (!stage || !bin) {
    const unknown = `there is no bin "${stageName} ${binName}"`
    throw badInput('USAGE', {
      message: unknown,
      next: 'Use a stage and bin of shared/pipeline/stages.ts.',
    })
  }
  const settings = ciSettings(process.env)
  const context = httpContext({ logger: jobLog })
  const project = gitlabProject(settings.gitlab, context)
  const store = gitlabStore(project)
  const job = { stage, bin, dataDir: dataDir ?? packageDataDir(stage.stage), settings, project, store }
  await writeAnnotations(join(REPORTS, 'annotations.json'), {
    "This job's artifacts": `${settings.jobUrl}/artifacts/browse`,
    'The whole run': settings.run.url,
  })
  const { exit_code, error } = await runJob(job).catch(endingOf)
  await reportOutcome(job, exit_code, error)
  return exit_code
}

type Ending = { exit_code: number; error: Reason | null }

async function runJob({ stage, bin, dataDir, settings, project, store }: JobOfRun): Promise<Ending> {
  const { run, runOf, isDryRun, part } = settings
  if (stage.independentBins || bin === stage.bins[0]) {
    await removeManifest(dataDir)
    await removeJobRecord(dataDir)
    await removeReviewedRun(dataDir)
    const absent = await pullInputs(stage, dataDir, store, runOf)
    if (absent.length > 0)
      jobLog.warn(
        { code: 'INPUTS_ABSENT', absent },
        'These inputs are missing: the stage that writes them failed or is not part of this run',
      )
    const planned = hasOwnPlan(stage) ? settings.planOf(stage) : null
    if (planned && !(await pullReviewedPlan(stage, dataDir, store, planned))) {
      const record = await recordOfRun(project, planned.id)
      if (record?.dry_run) throw planMissing(stage, planned)
    }
  }
  const reviewed = reviewedRun(dataDir)
  if (reviewed !== undefined && !bin.syncs) {
    jobLog.info(
      { plan_of: reviewed },
      `Applies the plan of dry run ${reviewed}, so ${bin.bin} does not run again`,
    )
    return { exit_code: EXIT.done, error: null }
  }
  const args = ['--data-dir', dataDir, ...partOption(bin, part)]
  args.push(...(await lastRunOption(project, run.id)))
  if (bin.syncs && isDryRun) args.push('--dry-run')
  if (bin.syncs && !isDryRun) {
    const gatheredBy = Object.values(readStamps(dataDir)).map(({ run_id }) => run_id)
    await refuseIfNewerRunWrote(stage, project, { ...run, gatheredBy })
  }
  const name = `${stage.stage} ${bin.bin}`
  const exit_code = await inSection(`${stage.stage}_${bin.bin}`, `The log of ${name}`, () =>
    runBinProcess(
      bin,
      args,
      { ...process.env, WRITE_UNTIL: settings.writeUntil, PLAN_NAMED: String(settings.isResumed) },
      'terminal',
    ),
  )
  const own: Stage = stage.independentBins ? { ...stage, bins: [bin] } : stage
  // A guard may stop a dry run too. Its plan can still be reviewed, and applied with a consent.
  const hasPlanned = isDryRun && bin.syncs && exit_code === EXIT.guard
  if (bin === own.bins.at(-1) && (continuesPipeline(exit_code) || hasPlanned))
    await writeManifest(own, dataDir, run)
  return { exit_code, error: null }
}

/** Whether a stage makes its own plan: it gathers, compares and writes. */
function hasOwnPlan({ bins }: Stage): boolean {
  return bins.some(({ gathers }) => gathers) && bins.some(({ syncs }) => syncs)
}

/** The option for a job that shares its work. Without it, each job would repeat all of the work. */
function partOption({ stage, bin, inParts }: Bin, part: CiSettings['part']): string[] {
  if (!part) return []
  if (inParts) return ['--part', partText(part)]
  throw badInput('NOT_IN_PARTS', {
    message: `the job of ${stage} ${bin} has parallel: ${part.of}, but its work cannot be shared`,
    next: `Remove parallel from the job in packages/${stage}/.gitlab-ci.yml.`,
  })
}

/** The option with the previous run's record. The very first run has none. */
async function lastRunOption(project: GitlabProject, runId: string): Promise<string[]> {
  const last = await lastRecord(project, { before: runId })
  if (!last.record) {
    jobLog.warn(
      { code: 'NO_LAST_RUN' },
      `${last.why}: the guards cannot compare this run with an earlier one`,
    )
    return []
  }
  const path = join(REPORTS, RUN_RECORD)
  await writeReport(path, printableJson(last.record))
  if (last.ids) await writeReport(join(REPORTS, GATHERED_IDS), printableJson(last.ids))
  return ['--last-run', path]
}

/** Writes the job record and the JUnit report, and prints a table at the end of the log. */
async function reportOutcome(
  { stage, bin, dataDir, settings: { run, isDryRun } }: JobOfRun,
  exit_code: number,
  error: Reason | null,
): Promise<void> {
  await writeJobRecord(dataDir, {
    run_id: run.id,
    stage: stage.stage,
    // If the job itself failed, its bin did not start.
    bin: error ? null : bin.bin,
    dry_run: isDryRun,
    exit_code,
    ended_at: new Date().toISOString(),
    error,
  })
  const ofBin: Stage = { ...stage, bins: [bin] }
  const record = readStage(ofBin, await readFolder(dataDir, filesOfRecord(ofBin)))
  await writeReport(join(REPORTS, 'junit.xml'), junitOf([record]))
  console.log(stageTable([{ ...record, stage: `${stage.stage} ${bin.bin}` }], true))
  for (const { code, message, keys } of record.summaries.flatMap(({ warnings }) => warnings)) {
    console.log(`warning ${code}, ${keys.length} ${keys.length === 1 ? 'record' : 'records'}: ${message}`)
  }
  if (record.error) {
    const { code, message, next } = record.error
    console.log(`${code}: ${message}\n→ ${next}`)
  }
}

function endingOf(thrown: unknown): Ending {
  const error = expectedFrom(thrown)
  if (!error) throw thrown
  const { code, message, next } = error
  jobLog.error({ code, next }, message)
  return { exit_code: exitCodeOf(error), error: reasonOf(error) }
}
