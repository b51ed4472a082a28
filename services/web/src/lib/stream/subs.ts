// What a page asks of the one connection: streams, each with its path, parameters and a name of ours.
import { API_BASE, COMBINED_STREAM, STREAMS, type StreamName } from '@/generated/inventory'
import { withPath, withQuery, type Query } from '@/lib/api-client'

export interface StreamParams {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Query
}

export interface Sub {
  readonly name: string
  readonly stream: StreamName
  readonly path: string
  readonly params: StreamParams
}

export function subFor(stream: StreamName, params: StreamParams = {}): Sub {
  const endpoint: string = STREAMS[stream].endpoint
  const path = withQuery(withPath(endpoint.slice(API_BASE.length), params.path), params.query)
  return { name: nameFor(stream, path, endpoint), stream, path, params }
}

// The same path has the same name on every page, so that two panels that want it share it.
function nameFor(stream: StreamName, path: string, endpoint: string): string {
  return `${API_BASE}${path}` === endpoint ? stream : `${stream}.${hash(path)}`
}

function hash(text: string): string {
  let value = 0x811c9dc5
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return value.toString(36)
}

export const streamUrl = (subs: readonly Sub[]): string =>
  `${COMBINED_STREAM}?${subs.map((sub) => `sub=${encodeURIComponent(`${sub.name}:${sub.path}`)}`).join('&')}`

export const sameSubs = (a: readonly Sub[], b: readonly Sub[]): boolean =>
  a.length === b.length && a.every((sub, index) => sub.name === b[index]?.name)

/** Without repeats, in a stable order. */
export function uniqueSubs(subs: Iterable<Sub>): Sub[] {
  const byName = new Map<string, Sub>()
  for (const sub of subs) byName.set(sub.name, sub)
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
