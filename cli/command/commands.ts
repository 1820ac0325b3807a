import type { Command } from './command.ts'

/** A command's line in the list, and how to load it. Only the requested command is loaded. */
export type ListedCommand = { name: string; summary: string; load: Load }
type Load = () => Promise<{ default: Command }>

/** All commands, in the order of the list. */
export const COMMANDS: readonly { title: string; commands: readonly ListedCommand[] }[] = [
  {
    title: 'Run',
    commands: [
      command(
        'run-pipeline',
        'run the nine stages on this machine; --dry-run writes nothing',
        () => import('../run-pipeline.ts'),
      ),
      command('run-stage', 'run one stage, or one bin of it', () => import('../run-stage.ts')),
    ],
  },
  {
    title: 'Look at a run',
    commands: [
      command('fetch-run', 'download a run from GitLab into runs/', () => import('../fetch-run.ts')),
      command(
        'explain',
        'explain the values of an account, organization or user',
        () => import('../explain.ts'),
      ),
      command('plan', 'show what the syncs of a run will write', () => import('../plan.ts')),
      command('report', 'write the report of a run to an HTML file', () => import('../report.ts')),
      command('history', 'show how an account changed, run by run', () => import('../history.ts')),
      command('diff', 'show which accounts differ between two runs', () => import('../diff.ts')),
    ],
  },
  {
    title: 'Change the rules',
    commands: [
      command(
        'unmapped',
        'list charge names that plans.yml lacks, ready to paste',
        () => import('../unmapped.ts'),
      ),
      command(
        'impact',
        'show what other plans, overrides or code would change',
        () => import('../impact.ts'),
      ),
      command('overrides', 'check an override file, or try one entry', () => import('../overrides.ts')),
    ],
  },
  {
    title: 'Set up',
    commands: [
      command(
        'preflight',
        'check logins, fields and permissions before the first run',
        () => import('../preflight.ts'),
      ),
      command(
        'permission-set',
        'print the Salesforce permission set that the queries need',
        () => import('../permission-set.ts'),
      ),
    ],
  },
  {
    title: 'Try it here',
    commands: [
      command(
        'demo',
        'run five hours of the sync against servers on this machine',
        () => import('../../rigs/demo.ts'),
      ),
      command(
        'sandbox',
        'start the servers of the demo, and print the variables that lead to them',
        () => import('../../rigs/sandbox.ts'),
      ),
    ],
  },
]

export const LISTED = COMMANDS.flatMap(({ commands }) => commands)

function command(name: string, summary: string, load: Load): ListedCommand {
  return { name, summary, load }
}
