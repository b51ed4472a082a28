// When versions began to run: marks on the charts of what they may have changed.
import { queryOptions } from '@tanstack/react-query'
import type { DeployOut as Deploy } from '@/generated/rest'
import { getJson } from '@/lib/api-client'
import { WINDOW } from '@/lib/live-rules'
import { windowQuery, type TimeWindow } from '@/lib/range'
import { LIVE_READ_INTERVAL_MS } from '@/lib/timed-query'

/** A deploy as a chart marks it. */
export interface DeployMark {
  readonly at: number
  readonly text: string
}

/** Of more in one chart nothing could be read. */
const MOST = 200

/** What was deployed in a window; live, in the last 24 hours. */
export const deploysQuery = (of: 'apis' | 'workers', shown: TimeWindow | null) =>
  queryOptions({
    queryKey: shown ? [WINDOW, 'deploys', of, shown.after, shown.before, shown.readAt] : [of, 'deploys'],
    queryFn: ({ signal }) => getJson(`/${of}/deploys`, { query: { ...(shown && windowQuery(shown)), limit: MOST }, signal }),
    // Not every page hears of every API's and worker's processes.
    refetchInterval: shown ? false : LIVE_READ_INTERVAL_MS,
    staleTime: shown ? Infinity : 0,
  })

/** Oldest first; null is of whoever they are. */
export const marksOf = (deploys: readonly Deploy[], names: ReadonlySet<string> | null): DeployMark[] =>
  deploys
    .filter(({ name }) => names?.has(name) ?? true)
    .map((deploy) => ({ at: Date.parse(deploy.at), text: deployText(deploy) }))
    .reverse()

/** `shop 1.3, before 1.2`: of an image what is after its registry and path, without its digest. */
export const deployText = ({ name, version, previous_version: previous }: Deploy): string =>
  `${name} ${shortVersion(version)}${previous === null ? '' : `, before ${shortVersion(previous)}`}`

const shortVersion = (version: string): string => version.replace(/@sha256:[0-9a-f]+$/, '').replace(/^.*\//, '')
