import { Trouble } from '../errors/index.ts'
import { goOnCommand } from './go-on.ts'
import type { Options } from './options.ts'
import type { Environment } from './read-settings.ts'

/** Whether this one run may pass the guards, as the command line or CI says. Throws a `Trouble` for a third word. */
export function isMassChangeAllowed(
  { allowMassChange }: Pick<Options, 'allowMassChange'>,
  { ALLOW_MASS_CHANGE: value = '' }: Environment,
): boolean {
  if (!['', 'true', 'false'].includes(value)) {
    throw new Trouble(
      'bad-input',
      'CONFIGURATION_INVALID',
      'environment variables: ALLOW_MASS_CHANGE must be true or false',
      'Set it to true to let this one run pass the guards, or unset it.',
    )
  }
  return allowMassChange || value === 'true'
}

/** The command that lets one run of a bin pass the guards. */
export function massChangeCommand(
  stage: string,
  bin: string,
  dataDir: string,
  environment: Environment,
): string {
  return goOnCommand(stage, bin, dataDir, environment, '--allow-mass-change')
}

/** The command that shows what a run's guard stopped; undefined for a stage that runs alone, whose dry run shows it. */
export function planCommand({ RUN_DIR: runDir }: Environment): string | undefined {
  return runDir && `npx -y pnpm@12 plan --at ${runDir}`
}
