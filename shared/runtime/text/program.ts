/** How a person starts a command of ours at the root of the repository, as it stands in every hint. */
export const PROGRAM = './support-sync'
