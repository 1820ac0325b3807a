import { printable } from '@support-sync/shared/runtime/text'

/** Creates an element from text and other elements. Nothing is ever parsed as HTML. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  if (className !== '') made.className = className
  made.append(...children)
  return made
}

/** A customer's text, isolated so that its direction does not affect the text around it. */
export function foreign(text: string): HTMLElement {
  return element('bdi', '', printable(text))
}

/** The page's element with this id. Throws if there is none, because page and script belong together. */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id)
  if (found instanceof type) return found
  throw new Error(`The page has no element ${id}`)
}
