/** An ARR with thousands separators: `24,000`, or `105,500.50` if it has cents. */
export function arrText(arr: number): string {
  const decimals = Number.isInteger(arr) ? 0 : 2
  return arr.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}
