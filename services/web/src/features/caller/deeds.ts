// What a key may do, in words: each deed with the scope it takes.
import type { Caller } from '@/features/caller/api'

export interface Deed {
  readonly words: string
  /** Each of these is one of its parts; of several it may be allowed a part. */
  readonly scopes: readonly string[]
  /** What is said of them together: a scope, or their family. */
  readonly named: string
}

const STREAMS = ['events', 'apis.list', 'apis.events', 'workers', 'jobs.trends', 'apis.trends', 'api', 'artifacts'].map((name) => `streams:${name}`)
const one = (words: string, scope: string): Deed => ({ words, scopes: [scope], named: scope })

export const DEEDS: readonly { readonly title: string; readonly deeds: readonly Deed[] }[] = [
  {
    title: 'See',
    deeds: [
      one('The dashboard’s figures', 'dashboard:read'),
      one('Jobs', 'jobs:read'),
      one('Arguments, results, logs and artifacts', 'payloads:read'),
      one('Functions', 'functions:read'),
      one('APIs and their requests', 'apis:read'),
      one('Workers', 'workers:read'),
      { words: 'Pages as they change', scopes: STREAMS, named: 'streams:*' },
    ],
  },
  {
    title: 'Do',
    deeds: [
      { words: 'Enqueue jobs', scopes: ['jobs:enqueue', 'jobs:write'], named: 'jobs:enqueue' },
      one('Cancel jobs, run them again', 'jobs:write'),
      one('Pause and resume functions', 'functions:write'),
      one('Pause, drain and kill workers', 'workers:write'),
    ],
  },
  {
    title: 'For workers and APIs',
    deeds: [one('Take jobs and report them', 'jobs:lease'), one('Say that a worker is there', 'workers:heartbeat'), one('Send requests', 'apis:ingest')],
  },
]

export type Leave = 'all' | 'part' | 'none'

/** Whether a caller may do it. Who may do either of two things that suffice each may do it; of the streams it may be some. */
export function leaveFor({ allowed }: Pick<Caller, 'allowed'>, { scopes, named }: Deed): Leave {
  const held = scopes.filter((scope) => allowed.includes(scope)).length
  if (held === scopes.length || (held > 0 && named !== 'streams:*')) return 'all'
  return held > 0 ? 'part' : 'none'
}
