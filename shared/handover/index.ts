/** How what a stage wrote reaches the stages after it: a manifest when it ends, and a pull that trusts nothing else. */
export { type CiSettings, ciSettings } from './ci-settings.ts'
export { folderStore, readFolder } from './folder-store.ts'
export { type GitlabProject, gitlabProject } from './gitlab-project.ts'
export { dataFolderOf, gitlabStore, jobNameOf } from './gitlab-store.ts'
export { removeManifest, writeManifest } from './manifest.ts'
export { refuseBehindNewerWriter } from './newer-writer.ts'
export { pullInputs } from './pull.ts'
export { removeTicket, TICKET, type Ticket, ticketIn, writeTicket } from './ticket.ts'
