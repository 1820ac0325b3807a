import {
  type Account,
  type AccountDecision,
  attributesOf,
  byInstance,
  byInstanceAsync,
  collectPartnerTypes,
  decideAccount,
  INSTANCES,
  type Instance,
  type MatchKey,
  matchKey,
  type Organization,
  type Override,
  PARTNERS_INSTANCE,
  type PartnerType,
  type SyncObject,
  TRAITS,
  unmappedNames,
} from '../../domain/index.ts'
import { artifacts, INSTANCE_SYNCS, type OrganizationSync, PARTNER_SYNC } from '../../pipeline/index.ts'
import { artifactPath, inJson, type Run, recordsWith } from '../find/index.ts'
import { customerReasons, explainAttributes, partnerReason } from './attributes.ts'
import { accountDoubt, explainDoubt } from './doubt.ts'
import type { AccountExplanation, ExplainedSync } from './model.ts'
import { nextSteps } from './next-steps.ts'
import { accountNotes, objectNotes } from './notes.ts'
import { explainOverride } from './override.ts'
import type { Note } from './reason.ts'
import { candidateReason, levelReason } from './reasons.ts'
import type { Rules } from './rules.ts'
import { explainSubscriptions } from './subscriptions.ts'
import { readOrganizations, readSync, type SyncSide, type Wanted } from './sync.ts'

/** Explains an account, or an organization without one. Uses the processor's own code for the decision. */
export async function explainAccount(run: Run, wanted: Wanted, rules: Rules): Promise<AccountExplanation> {
  const account = 'key' in wanted ? await readAccount(run, wanted.key) : null
  const held = await byInstanceAsync(instance => readOrganizations(run, INSTANCE_SYNCS[instance], wanted))
  const override = 'key' in wanted ? rules.overrides.byKey.get(wanted.key) : undefined
  const partnerType =
    'key' in wanted ? partnerTypeOf(wanted.key, held[PARTNERS_INSTANCE].organizations) : undefined
  const { plans, calendar } = rules
  const partner = 'key' in wanted ? await readPartner(run, wanted.key) : null
  const isAlliancePartner = isAlliance(partner, partnerType)
  const given = { isAlliancePartner, plans, calendar }
  const decided = account ? decideAccount(account, { ...given, override }) : null

  const doubt =
    account && decided && 'key' in wanted
      ? accountDoubt(wanted.key, account, decided, {
          override,
          organizations: byInstance(instance => held[instance].organizations),
          rules,
        })
      : null
  const { isTrial } = rules
  const syncs: ExplainedSync[] = []
  const notes = account
    ? accountNotes(account, isAlliancePartner ? undefined : partnerType, rules)
    : withoutAccount(wanted, partner)
  for (const instance of INSTANCES) {
    const verdict = decided?.verdicts[instance]
    const object = verdict?.object ?? null
    const sync = INSTANCE_SYNCS[instance]
    const side = await readSync(run, sync, wanted, { ...held[instance], object, doubt, isTrial })
    syncs.push({
      ...sidePart(sync, side),
      ...customerPart(account, decided, instance, { matched: side.matched, override }),
    })
    if (!rules.isTrial && 'key' in wanted)
      notes.push(...objectNotes(await readObject(run, instance, wanted.key), object, instance))
    const partnerSync = TRAITS[instance].hasPartners
      ? await explainPartner(run, wanted, partner, rules)
      : null
    if (partnerSync) syncs.push(partnerSync)
  }

  const explained = {
    subject: 'account' as const,
    run: { name: run.name, today: calendar.today, inputs: rules.inputs },
    name:
      account?.name ?? partner?.name ?? syncs.flatMap(({ organizations }) => organizations)[0]?.name ?? '',
    salesforce_id: account?.salesforce_id ?? partner?.salesforce_id ?? ('key' in wanted ? wanted.key : null),
    account,
    partner: partner && textOf(partner.account_type),
    doubt: explainDoubt(run, 'key' in wanted ? wanted.key : null, doubt, syncs),
    subscriptions: account && decided ? explainSubscriptions(account, decided, calendar) : [],
    override: account && decided && override ? explainOverride(account, override, decided, given) : null,
    syncs,
    notes,
  }
  const hasUnmapped = account !== null && unmappedNames(account, rules).length > 0
  return { ...explained, next: nextSteps({ ...explained, hasUnmapped }, isTrial) }
}

async function readAccount(run: Run, key: MatchKey): Promise<Account | null> {
  const accounts = await recordsWith(run, artifacts.accounts, inJson(key))
  return accounts.find(({ salesforce_id }) => matchKey(salesforce_id) === key) ?? null
}

/** An authorized partner in partner-sync's gather. */
async function readPartner(run: Run, key: MatchKey): Promise<SyncObject | null> {
  const partners = await recordsWith(run, artifacts.partners.objects, inJson(key))
  return partners.find(({ salesforce_id }) => matchKey(salesforce_id) === key) ?? null
}

/** What the run's processor wrote: undefined without an artifact, null if the artifact lacks this account. */
async function readObject(
  run: Run,
  instance: Instance,
  key: MatchKey,
): Promise<SyncObject | null | undefined> {
  const { objects } = artifacts.instances[instance]
  if (artifactPath(run, objects) === undefined) return undefined
  const found = await recordsWith(run, objects, inJson(key))
  return found.find(({ salesforce_id }) => matchKey(salesforce_id) === key) ?? null
}

/** A run does not record ALLIANCE_ACCOUNT_ID, so this uses partner-sync's gather, or else the organization. */
function isAlliance(partner: SyncObject | null, partnerType: PartnerType | undefined): boolean {
  return (partner ? partner.account_type : partnerType) === 'alliance_partner'
}

function partnerTypeOf(key: MatchKey, organizations: readonly Organization[]): PartnerType | undefined {
  const partnerTypes = collectPartnerTypes()
  for (const organization of organizations) partnerTypes.add(organization)
  return partnerTypes.finish().get(key)
}

function withoutAccount(wanted: Wanted, partner: SyncObject | null): Note[] {
  if (partner) return []
  return 'key' in wanted ? [{ kind: 'no_account' }] : [{ kind: 'no_salesforce_id' }]
}

const NOTHING = { level: null, attributes: [], sold_tos: [] }

/** The decision for one instance. */
function customerPart(
  account: Account | null,
  decided: AccountDecision | null,
  instance: Instance,
  { matched, override }: { matched: Organization | null; override: Override | undefined },
): Pick<ExplainedSync, 'without' | 'level' | 'attributes' | 'sold_tos'> {
  if (account === null || decided === null) return { ...NOTHING, without: { kind: 'no_customer' } }
  const verdict = decided.verdicts[instance]
  if (verdict.object === null) return { ...NOTHING, without: { kind: verdict.because } }
  const { decision, object } = verdict
  const { candidates } = decision.overridden
  return {
    ...NOTHING,
    without: null,
    sold_tos: object.sold_tos ?? [],
    level: {
      winner: decision.entitlement.support_level,
      because: levelReason(decision),
      candidates: candidates.map(one => ({ level: one.level, because: candidateReason(one) })),
    },
    attributes: explainAttributes(
      attributesOf(instance),
      matched,
      object,
      customerReasons(account, decision, override),
    ),
  }
}

async function explainPartner(
  run: Run,
  wanted: Wanted,
  partner: SyncObject | null,
  { isTrial }: Rules,
): Promise<ExplainedSync | null> {
  const held = await readOrganizations(run, PARTNER_SYNC, wanted)
  if (partner === null && held.organizations.length === 0) return null
  const side = await readSync(run, PARTNER_SYNC, wanted, { ...held, object: partner, doubt: null, isTrial })
  return {
    ...sidePart(PARTNER_SYNC, side),
    ...NOTHING,
    without: partner === null ? { kind: 'no_partner' } : null,
    attributes: partner
      ? explainAttributes(PARTNER_SYNC.attributes, held.matched, partner, partnerReason)
      : [],
  }
}

function sidePart(
  { stage, title }: OrganizationSync,
  { organizations, matched, plan, held, results }: SyncSide,
) {
  return {
    stage,
    title,
    organizations: organizations.map(organization => ({
      id: organization.id,
      name: organization.name,
      salesforce_id: organization.salesforce_id,
      account_type: textOf(organization.account_type),
      support_level: textOf(organization.support_level),
      marked: organization.mark_for_deletion === true,
      matched: organization === matched,
    })),
    plan,
    held,
    results,
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
