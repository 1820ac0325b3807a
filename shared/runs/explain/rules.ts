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

/** What to decide by; without one, what the run decided by. */
export type RuleOptions = {
  plans?: string | undefined
  overrides?: string | undefined
  today?: Day | undefined
  /** For a run that kept none of its own. */
  defaults: { plans: string; overrides: string | undefined; today: Day }
}

export type Rules = {
  plans: Plans
  overrides: Overrides
  calendar: Calendar
  /** Where each comes from, in words. */
  inputs: string[]
  /** Whether something is given in place of what the run decided by: then its plans and results tell nothing. */
  isTrial: boolean
}

/** What a run's processor decided by, or what is given instead. */
export async function readRules(run: Run, options: RuleOptions): Promise<Rules> {
  const inputs: string[] = []
  const told = readToday(run, 'processor', 'processor')
  const day = options.today ?? told
  if (day === undefined)
    inputs.push(`decided for ${options.defaults.today}: the run tells no day; --today names one`)
  else inputs.push(`decided for ${day}`)
  return {
    calendar: calendarOf(day ?? options.defaults.today),
    plans: await readPlansFor(run, options, inputs),
    overrides: await readOverridesFor(run, options, inputs),
    inputs,
    isTrial:
      (options.today !== undefined && told !== undefined && options.today !== told) ||
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
  inputs.push(plans === undefined ? `the run kept no plans: ${file} as it is now` : `plans of ${file}`)
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
    inputs.push('the run kept no overrides: none are taken; --overrides FILE names them')
    return NO_OVERRIDES
  }
  inputs.push(
    overrides === undefined ? `the run kept no overrides: ${file} as it is now` : `overrides of ${file}`,
  )
  return readOverrides(await readYaml(file), file)
}
