import { byInstanceAsync, dayOf, INSTANCES, type Instance, zendeskName } from '@support-sync/shared/domain'
import { httpContext } from '@support-sync/shared/services/http'
import { createCommand, runMain, usage } from './command/command.ts'
import { asJson } from './command/view.ts'
import { confirm } from './preflight/ask.ts'
import { countStates, exitCodeFor, type Finding } from './preflight/findings.ts'
import { checkGuards, checkOverrides, checkReviewedFiles } from './preflight/reviewed-files.ts'
import { checkSalesforce } from './preflight/salesforce.ts'
import { conclusion, showFindings } from './preflight/show.ts'
import { checkSlackSettings } from './preflight/slack.ts'
import { additionText, addToZendesk, checkZendesk, type ZendeskCheck } from './preflight/zendesk.ts'

/** `preflight`: checks that everything a run needs is set up. */

/** A person waits for the answer, so an outage is reported after three attempts, not after half a minute. */
const context = httpContext({
  checksClock: true,
  limits: { attempts: 3, timeoutMs: 20_000, longestWaitMs: 10_000 },
})

const command = createCommand({
  name: 'preflight',
  purpose:
    "Logs in to every service, and checks that Zendesk's fields, Salesforce's objects and the reviewed files are as a run needs them. Changes nothing without --create-missing.",
  options: {
    'create-missing': {
      type: 'boolean',
      default: false,
      describe: 'create missing Zendesk fields and options, after confirmation',
    },
    yes: { type: 'boolean', default: false, describe: 'with --create-missing: create without confirmation' },
    overrides: { type: 'string', describe: 'use this local override file instead of the configured one' },
    'post-to-slack': { type: 'boolean', default: false, describe: 'post a test message to SLACK_CHANNEL' },
    json: { type: 'boolean', default: false, describe: 'print the findings as JSON' },
  },
  epilogue:
    'Exit codes: 0 ready, perhaps with warnings · 2 something is not set up · 75 a service did not answer',
  async run(given, screen) {
    const isAsked = process.stdin.isTTY && process.stderr.isTTY
    if (given['create-missing'] && !given.yes && !isAsked) {
      throw usage(
        'preflight',
        '--create-missing changes Zendesk, and there is no terminal to confirm on: add --yes',
      )
    }

    const { zendesk, findings } = await checkEverything(given['post-to-slack'], given.overrides)
    const additions = INSTANCES.flatMap(instance => zendesk[instance].additions)
    if (!given.json) console.log(showFindings(findings, screen))

    const isCreating =
      given['create-missing'] && additions.length > 0 && (given.yes || (await isWanted(zendesk)))
    const created = isCreating ? await createMissing(zendesk) : null
    const last = replaced(findings, created ?? [])
    if (given.json) {
      console.log(asJson({ exit_code: exitCodeFor(last), counts: countStates(last), findings: last }))
    } else {
      if (created !== null) console.log(`\n${showFindings(created, screen)}`)
      console.log(`\n${conclusion(last, created === null ? additions.length : 0, screen)}`)
    }
    return exitCodeFor(last)
  },
})

export default command

/** Runs all checks in parallel. A service that does not answer delays no other. */
async function checkEverything(
  isToPost: boolean,
  overrides: string | undefined,
): Promise<{ zendesk: ZendeskChecks; findings: Finding[] }> {
  const [salesforce, zendesk, ...others] = await Promise.all([
    checkSalesforce(process.env, dayOf(new Date(context.now())), context),
    byInstanceAsync(instance => checkZendesk(instance, process.env, context)),
    checkSlackSettings(process.env, isToPost, context),
    checkOverrides(process.env, overrides, context),
    checkReviewedFiles(process.env),
    checkGuards(process.env),
  ])
  const ofZendesk = INSTANCES.map(instance => zendesk[instance].findings)
  return { zendesk, findings: [salesforce, ...ofZendesk, ...others].flat() }
}

type ZendeskChecks = Readonly<Record<Instance, ZendeskCheck>>

async function isWanted(zendesk: ZendeskChecks): Promise<boolean> {
  const lines = INSTANCES.flatMap(instance =>
    zendesk[instance].additions.map(addition => `  + ${zendeskName(instance)}: ${additionText(addition)}`),
  )
  return confirm(`\nTo be created:\n${lines.join('\n')}\nCreate?`)
}

/** Creates what is missing, then checks again, so the findings show what Zendesk has now. */
async function createMissing(zendesk: ZendeskChecks): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const instance of INSTANCES) {
    const { additions } = zendesk[instance]
    if (additions.length === 0) continue
    findings.push(...(await addToZendesk(instance, additions, process.env, context)))
    findings.push(...(await checkZendesk(instance, process.env, context, { mayCreate: false })).findings)
  }
  return findings
}

/** Replaces the findings of an area by later ones, if there are any. */
function replaced(findings: readonly Finding[], later: readonly Finding[]): Finding[] {
  const areas = new Set(later.map(({ area }) => area))
  return [...findings.filter(({ area }) => !areas.has(area)), ...later]
}

if (import.meta.main) await runMain(command.main)
