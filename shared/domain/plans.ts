import { z } from 'zod'
import { badInput, type ExpectedError } from '../runtime/errors/index.ts'
import { SECTIONS, type Section } from './sections.ts'

/** The content of plans.yml, in the form that the rules need. Charge names are trimmed. */
export type Plans = {
  /** Charge name → its section. Its keys are the names of valid charges. */
  plan_lookup: ReadonlyMap<string, Section>
  /** Charge names that give no support: their charges are neither valid nor unmapped. */
  no_support: ReadonlySet<string>
}

/** The section of plans.yml that gives nothing. */
export const NO_SUPPORT = 'no_support'

/** A record of plans_used.json: a line of plans.yml. */
export const planUsedSchema = z.object({ section: z.string(), charge_name: z.string() })
export type PlanUsed = z.infer<typeof planUsedSchema>

const fileSchema = z.record(z.string(), z.array(z.string()))

/**
 * Reads the parsed content of plans.yml: section → list of charge names.
 * Throws an `ExpectedError` for an unknown section, a charge name in two sections, or any other shape.
 */
export function readPlans(content: unknown, file: string): Plans {
  const parsed = fileSchema.safeParse(content)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw badPlans(
      `${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`,
      'Write each section as a list of charge names.',
    )
  }
  const plan_lookup = new Map<string, Section>()
  const no_support = new Set<string>()
  const sectionOf = new Map<string, string>()
  for (const [sectionName, names] of Object.entries(parsed.data)) {
    const section = SECTIONS.find(known => known.section === sectionName)
    if (!section && sectionName !== NO_SUPPORT) {
      throw badPlans(
        `${file}: unknown section "${sectionName}"`,
        `Use one of: ${[...SECTIONS.map(known => known.section), NO_SUPPORT].join(', ')}.`,
      )
    }
    for (const name of names.map(listed => listed.trim())) {
      if (name === '')
        throw badPlans(`${file}: an empty charge name in section "${sectionName}"`, 'Remove it.')
      const other = sectionOf.get(name)
      if (other !== undefined && other !== sectionName) {
        throw badPlans(
          `${file}: charge name "${name}" is in two sections, "${other}" and "${sectionName}"`,
          'Keep it in one of them.',
        )
      }
      sectionOf.set(name, sectionName)
      if (section) plan_lookup.set(name, section)
      else no_support.add(name)
    }
  }
  return { plan_lookup, no_support }
}

/** Whether plans.yml lists a charge name in any section. */
export function isKnownName({ plan_lookup, no_support }: Plans, name: string): boolean {
  return plan_lookup.has(name) || no_support.has(name)
}

/** The plans as records of plans_used.json. */
export function plansUsed({ plan_lookup, no_support }: Plans): PlanUsed[] {
  return [
    ...[...plan_lookup].map(([charge_name, { section }]) => ({ section, charge_name })),
    ...[...no_support].map(charge_name => ({ section: NO_SUPPORT, charge_name })),
  ]
}

/** Reads the plans from records of plans_used.json. Throws like `readPlans`. */
export function plansOf(used: readonly PlanUsed[], file: string): Plans {
  const sections: Record<string, string[]> = {}
  for (const { section, charge_name } of used) sections[section] = [...(sections[section] ?? []), charge_name]
  return readPlans(sections, file)
}

function badPlans(message: string, next: string): ExpectedError {
  return badInput('PLANS_INVALID', {
    message,
    next,
  })
}
