/** A duration as text: seconds below two minutes, minutes above. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (Math.round(seconds) < 120) return `${Math.round(seconds)} s`
  const minutes = seconds / 60
  return minutes < 9.95 ? `${minutes.toFixed(1)} min` : `${Math.round(minutes)} min`
}
