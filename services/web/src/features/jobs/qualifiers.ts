// What may be typed into the search of the list beside free text: `fn:charge_card status:failed took:>5s`. Each is a filter of the
// address, which the chips show, too; what is none of them is searched for, as `arg.order.id:42`.
import { JOB_STATUSES, type JobFilter, type JobStatus } from '@/features/jobs/api'
import { durationOf } from '@/lib/duration-text'

export interface ReadQuery {
  readonly filter: JobFilter
  /** What is left to search for. */
  readonly rest: string
  /** Why a qualifier cannot be read; nothing is to be asked then. */
  readonly problem: string | null
}

type Read = (value: string, before: JobFilter) => JobFilter | null

const text =
  (name: 'function' | 'worker_id' | 'root_id' | 'trace_id' | 'fingerprint'): Read =>
  (value) => ({ [name]: value })

const QUALIFIERS: Readonly<Record<string, { readonly read: Read; readonly like: string }>> = {
  fn: { read: text('function'), like: 'fn:charge_card' },
  worker: { read: text('worker_id'), like: 'worker:shop-1' },
  tree: { read: text('root_id'), like: 'tree:job_…' },
  trace: { read: text('trace_id'), like: 'trace:4bf9…' },
  kind: { read: text('fingerprint'), like: 'kind:0f3a…' },
  status: { read: statusOf, like: `status:failed,retrying (of ${JOB_STATUSES.join(', ')})` },
  took: { read: tookOf, like: 'took:>5s or took:<1m' },
}

export const QUALIFIER_HINT = Object.values(QUALIFIERS).map(({ like }) => like)

/** A word, or a quoted text, with what stands before its colon. */
const TOKEN = /(?:([a-z]+):)?("[^"]*"|\S+)/gi

export function readQuery(typed: string): ReadQuery {
  let filter: JobFilter = {}
  const rest: string[] = []
  for (const [token, name, value = ''] of typed.matchAll(TOKEN)) {
    const qualifier = name === undefined ? undefined : QUALIFIERS[name.toLowerCase()]
    if (!qualifier) {
      rest.push(token)
      continue
    }
    const read = qualifier.read(value.replace(/^"(.*)"$/, '$1'), filter)
    if (!read) return { filter: {}, rest: typed, problem: `Write “${token}” as ${qualifier.like}.` }
    filter = { ...filter, ...read }
  }
  return { filter, rest: rest.join(' '), problem: null }
}

function statusOf(value: string, { status = [] }: JobFilter): JobFilter | null {
  const asked = value.toLowerCase().split(',')
  const known = asked.flatMap((word): JobStatus[] => JOB_STATUSES.filter((one) => one === word))
  return known.length === asked.length ? { status: [...new Set([...status, ...known])] } : null
}

/** Both ends at once: one that the address has already is not to be joined with a new other one. */
function tookOf(value: string, { min_duration_ms: least, below_duration_ms: below }: JobFilter): JobFilter | null {
  const ms = durationOf(value.slice(1))
  if (ms === null) return null
  if (value.startsWith('>')) return ms < (below ?? Infinity) ? { min_duration_ms: ms, below_duration_ms: below } : null
  return value.startsWith('<') && ms > (least ?? 0) ? { min_duration_ms: least, below_duration_ms: ms } : null
}
