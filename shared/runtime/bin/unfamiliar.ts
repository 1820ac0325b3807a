import { type UnfamiliarValues, unfamiliarText } from '../../domain/index.ts'
import type { BinContext } from './context.ts'

/** Warns of each value that was read as another one. */
export function warnUnfamiliar({ warn }: Pick<BinContext<unknown>, 'warn'>, values: UnfamiliarValues): void {
  for (const value of values.finish()) warn('VALUE_UNFAMILIAR', unfamiliarText(value), value.salesforce_ids)
}
