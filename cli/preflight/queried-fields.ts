import { type FieldType, parseQuery, type QueryBase, type WhereClause } from '@jetstreamapp/soql-parser-js'

/** What a query reads of an object: paths such as `['Account', 'Name']`, and the same for its child relationships. */
export type Queried = {
  paths: readonly (readonly string[])[]
  /** By child relationship. */
  children: ReadonlyMap<string, Queried>
}

/**
 * What a SOQL query reads: the fields that it selects, and those in its conditions. It is parsed from the query, so
 * there is no second list to maintain.
 */
export function queriedBy(soql: string): { object: string } & Queried {
  const query = parseQuery(soql)
  return { object: query.sObject ?? '', ...queriedIn(query) }
}

function queriedIn(query: QueryBase): Queried {
  const children = new Map<string, Queried>()
  const paths = new Map<string, readonly string[]>()
  const add = (path: readonly string[]) => paths.set(path.join('.').toLowerCase(), path)
  for (const field of query.fields ?? []) {
    if (field.type === 'FieldSubquery')
      children.set(field.subquery.relationshipName, queriedIn(field.subquery))
    else add(pathOf(field))
  }
  for (const path of conditionPaths(query.where)) add(path)
  return { paths: [...paths.values()], children }
}

function pathOf(field: Exclude<FieldType, { type: 'FieldSubquery' }>): readonly string[] {
  if (field.type === 'Field') return [field.field]
  if (field.type === 'FieldRelationship') return [...field.relationships, field.field]
  throw new Error(`the queries select no ${field.type}`)
}

function* conditionPaths(where: WhereClause | undefined): Generator<readonly string[]> {
  if (where === undefined) return
  const { left } = where
  if (left && 'field' in left) yield left.field.split('.')
  if ('right' in where) yield* conditionPaths(where.right)
}
