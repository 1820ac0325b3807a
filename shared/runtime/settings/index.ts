/** The environment's variables, and the reviewed files that they may name. */
export { type Environment, readSettings, type Settings, type SettingsValues } from './read-settings.ts'
export { plansFileOf, protectedIdsFileOf, reviewedFilesSettings } from './reviewed-files.ts'
export {
  allianceKeySettings,
  allianceSettings,
  controlledUserSettings,
  overridesSettings,
  salesforceSettings,
  slackSettings,
  zendeskSettings,
} from './variables.ts'
