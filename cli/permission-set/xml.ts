import { PROGRAM } from '@support-sync/shared/runtime/text'
import type { Grants } from './fields.ts'

/**
 * A permission set in Salesforce's source format
 * (https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_permissionset.htm), with its parts in
 * the order that Salesforce uses. It grants read access to all records, regardless of sharing: a query skips records
 * that are not shared with its user, and the sync would mark their organizations. It grants no write access.
 */
export function permissionSetXml(grants: Grants): string {
  const objects = [...grants].toSorted(([one], [other]) => (one < other ? -1 : 1))
  const fields = objects.flatMap(([object, names]) => [...names].map(name => `${object}.${name}`))
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<PermissionSet xmlns="http://soap.sforce.com/2006/04/metadata">',
    `    <description>What support-sync reads. Made from its queries: ${PROGRAM} permission-set --write</description>`,
    ...fields.flatMap(field => element('fieldPermissions', { editable: 'false', field, readable: 'true' })),
    '    <hasActivationRequired>false</hasActivationRequired>',
    '    <label>Support Sync</label>',
    ...objects.flatMap(([object]) =>
      element('objectPermissions', {
        allowCreate: 'false',
        allowDelete: 'false',
        allowEdit: 'false',
        allowRead: 'true',
        modifyAllRecords: 'false',
        object,
        viewAllRecords: 'true',
      }),
    ),
    ...element('userPermissions', { enabled: 'true', name: 'ApiEnabled' }),
    '</PermissionSet>',
    '',
  ].join('\n')
}

/** The values are API names and Booleans, so they need no XML escaping. */
function element(name: string, children: Readonly<Record<string, string>>): string[] {
  return [
    `    <${name}>`,
    ...Object.entries(children).map(([child, value]) => `        <${child}>${value}</${child}>`),
    `    </${name}>`,
  ]
}
