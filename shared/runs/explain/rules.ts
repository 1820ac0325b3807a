import {
  type Calendar,
  calendarOf,
  type Day,
  NO_OVERRIDES,
  type Overrides,
  type Plans,
  plansOf,
  readOverrides,
  readPlans,
} from '../../domain/index.ts'
import { artifacts } from '../../pipeline/index.ts'
import { readArtifact, readYaml } from '../../runtime/artifacts/index.ts'
import { artifactPath, type Run, readToday } from '../find/index.ts'

/** Replacements for the rules that the run used. */
export type RuleOptions = {
  plans?: string | undefined
  overrides?: string | undefined
  today?: Day | undefined
  /** Used if the run kept none. */
  defaults: { plans: string; overrides: string | undefined; today: Day }
}

export type Rules = {
  plans: Plans
  overrides: Overrides
  calendar: Calendar
  /** The date, and where rules come from that the run did not keep or that the options replace, as text. */
  inputs: string[]
  /** Whether the options replace a rule that the run used. Then the run's plans and results do not apply. */
  isTrial: boolean
}

/** The rules that a run's processor used, unless the options replace them. */
export async function readRules(run: Run, options: RuleOptions): Promise<Rules> {
  const inputs: string[] = []
  const dayOfRun = readToday(run, 'processor', 'processor')
  const day = options.today ?? dayOfRun
  if (day === undefined)
    inputs.push(`decided for ${options.defaults.today}: the run does not record a date; --today sets one`)
  else inputs.push(`decided for ${day}`)
  return {
    calendar: calendarOf(day ?? options.defaults.today),
    plans: await readPlansFor(run, options, inputs),
    overrides: await readOverridesFor(run, options, inputs),
    inputs,
    isTrial:
      (options.today !== undefined && dayOfRun !== undefined && options.today !== dayOfRun) ||
      (options.plans !== undefined && artifactPath(run, artifacts.plansUsed) !== undefined) ||
      (options.overrides !== undefined && artifactPath(run, artifacts.overridesUsed) !== undefined),
  }
}

async function readPlansFor(run: Run, { plans, defaults }: RuleOptions, inputs: string[]): Promise<Plans> {
  const kept = artifactPath(run, artifacts.plansUsed)
  if (plans === undefined && kept !== undefined) {
    return plansOf(await Array.fromAsync(readArtifact(kept, artifacts.plansUsed.schema)), kept)
  }
  const file = plans ?? defaults.plans
  inputs.push(plans === undefined ? `plans: ${file}, because the run kept none` : `plans: ${file}`)
  return readPlans(await readYaml(file), file)
}

async function readOverridesFor(
  run: Run,
  { overrides, defaults }: RuleOptions,
  inputs: string[],
): Promise<Overrides> {
  const kept = artifactPath(run, artifacts.overridesUsed)
  if (overrides === undefined && kept !== undefined) {
    return readOverrides(await Array.fromAsync(readArtifact(kept, artifacts.overridesUsed.schema)), kept)
  }
  const file = overrides ?? defaults.overrides
  if (file === undefined) {
    inputs.push('overrides: none, because the run kept none; --overrides FILE sets them')
    return NO_OVERRIDES
  }
  inputs.push(
    overrides === undefined ? `overrides: ${file}, because the run kept none` : `overrides: ${file}`,
  )
  return readOverrides(await readYaml(file), file)
}
