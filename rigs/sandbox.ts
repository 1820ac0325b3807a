import { PORTS, startSandbox } from '@support-sync/fixtures/sandbox'
import {
  ALLIANCE_LABEL,
  CONTROLLED_END_USER_EMAIL,
  describeWorld,
  type FiledWorld,
} from '@support-sync/fixtures/world'
import { EXIT, ExpectedError } from '@support-sync/shared/runtime/errors'
import { PROGRAM } from '@support-sync/shared/runtime/text'
import { createCommand, runMain, usage } from '../cli/command/command.ts'
import { optionsOf, setClocks } from './sandbox/settings.ts'
import { textOfWorld, worldOf } from './sandbox/world-file.ts'

/** `sandbox`: local Salesforce, each Zendesk instance, Slack and GitLab, to point the bins at by hand. */

const command = createCommand({
  name: 'sandbox',
  purpose: 'Starts the sandbox, prints the variables that point the bins at it, and runs until Ctrl-C.',
  options: {
    'port-base': { type: 'number', describe: `the first of ${PORTS} ports in a row (default: free ones)` },
    today: {
      type: 'string',
      describe: "the UTC calendar date around which its contracts end (default: the world's, or today)",
    },
    world: {
      type: 'string',
      requiresArg: true,
      describe: 'a JSON file that states what the servers hold (default: the built-in world)',
    },
    'print-world': {
      type: 'boolean',
      default: false,
      describe: 'print the world as such a file, and start nothing',
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
    throw usage('sandbox', `--port-base ${portBase} is no port with ${PORTS - 1} more behind it`)
  }
  if (today !== undefined && (!/^\d{4}-\d\d-\d\d$/.test(today) || Number.isNaN(Date.parse(today)))) {
    throw usage('sandbox', `--today ${today} is no date`)
  }
  return { portBase, today }
}

function portTaken(error: unknown): never {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
  throw new ExpectedError({
    kind: 'bad-input',
    code: 'PORT_TAKEN',
    message: error.message,
    next: 'Name another --port-base, or none.',
  })
}

/** Everything but the exports is a comment, so that a shell can read the whole of it. */
function instructions(environment: Record<string, string>, zendesk: string, today: string): string {
  return [
    '# The sandbox is running. Point a shell at it by pasting these lines:',
    ...Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`),
    '#',
    '# Then, in that shell, the whole pipeline or one stage of it:',
    `#   ${PROGRAM} run-pipeline --today ${today}`,
    `#   ${PROGRAM} run-stage accounts --today ${today}`,
    '# What it holds, what was written to it, and how to make a call fail (fixtures/sandbox/README.md has more):',
    `#   curl ${zendesk}/sandbox/organizations`,
    `#   curl ${zendesk}/sandbox/writes`,
    `#   curl ${zendesk}/sandbox/faults -H 'content-type: application/json' -d \\`,
    `#     '{ "path": "/organizations", "times": 1000, "effect": { "kind": "answer", "status": 503 } }'`,
    '# One failure alone would be tried again and never be seen. To take it back:',
    `#   curl -X DELETE ${zendesk}/sandbox/faults`,
    '# Ctrl-C ends it; whatever was written to it is gone then.',
  ].join('\n')
}

if (import.meta.main) await runMain(command.main)
