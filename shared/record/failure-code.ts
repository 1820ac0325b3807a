/**
 * The code at the head of a failed record's error, such as DuplicateValue: what follows it may quote the record.
 * NAME_TAKEN where a create found its name with another account's organization, FAILED where there is no code.
 */
export function failureCode(error: string | null): string {
  if (error?.startsWith('its name is taken')) return 'NAME_TAKEN'
  return /^(?:name: )?(\w+):/.exec(error ?? '')?.[1] ?? 'FAILED'
}
