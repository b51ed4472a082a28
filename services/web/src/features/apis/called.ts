// Which endpoints of an API were called in a range.
import { endpointText, type Endpoint } from '@/features/apis/request-filter'
import type { CalledEndpoint } from '@/generated/rest'
import { getJson } from '@/lib/api-client'
import { windowQuery } from '@/lib/range'
import { timedQuery, type TimedOptions } from '@/lib/timed-query'

export const calledQuery = (name: string, { shown, liveMs }: TimedOptions) =>
  timedQuery({
    target: 'apis.api',
    name: 'called',
    scope: { name },
    shown,
    liveMs,
    read: ({ after, before }, signal) => getJson('/apis/{name}/endpoints', { path: { name }, query: windowQuery({ after, before }), signal }),
  })

/** Those among them that were; nothing is known of a range that is not read. */
export function calledAmong<Row extends Endpoint>(endpoints: readonly Row[], called: readonly Pick<CalledEndpoint, 'method' | 'path'>[] | undefined): readonly Row[] | undefined {
  if (!called) return undefined
  const texts = new Set(called.map(endpointText))
  return endpoints.filter((one) => texts.has(endpointText(one)))
}

/** “3 routes without a call in the last 24 h” */
export const uncalledText = (many: number, isOfRange: boolean): string =>
  `${String(many)} ${many === 1 ? 'route' : 'routes'} without a call in ${isOfRange ? 'this range' : 'the last 24 h'}`
