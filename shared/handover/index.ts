/** How what a stage wrote reaches the stages after it: a manifest when it ends, and a pull that trusts nothing else. */
export { ciSettings } from './ci-settings.ts'
export { folderStore } from './folder-store.ts'
export { gitlabStore, jobNameOf } from './gitlab-store.ts'
export { removeManifest, writeManifest } from './manifest.ts'
export { pullInputs } from './pull.ts'
