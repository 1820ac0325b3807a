import { consentText, GUARD_KINDS } from '../../domain/guards.ts'
import { type Bin, findStage, STAGES } from '../../pipeline/index.ts'
import { badInput, type ExpectedError } from '../errors/index.ts'
import type { Environment } from '../settings/index.ts'
import { inShell, PROGRAM } from '../text/index.ts'

/** What a consent can allow: a kind of writes, artifacts without records, a gather that shrank. */
const CONSENT_KINDS = [...GUARD_KINDS, 'empty', 'gathered'] as const
export type ConsentKind = (typeof CONSENT_KINDS)[number]

/** The consents of this run: the count for each `STAGE:KIND`. */
export type Consents = ReadonlyMap<string, number>

const EXAMPLE = consentText('sync-global', 'marks', 141)

/**
 * Reads the consents of the command line and of ALLOW_MASS_CHANGE. The command line takes precedence.
 * Throws an `ExpectedError` for anything but STAGE:KIND=N, comma-separated.
 */
export function readConsents(
  option: string | undefined,
  { ALLOW_MASS_CHANGE: variable }: Environment,
): Consents {
  const ofVariable = variable?.trim() ? parseConsents(variable, 'ALLOW_MASS_CHANGE') : new Map()
  const ofOption = option === undefined ? new Map() : parseConsents(option, '--allow-mass-change')
  return new Map<string, number>([...ofVariable, ...ofOption])
}

/** How many of a kind a consent allows in a stage. Undefined without a consent. */
export function consentTo(consents: Consents, stage: string, kind: ConsentKind): number | undefined {
  return consents.get(`${stage}:${kind}`)
}

/** Consents in their text form. */
export function consentsText(consents: Consents): string {
  return [...consents].map(([what, count]) => `${what}=${count}`).join(',')
}

function parseConsents(
  text: string,
  source: '--allow-mass-change' | 'ALLOW_MASS_CHANGE',
): Map<string, number> {
  const consents = new Map<string, number>()
  for (const part of text.split(',')) {
    const [, stage = '', kind = '', count = ''] = /^\s*([^:=]*):([^:=]*)=(\d{1,9})\s*$/.exec(part) ?? []
    const isKnown = findStage(stage) !== undefined && CONSENT_KINDS.some(known => known === kind)
    if (!isKnown || Number(count) === 0) throw malformed(source, part)
    if (consents.has(`${stage}:${kind}`))
      throw malformed(source, part, 'repeats the stage and kind of another consent')
    consents.set(`${stage}:${kind}`, Number(count))
  }
  return consents
}

function malformed(source: string, part: string, problem?: string): ExpectedError {
  const given = part.trim() === '' ? 'nothing' : `"${part.trim()}"`
  return badInput(source === 'ALLOW_MASS_CHANGE' ? 'CONFIGURATION_INVALID' : 'USAGE', {
    message: problem ? `${source}: ${given} ${problem}` : `${source} takes STAGE:KIND=N, found ${given}`,
    next: `Name a stage, a kind and a number, such as ${source === 'ALLOW_MASS_CHANGE' ? `${source}=` : `${source} `}${EXAMPLE} (separate several with commas). A guard's message has the consent ready to copy. Stages: ${STAGES.map(({ stage }) => stage).join(', ')}; kinds: ${CONSENT_KINDS.join(', ')}.`,
  })
}

/** The command that shows what a guard stopped. Undefined for a stage that runs alone: its dry run shows it. */
export function planCommand({ RUN_DIR: runDir }: Environment): string | undefined {
  return runDir && `${PROGRAM} plan --run ${inShell(runDir)}`
}

/**
 * The command that resumes from a bin: the bin alone or, in a run of the whole pipeline (RUN_DIR), that run from the
 * bin's stage on, because the later stages must run too.
 */
export function resumeCommand(
  { stage, bin }: Pick<Bin, 'stage' | 'bin'>,
  dataDir: string,
  { RUN_DIR: runDir }: Environment,
): string {
  const command = runDir
    ? `run-pipeline --from ${stage} --run-dir ${inShell(runDir)}`
    : `run-stage ${stage} ${bin} --data-dir ${inShell(dataDir)}`
  return `${PROGRAM} ${command}`
}
