import { PORTS, startSandbox } from '@support-sync/fixtures/sandbox'
import { ALLIANCE_LABEL, CONTROLLED_END_USER_EMAIL, describeWorld } from '@support-sync/fixtures/world'
import { EXIT, Trouble } from '@support-sync/shared/errors'
import { commandLine, runMain, usage } from './command/command.ts'

/** `pnpm sandbox`: local Salesforce, each Zendesk instance, Slack and GitLab, to point the bins at by hand. */

await runMain(main)

async function main(args: string[]): Promise<number> {
  const given = await commandLine('sandbox', args)
    .usage(
      '$0 [options]\n\nStarts the sandbox, prints the variables that point the bins at it, and runs until Ctrl-C.',
    )
    .options({
      'port-base': { type: 'number', describe: `the first of ${PORTS} ports in a row (default: free ones)` },
      today: {
        type: 'string',
        default: new Date().toISOString().slice(0, 10),
        describe: 'the UTC calendar date around which its contracts end',
      },
    })
    .parseAsync()
  if (given.help || given.version) return EXIT.done

  const { portBase, today } = checked(given.portBase, given.today)
  const { world, salesforceIdOf } = describeWorld(today)
  const sandbox = await startSandbox(world, {
    ...(portBase === undefined ? {} : { portBase }),
    allianceAccountId: salesforceIdOf(ALLIANCE_LABEL),
    controlledEndUserEmail: CONTROLLED_END_USER_EMAIL,
  }).catch(portTaken)
  console.log(instructions(sandbox.environment, sandbox.global.url, today))
  await new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve())
  })
  await sandbox.close()
  return EXIT.done
}

function checked(portBase: number | undefined, today: string) {
  if (portBase !== undefined && !(Number.isInteger(portBase) && portBase > 0 && portBase <= 65_536 - PORTS)) {
    throw usage('sandbox', `--port-base ${portBase} is no port with ${PORTS - 1} more behind it`)
  }
  if (!/^\d{4}-\d\d-\d\d$/.test(today) || Number.isNaN(Date.parse(today))) {
    throw usage('sandbox', `--today ${today} is no date`)
  }
  return { portBase, today }
}

function portTaken(error: unknown): never {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
  throw new Trouble('bad-input', 'PORT_TAKEN', error.message, 'Name another --port-base, or none.')
}

/** Everything but the exports is a comment, so that a shell can read the whole of it. */
function instructions(environment: Record<string, string>, zendesk: string, today: string): string {
  return [
    '# The sandbox is running. Point a shell at it by pasting these lines:',
    ...Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`),
    '#',
    '# Then, in that shell, the whole pipeline or one stage of it:',
    `#   npx -y pnpm@12 run-pipeline --today ${today}`,
    `#   npx -y pnpm@12 run-stage accounts --today ${today}`,
    '# What it was asked, what it holds, and how to make a call fail (every server has these):',
    `#   curl ${zendesk}/sandbox/requests`,
    `#   curl ${zendesk}/sandbox/state`,
    `#   curl ${zendesk}/sandbox/faults -H 'content-type: application/json' -d \\`,
    `#     '{ "path": "/organizations", "times": 1000, "effect": { "kind": "answer", "status": 503 } }'`,
    '# One failure alone would be tried again and never be seen. To take it back:',
    `#   curl -X DELETE ${zendesk}/sandbox/faults`,
    '# Ctrl-C ends it; whatever was written to it is gone then.',
  ].join('\n')
}
