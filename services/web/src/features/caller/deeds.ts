// What a key may do, in words: each deed with the scope it takes.
import type { Caller } from '@/features/caller/api'
import { SCOPES, STREAMS } from '@/generated/inventory'
import { keysOf } from '@/lib/keys-of'

export interface Deed {
  readonly words: string
  /** Each of these is one of its parts; of several it may be allowed a part. */
  readonly scopes: readonly string[]
  /** What is said of them together: a scope, or their family. */
  readonly named: string
}

const OF_STREAMS = keysOf(STREAMS).map((name) => STREAMS[name].scope)
/** The family of all of them. */
const ANY_STREAM = 'streams:*'
const one = (words: string, scope: string): Deed => ({ words, scopes: [scope], named: scope })

export const DEEDS: readonly { readonly title: string; readonly deeds: readonly Deed[] }[] = [
  {
    title: 'See',
    deeds: [
      one('The dashboard’s figures', SCOPES.DASHBOARD_READ),
      one('Jobs', SCOPES.JOBS_READ),
      one('Arguments, results, logs and artifacts', SCOPES.PAYLOADS_READ),
      one('Functions', SCOPES.FUNCTIONS_READ),
      one('APIs and their requests', SCOPES.APIS_READ),
      one('Workers', SCOPES.WORKERS_READ),
      { words: 'Pages as they change', scopes: OF_STREAMS, named: ANY_STREAM },
    ],
  },
  {
    title: 'Do',
    deeds: [
      { words: 'Enqueue jobs', scopes: [SCOPES.JOBS_ENQUEUE, SCOPES.JOBS_WRITE], named: SCOPES.JOBS_ENQUEUE },
      one('Cancel jobs, run them again', SCOPES.JOBS_WRITE),
      one('Pause and resume functions', SCOPES.FUNCTIONS_WRITE),
      one('Pause, drain and kill workers', SCOPES.WORKERS_WRITE),
    ],
  },
  {
    title: 'For workers and APIs',
    deeds: [one('Take jobs and report them', SCOPES.JOBS_LEASE), one('Say that a worker is there', SCOPES.WORKERS_HEARTBEAT), one('Send requests', SCOPES.APIS_INGEST)],
  },
]

export type Leave = 'all' | 'part' | 'none'

/** Whether a caller may do it. Who may do either of two things that suffice each may do it; of the streams it may be some. */
export function leaveFor({ allowed }: Pick<Caller, 'allowed'>, { scopes, named }: Deed): Leave {
  const held = scopes.filter((scope) => allowed.includes(scope)).length
  if (held === scopes.length || (held > 0 && named !== ANY_STREAM)) return 'all'
  return held > 0 ? 'part' : 'none'
}
