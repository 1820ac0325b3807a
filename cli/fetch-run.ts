import { join } from 'node:path'
import { timeText } from '@support-sync/shared/domain'
import { gatheredBy, LAST } from '@support-sync/shared/runs/find'
import {
  downloadRun,
  findOnGitlab,
  type Gitlab,
  type RunOnGitlab,
  sourcesOf,
  writeOrigin,
} from '@support-sync/shared/runs/gitlab'
import { gitlabPipelines, gitlabProject } from '@support-sync/shared/runs/handover'
import { attentionText } from '@support-sync/shared/runs/record'
import { listenForCancel } from '@support-sync/shared/runtime/bin'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { copyableLines, shownPath } from '@support-sync/shared/runtime/terminal'
import { PROGRAM, sizeText } from '@support-sync/shared/runtime/text'
import { httpContext } from '@support-sync/shared/services/http'
import { createCommand, runMain, usage } from './command/command.ts'
import { RUNS } from './command/runs.ts'
import { type Present, presentIn, replaceWhenComplete } from './fetch-run/folder.ts'
import { loginTo } from './fetch-run/login.ts'
import { placeOf } from './fetch-run/place.ts'
import { fetchProgress } from './fetch-run/progress.ts'
import { pruneFetched } from './pipeline/prune-runs.ts'

/** `fetch-run [ID | last]`: downloads a run from GitLab, to look at it on this machine. */

const ROOT = join(import.meta.dirname, '..')

/** An archive can be large and the connection slow. */
const TIMEOUT_MS = 10 * 60_000

const command = createCommand({
  name: 'fetch-run',
  takes: '[ID | last]',
  purpose:
    "Downloads a run from GitLab into runs/ and checks each file against its stage's manifest. Then explain, plan, impact, report, history and diff work on it. ID is the id of the run's root pipeline; last (the default) is the newest run that has ended with a record. Uses GITLAB_TOKEN, or else glab's login. Writes nothing to GitLab.",
  options: {
    project: {
      type: 'string',
      requiresArg: true,
      describe: 'the project, GROUP/NAME (default: GITLAB_PROJECT, or the one of the remote origin)',
    },
    runs: { type: 'string', requiresArg: true, describe: 'another directory of runs (default: runs/)' },
  },
  epilogue: 'docs/set-up/gitlab.md says which token and which role it needs.',
  async run({ words, project, runs: given }, { width }) {
    const id = idIn(words)
    const runs = given ?? RUNS
    const gitlab = await connect(project)
    const run = await findOnGitlab(gitlab, id)
    const dir = join(runs, run.id)
    const present = await presentIn(dir, run)
    const downloaded = present === 'same' ? undefined : await download(gitlab, run, dir)
    pruneFetched(runs, [dir], new Date())
    const name = given === undefined ? run.id : shownPath(dir)
    const result = resultLines(run, shownPath(dir), present, downloaded)
    const lines = [...result, ...resumedLines(run, dir), ...nextLines(name)]
    return lines.flatMap(([label, text]) => copyableLines(label, text, width)).join('\n')
  },
})

export default command

/** An id, or the address of the pipeline's page. */
const ID = /^(?:https?:\/\/\S+\/pipelines\/)?([1-9]\d{0,14})\/?$/

function idIn([word = LAST, another]: readonly string[]): string {
  if (another !== undefined) throw usage('fetch-run', `unexpected argument "${another}"`)
  if (word === LAST) return LAST
  const id = ID.exec(word)?.[1]
  if (id === undefined) throw usage('fetch-run', `"${word}" is not the id of a pipeline`)
  return id
}

async function connect(named: string | undefined): Promise<Gitlab> {
  const { server, project } = await placeOf(named, process.env, ROOT)
  const login = await loginTo(server, process.env)
  const settings = { apiUrl: `${server}/api/v4`, projectId: project, ...login }
  const context = httpContext({
    limits: { timeoutMs: TIMEOUT_MS },
    stop: listenForCancel({ writes: false }, () => process.exit(EXIT.upstream)),
  })
  return { project: gitlabProject(settings, context), pipelines: gitlabPipelines(settings, context) }
}

type Downloaded = { stopped: readonly string[]; archives: number; bytes: number }

async function download({ project }: Gitlab, run: RunOnGitlab, dir: string): Promise<Downloaded> {
  const sources = sourcesOf(run)
  const progress = fetchProgress(process.stderr, {
    archives: sources.length,
    bytes: sources.reduce((sum, { zipSize }) => sum + (zipSize ?? 0), 0),
  })
  let stopped: readonly string[] = []
  try {
    await replaceWhenComplete(dir, async part => {
      stopped = await downloadRun(project, run, part, progress.watch)
      writeOrigin(part, run, new Date())
    })
  } finally {
    progress.done()
  }
  return { stopped, ...progress.received() }
}

type Line = readonly [label: string, text: string]

function resultLines(
  { id, project, record }: RunOnGitlab,
  dir: string,
  present: Present,
  downloaded: Downloaded | undefined,
): Line[] {
  const run = `Run ${id} of ${project.path}`
  const attention = attentionText(record)
  const end = `It ended at ${timeText(record.ended_at)}${record.dry_run ? ', a dry run' : ''}.`
  const lines: Line[] = [
    [
      '',
      downloaded
        ? `${run} is in ${dir}: ${downloaded.archives} archives, ${sizeText(downloaded.bytes)}, each file checked against its manifest.`
        : `${run} is already in ${dir} and up to date: nothing was downloaded.`,
    ],
    ['', attention === null ? end : `${end} Needs attention: ${attention}.`],
  ]
  if (present === 'changed')
    lines.push([
      '',
      'It replaces the earlier download: since then, a job has run again on GitLab, or a file here has changed.',
    ])
  if (downloaded && downloaded.stopped.length > 0)
    lines.push([
      '',
      `Not checked, because they stopped without a manifest: ${downloaded.stopped.join(', ')}.`,
    ])
  return lines
}

/** A run that starts from a later stage has only the stages that ran. The others are in the run that it resumed. */
function resumedLines({ id, record }: RunOnGitlab, dir: string): Line[] {
  const others = record.stages.filter(({ state }) => state === 'not-asked').map(({ stage }) => stage)
  if (others.length === 0) return []
  const resumed = gatheredBy({ dir }).filter(other => other !== id && /^\d+$/.test(other))
  const lines: Line[] = [['', `Not part of this run: ${others.join(', ')}.`]]
  for (const other of resumed)
    lines.push([
      '',
      `It uses the records that run ${other} gathered. To download that run too: ${PROGRAM} fetch-run ${other}`,
    ])
  return lines
}

function nextLines(name: string): Line[] {
  return [
    ['Next:', `${PROGRAM} explain RECORD --run ${name}`],
    ['     ', `${PROGRAM} plan --run ${name}`],
    ['     ', `${PROGRAM} report --run ${name}`],
  ]
}

if (import.meta.main) await runMain(command.main)
