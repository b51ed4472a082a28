// A request of the log as an address names it: its API, when it came, its id. The time is what the log is looked up by.
import type { ApiRequestEvent } from '@/generated/rest'

export interface RequestPlace {
  readonly apiName: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly id: string
}

/** Neither an API's name nor a request's id has one. */
const MARK = '~'

export const placeText = ({ api_name, at, id }: Pick<ApiRequestEvent, 'api_name' | 'at' | 'id'>): string => [api_name, Date.parse(at), id].join(MARK)

/** Null where it is no such place: an address may be anything. */
export function readPlace(text: string | undefined): RequestPlace | null {
  const [apiName, at, id, ...more] = text?.split(MARK) ?? []
  if (!apiName || !at || !id || more.length > 0 || !/^\d{1,15}$/.test(at)) return null
  return { apiName, at: Number(at), id }
}
