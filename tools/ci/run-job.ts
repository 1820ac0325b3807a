import { join } from 'node:path'
import { exitCodeOf, Trouble } from '@support-sync/shared/errors'
import {
  ciSettings,
  gitlabStore,
  pullInputs,
  removeManifest,
  writeManifest,
} from '@support-sync/shared/handover'
import { neighbourContext } from '@support-sync/shared/http'
import { type Bin, findStage, type Stage } from '@support-sync/shared/pipeline'
import { printable } from '@support-sync/shared/text'
import { letsNextRun, runBinProcess } from '../pipeline/run-bin.ts'

/**
 * `node tools/ci/run-job.ts STAGE BIN [DATA_DIR]`: what a job of the GitLab pipeline does. Before the stage's first
 * bin it pulls the stage's inputs, behind the last it leaves the manifest. Exits with the bin's code.
 */

const log = {
  debug: () => undefined,
  info: line('info'),
  warn: line('warn'),
  error: line('error'),
}

const [stageName = '', binName = '', dataDir] = process.argv.slice(2)
const stage = findStage(stageName)
const bin = stage?.bins.find(({ bin }) => bin === binName)
try {
  if (!stage || !bin)
    throw new Trouble(
      'bad-input',
      'USAGE',
      `there is no bin "${stageName} ${binName}"`,
      'See the stage table.',
    )
  process.exitCode = await runJob(stage, bin, dataDir ?? defaultDataDir(stage))
} catch (error) {
  if (!(error instanceof Trouble)) throw error
  log.error({ stage: stageName, code: error.code, next: error.next }, error.message)
  process.exitCode = exitCodeOf(error)
}

async function runJob(stage: Stage, bin: Bin, dataDir: string): Promise<number> {
  const { gitlab, run, runOf, isDryRun, allowsMassChange } = ciSettings(process.env)
  if (bin === stage.bins[0]) {
    await removeManifest(dataDir)
    await pullInputs(stage, dataDir, gitlabStore(gitlab, neighbourContext({ logger: log })), runOf)
  }
  const args = ['--data-dir', dataDir]
  if (bin.syncs && isDryRun) args.push('--dry-run')
  if (bin.syncs && allowsMassChange) args.push('--allow-mass-change')
  const code = await runBinProcess(stage, bin, args, process.env, 'terminal')
  if (bin === stage.bins.at(-1) && letsNextRun(code)) await writeManifest(stage, dataDir, run)
  return code
}

function defaultDataDir({ stage }: Stage): string {
  return join(import.meta.dirname, '..', '..', 'packages', stage, 'data')
}

/** JSON lines on standard error, as the stages' own bins write them. */
function line(level: string) {
  return (details: object, msg: string): void => {
    const line = JSON.stringify({ level, time: new Date().toISOString(), ...details, msg })
    process.stderr.write(`${printable(line)}\n`)
  }
}
