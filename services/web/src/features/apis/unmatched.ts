// What was asked for where no route of an API matched.
import type { Endpoint } from '@/features/apis/request-filter'
import { getJson } from '@/lib/api-client'
import { windowQuery } from '@/lib/range'
import { timedQuery, type TimedOptions } from '@/lib/timed-query'

export type { TriedOut as TriedPath } from '@/generated/rest'

/** The row of its requests, among an API's endpoints. */
export const UNMATCHED = '(unmatched)'
export const isUnmatched = (endpoint: Pick<Endpoint, 'path'> | null): boolean => endpoint?.path === UNMATCHED

export const unmatchedQuery = (name: string, { shown, liveMs }: TimedOptions) =>
  timedQuery({
    target: 'apis.api',
    name: 'unmatched',
    scope: { name },
    shown,
    liveMs,
    read: ({ after, before }, signal) => getJson('/apis/{name}/unmatched', { path: { name }, query: windowQuery({ after, before }), signal }),
  })
