import { expect, test } from 'vitest'
import { unzippedFolder } from '../gitlab-zip.ts'
import { zipped } from './gitlab-jobs.ts'

const zip = zipped({
  'a/data/x.json': '1',
  'a/data/summaries/y.json': '2',
  'a/data/../../../evil.json': '3',
  'a/data//absolute.json': '4',
  'a/database/z.json': '5',
  'b/x.json': '6',
})
const namesOf = (files: Map<string, Uint8Array> | undefined) => files && [...files.keys()]

test('it returns all files below a folder of a zip, and none whose path leads out of the folder', () => {
  expect(namesOf(unzippedFolder(zip, 'a/data', 'all'))).toEqual(['x.json', 'summaries/y.json'])
})

test('it can return only the files with given names', () => {
  expect(namesOf(unzippedFolder(zip, 'a/data', ['x.json', 'z.json']))).toEqual(['x.json'])
  expect(unzippedFolder(zip.subarray(0, 50), 'a/data', 'all')).toBeUndefined()
})
