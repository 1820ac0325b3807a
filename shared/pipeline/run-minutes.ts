/**
 * How long a run may write, from its start. Runs start hourly: one that still writes when the next one gathers would
 * make that one compare with half a truth.
 */
export const RUN_MINUTES = 45
