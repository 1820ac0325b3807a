import type { MatchKey } from '../../domain/index.ts'
import type { KeptSums, KnownOrganization, Row } from './kept-sums.ts'
import { KEY_NUMBERS, keyNumbers, ROW_NUMBERS } from './record-sums.ts'

/** The records that a comparison must look at. */
export type Unequal = {
  organizations: KnownOrganization[]
  /** The objects' numbers. */
  objects: number[]
  /** Whether a key is that of an object that is left out. */
  isLeftOut: (key: MatchKey) => boolean
}

/** Leaves out each organization and object with the same key and checksum if no other record has this key. */
export function findUnequal(organizations: KeptSums, objects: KeptSums): Unequal {
  const { add, find } = indexByKey(organizations)
  /** For each organization that is the first one with its key: the number of its object, otherwise 0. */
  const objectOf = new Uint32Array(organizations.length)
  const isShared = new Uint8Array(organizations.length)
  const isEqual = new Uint8Array(organizations.length)
  const isEqualObject = new Uint8Array(objects.length)

  for (let index = 0; index < organizations.length; index += 1) {
    const first = add(index)
    if (first !== index) isShared[first] = 1
  }
  for (let index = 0; index < objects.length; index += 1) {
    const row = objects.rowAt(index)
    const first = find(row)
    if (first === undefined) continue
    if (objectOf[first] !== 0) isShared[first] = 1
    objectOf[first] = index + 1
    isEqual[first] = areEqual(organizations.rowAt(first), row, KEY_NUMBERS, ROW_NUMBERS) ? 1 : 0
  }
  objectOf.forEach((number, index) => {
    if (isShared[index] === 1) isEqual[index] = 0
    if (isEqual[index] === 1) isEqualObject[number - 1] = 1
  })
  return {
    organizations: zerosOf(isEqual).map(organizations.organizationAt),
    objects: zerosOf(isEqualObject).map(index => index + 1),
    isLeftOut(key) {
      const first = find({ rows: keyNumbers(key), start: 0 })
      return first !== undefined && isEqual[first] === 1
    },
  }
}

/** An index of records by key, as a hash table of numbers. It is five times as fast as a Map, because it has no texts. */
function indexByKey(records: KeptSums) {
  const mask = 2 ** Math.ceil(Math.log2(records.length * 2 + 1)) - 1
  const numbers = new Uint32Array(mask + 1)
  function slotOf(row: Row): number {
    let slot = hashOf(row) & mask
    for (let number = numbers[slot]; number; number = numbers[slot]) {
      if (areEqual(records.rowAt(number - 1), row, 0, KEY_NUMBERS)) break
      slot = (slot + 1) & mask
    }
    return slot
  }
  return {
    /** Adds a record. Returns the index of the first one with its key, or its own. A record without a key is not added. */
    add(index: number): number {
      const row = records.rowAt(index)
      if (row.rows[row.start] === 0) return index
      const slot = slotOf(row)
      numbers[slot] ||= index + 1
      return (numbers[slot] ?? 0) - 1
    },
    /** The index of the first record with this key. */
    find(row: Row): number | undefined {
      const number = numbers[slotOf(row)]
      return number ? number - 1 : undefined
    },
  }
}

function hashOf({ rows, start }: Row): number {
  let hash = 0
  for (let part = 0; part < KEY_NUMBERS; part += 1) {
    hash = Math.imul(hash ^ (rows[start + part] ?? 0), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return hash
}

function areEqual(one: Row, other: Row, from: number, to: number): boolean {
  for (let part = from; part < to; part += 1)
    if (one.rows[one.start + part] !== other.rows[other.start + part]) return false
  return true
}

function zerosOf(values: Uint8Array): number[] {
  const indexes: number[] = []
  values.forEach((value, index) => {
    if (value === 0) indexes.push(index)
  })
  return indexes
}
