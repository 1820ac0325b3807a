/** A name without what Zendesk may ignore: case, accents and repeated white space. */
export function nameKey(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '')
  return plain.replaceAll(/\s+/g, ' ').trim().toLowerCase()
}
