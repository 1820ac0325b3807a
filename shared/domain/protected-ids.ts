import { z } from 'zod'
import { badInput } from '../runtime/errors/index.ts'
import type { Organization } from './organization.ts'
import { hasSalesforceId, matchKey, organizationKey, trimId } from './salesforce-id.ts'

const fileSchema = z.array(z.union([z.string(), z.int(), z.null()]))

/**
 * Reads the parsed content of protected_ids.yml: a list whose entries are a salesforce_id (or any other text in that
 * field), a Zendesk organization id (a number), or null for every organization without a salesforce_id.
 * Returns a predicate: whether an organization is protected, so that the sync never marks it.
 */
export function protectedOrganization(
  content: unknown,
  file: string,
): (organization: Organization) => boolean {
  const parsed = fileSchema.safeParse(content)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw badInput('PROTECTED_IDS_INVALID', {
      message: `${file}: ${issue?.path.length ? `entry ${Number(issue.path[0]) + 1}` : 'the file'}: ${issue?.message}`,
      next: 'Write a YAML list of salesforce_ids in quotes, Zendesk organization ids, or null; [] if there are none.',
    })
  }
  const texts = parsed.data.filter(entry => typeof entry === 'string').map(trimId)
  const keys = new Set(texts.map(matchKey).filter(key => key !== null))
  const otherTexts = new Set(texts.filter(text => matchKey(text) === null))
  const zendeskIds = new Set(parsed.data.filter(entry => typeof entry === 'number'))
  const allWithoutId = parsed.data.includes(null)
  return organization => {
    if (zendeskIds.has(organization.id)) return true
    const key = organizationKey(organization)
    if (key !== null && keys.has(key)) return true
    const { salesforce_id } = organization
    if (salesforce_id === null || !hasSalesforceId(organization)) return allWithoutId
    return otherTexts.has(trimId(salesforce_id))
  }
}
