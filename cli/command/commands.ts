import type { Command } from './command.ts'

/** A command's line in the list, and how to load it. Only the requested command is loaded. */
export type ListedCommand = {
  name: string
  summary: string
  load: () => Promise<{ default: Command }>
}

/** All commands, in the order of the list. */
export const COMMANDS: readonly { title: string; commands: readonly ListedCommand[] }[] = [
  {
    title: 'Run',
    commands: [
      {
        name: 'run-pipeline',
        summary: 'run the nine stages on this machine; --dry-run writes nothing',
        load: () => import('../run-pipeline.ts'),
      },
      {
        name: 'run-stage',
        summary: 'run one stage, or one bin of it',
        load: () => import('../run-stage.ts'),
      },
    ],
  },
  {
    title: 'Look at a run',
    commands: [
      {
        name: 'fetch-run',
        summary: 'bring a run from GitLab into runs/, to look at it here',
        load: () => import('../fetch-run.ts'),
      },
      {
        name: 'explain',
        summary: 'explain why an account, organization or user is as it is',
        load: () => import('../explain.ts'),
      },
      { name: 'plan', summary: 'show what the syncs of a run will write', load: () => import('../plan.ts') },
      {
        name: 'report',
        summary: 'write the report of a run to an HTML file',
        load: () => import('../report.ts'),
      },
      {
        name: 'history',
        summary: 'show what changed on an account, run by run',
        load: () => import('../history.ts'),
      },
      {
        name: 'diff',
        summary: 'show which accounts differ between two runs',
        load: () => import('../diff.ts'),
      },
    ],
  },
  {
    title: 'Change the rules',
    commands: [
      {
        name: 'unmapped',
        summary: 'list charge names that plans.yml lacks, ready to paste',
        load: () => import('../unmapped.ts'),
      },
      {
        name: 'impact',
        summary: 'show what other plans, overrides or code would change',
        load: () => import('../impact.ts'),
      },
      {
        name: 'overrides',
        summary: 'check an override file, or try one entry',
        load: () => import('../overrides.ts'),
      },
    ],
  },
  {
    title: 'Set up',
    commands: [
      {
        name: 'preflight',
        summary: 'check logins, fields and permissions before the first run',
        load: () => import('../preflight.ts'),
      },
      {
        name: 'permission-set',
        summary: 'print the Salesforce permission set that the queries need',
        load: () => import('../permission-set.ts'),
      },
    ],
  },
  {
    title: 'Try it here',
    commands: [
      {
        name: 'demo',
        summary: 'run five hours of the sync against servers on this machine',
        load: () => import('../../rigs/demo.ts'),
      },
      {
        name: 'sandbox',
        summary: 'start these servers and print the variables for them',
        load: () => import('../../rigs/sandbox.ts'),
      },
    ],
  },
]

export const LISTED = COMMANDS.flatMap(({ commands }) => commands)
