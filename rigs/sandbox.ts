import { PORTS, startSandbox } from '@support-sync/fixtures/sandbox'
import {
  ALLIANCE_LABEL,
  CONTROLLED_END_USER_EMAIL,
  describeWorld,
  type FiledWorld,
} from '@support-sync/fixtures/world'
import { badInput, EXIT } from '@support-sync/shared/runtime/errors'
import { PROGRAM } from '@support-sync/shared/runtime/text'
import { createCommand, runMain, usage } from '../cli/command/command.ts'
import { dayGiven } from '../cli/command/day.ts'
import { optionsOf, setClocks } from './sandbox/settings.ts'
import { textOfWorld, worldOf } from './sandbox/world-file.ts'

/** `sandbox`: local Salesforce, Zendesk (both instances), Slack and GitLab for running bins by hand. */

const command = createCommand({
  name: 'sandbox',
  purpose:
    'Starts local servers that stand in for the services, prints the variables that point bins at them, and runs until Ctrl-C.',
  options: {
    'port-base': {
      type: 'number',
      describe: `the first of ${PORTS} consecutive ports (default: free ones)`,
    },
    today: {
      type: 'string',
      describe:
        "the UTC date that the built-in contracts are written for; with --world, only the date in the printed commands (default: the world file's, or today)",
    },
    world: {
      type: 'string',
      requiresArg: true,
      describe: 'a JSON file with the records that the servers hold (default: the built-in world)',
    },
    'print-world': {
      type: 'boolean',
      default: false,
      describe: 'print the world as a file for --world; start nothing',
    },
  },
  async run(given) {
    const { portBase, today } = checked(given['port-base'], given.today)
    const filed = given.world === undefined ? builtIn(today ?? thisDay()) : await worldOf(given.world)
    if (given['print-world']) {
      process.stdout.write(textOfWorld(filed))
      return EXIT.done
    }
    const { world, settings } = filed
    const sandbox = await startSandbox(world, {
      ...optionsOf(settings),
      ...(portBase === undefined ? {} : { portBase }),
    }).catch(portTaken)
    setClocks(sandbox, settings)
    console.log(instructions(sandbox.environment, sandbox.global.url, today ?? settings.today ?? thisDay()))
    await new Promise<void>(resolve => {
      for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve())
    })
    await sandbox.close()
    return EXIT.done
  },
})

export default command

function thisDay(): string {
  return new Date().toISOString().slice(0, 10)
}

function builtIn(today: string): FiledWorld {
  const { world, salesforceIdOf } = describeWorld(today)
  return {
    world,
    settings: {
      today,
      alliance_account_id: salesforceIdOf(ALLIANCE_LABEL),
      controlled_end_user_email: CONTROLLED_END_USER_EMAIL,
    },
  }
}

function checked(portBase: number | undefined, today: string | undefined) {
  if (portBase !== undefined && !(Number.isInteger(portBase) && portBase > 0 && portBase <= 65_536 - PORTS)) {
    throw usage(
      'sandbox',
      `--port-base ${portBase}: expected 1 to ${65_536 - PORTS}, since ${PORTS} consecutive ports are needed`,
    )
  }
  if (today !== undefined) dayGiven(today)
  return { portBase, today }
}

function portTaken(error: unknown): never {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
  throw badInput('PORT_TAKEN', {
    message: error.message,
    next: 'Choose another --port-base, or leave it out to use free ports.',
  })
}

/** Every line but the exports is a comment, so you can paste the whole text into a shell. */
function instructions(environment: Record<string, string>, zendesk: string, today: string): string {
  return [
    '# The sandbox is running. Paste these lines into another shell to use it there:',
    ...Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`),
    '#',
    '# In that shell, run the whole pipeline or one stage:',
    `#   ${PROGRAM} run-pipeline --today ${today}`,
    `#   ${PROGRAM} run-stage accounts --today ${today}`,
    '# See the organizations of Zendesk Global and the writes it received, and make calls fail (more in fixtures/sandbox/README.md):',
    `#   curl ${zendesk}/sandbox/organizations`,
    `#   curl ${zendesk}/sandbox/writes`,
    `#   curl ${zendesk}/sandbox/faults -H 'content-type: application/json' -d \\`,
    `#     '{ "path": "/organizations", "times": 1000, "effect": { "kind": "answer", "status": 503 } }'`,
    '# These calls fail 1000 times, because the pipeline retries a single failure. To remove the fault:',
    `#   curl -X DELETE ${zendesk}/sandbox/faults`,
    '# Ctrl-C stops the sandbox and discards everything written to it.',
  ].join('\n')
}

if (import.meta.main) await runMain(command.main)
