/**
 * A run may write for this many minutes after its start. Runs start every hour: if a run still wrote while the next one
 * gathers, the next one would compare with incomplete data.
 */
export const RUN_MINUTES = 45
