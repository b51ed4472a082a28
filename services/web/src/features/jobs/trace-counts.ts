// What each of many traces led to, for the rows of a log: one question for those in sight.
import type { TraceCountsOut } from '@/generated/rest'
import { ApiProblem, getJson } from '@/lib/api-client'
import { askedTogether } from '@/lib/asked-together'
import { credential } from '@/lib/credential'

export type TraceCounts = Readonly<TraceCountsOut>

/** Whose keys may not read jobs: that is known after one question, and asked no more. */
const refused = new Set<string | null>()

async function ask(traces: readonly string[]): Promise<ReadonlyMap<string, TraceCounts>> {
  const { key } = credential.get()
  if (refused.has(key)) return new Map()
  try {
    const { traces: counted } = await getJson('/jobs/traces', { query: { trace_id: traces } })
    return new Map(counted.map((one) => [one.trace_id, one]))
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 403) throw error
    refused.add(key)
    return new Map()
  }
}

/** As many as the server counts at once; rows that come one by one wait for each other. */
export const countsOfTrace = askedTogether({ ask, most: 100, gatherMs: 20, intervalMs: 2000 })

/** Half a minute: a request may be told of before its jobs are enqueued. */
const LOOKED_FOR_TIMES = 6

/** Whether the next answer may be another one, as far as is known after so many. */
export const mayChange = ({ total, pending, queued, active, retrying }: TraceCounts, answers: number): boolean =>
  total === 0 ? answers < LOOKED_FOR_TIMES : pending + queued + active + retrying > 0
