// What may be typed into the search of the list beside free text: `fn:charge_card -status:complete took:>5s`. Each is a filter of the
// address, which the chips show, too; what is none of them is searched for, as `arg.order.id:42`.
import { JOB_STATUSES, MOST_OF_A_KIND, type JobFilter, type JobStatus } from '@/features/jobs/api'
import { MANY, type ManyOf } from '@/features/jobs/filter-words'
import { durationOf } from '@/lib/duration-text'
import { isName } from '@/lib/names'

export interface ReadQuery {
  readonly filter: JobFilter
  /** What is left to search for. */
  readonly rest: string
  /** Why a qualifier cannot be read; nothing is to be asked then. */
  readonly problem: string | null
}

/** What was read so far: statuses that are left out are taken from the others once all is read, in whatever order it is typed. */
interface Draft extends JobFilter {
  readonly not_status?: readonly JobStatus[]
}
type Read = (value: string, before: Draft) => Draft | null
type IsOne = (value: string) => boolean

const isAny: IsOne = (value) => value !== ''
const isGiven: IsOne = (value) => value !== '' && value.length <= 255
const isWorker: IsOne = (value) => value !== '' && value.length <= 128

const one =
  (name: 'function' | 'worker_id' | 'pod' | 'version' | 'root_id' | 'trace_id' | 'fingerprint' | 'idempotency_key', isOne: IsOne): Read =>
  (value) =>
    isOne(value) ? { [name]: value } : null

const many =
  (name: ManyOf, isOne: IsOne): Read =>
  (value, { [name]: before = [] }) =>
    isOne(value) ? { [name]: [...new Set([...before, value])] } : null

/** Both ends at once: one that the address has already is not to be joined with a new other one. */
const span =
  (least: 'min_duration_ms' | 'min_wait_ms', below: 'below_duration_ms' | 'below_wait_ms'): Read =>
  (value, { [least]: from, [below]: to }) => {
    const ms = durationOf(value.slice(1))
    if (ms === null) return null
    if (value.startsWith('>')) return ms < (to ?? Infinity) ? { [least]: ms, [below]: to } : null
    return value.startsWith('<') && ms > (from ?? 0) ? { [least]: from, [below]: ms } : null
  }

const STATUSES = `failed,retrying (of ${JOB_STATUSES.join(', ')})`

const QUALIFIERS: ReadonlyMap<string, { readonly read: Read; readonly like: string }> = new Map([
  ['fn', { read: one('function', isName), like: 'fn:charge_card' }],
  ['worker', { read: one('worker_id', isWorker), like: 'worker:shop-1' }],
  ['pod', { read: one('pod', isGiven), like: 'pod:shop-7d9f-x2x' }],
  ['deploy', { read: one('version', isGiven), like: 'deploy:1.4.2' }],
  ['err', { read: (value) => (isAny(value) ? { q: value } : null), like: 'err:"no answer"' }],
  ['key', { read: one('idempotency_key', isGiven), like: 'key:order-42' }],
  ['tag', { read: many('tag', isName), like: 'tag:nightly' }],
  ['tree', { read: one('root_id', isAny), like: 'tree:job_…' }],
  ['trace', { read: one('trace_id', isAny), like: 'trace:4bf9…' }],
  ['kind', { read: one('fingerprint', isAny), like: 'kind:0f3a…' }],
  ['status', { read: statusOf, like: `status:${STATUSES}` }],
  ['attempt', { read: attemptsOf, like: 'attempt:>1, attempt:<3 or attempt:2' }],
  ['wait', { read: span('min_wait_ms', 'below_wait_ms'), like: 'wait:>30s or wait:<5s' }],
  ['took', { read: span('min_duration_ms', 'below_duration_ms'), like: 'took:>5s or took:<1m' }],
  ['-fn', { read: many('not_function', isName), like: '-fn:charge_card' }],
  ['-worker', { read: many('not_worker_id', isWorker), like: '-worker:shop-1' }],
  ['-pod', { read: many('not_pod', isGiven), like: '-pod:shop-7d9f-x2x' }],
  ['-deploy', { read: many('not_version', isGiven), like: '-deploy:1.4.1' }],
  ['-tag', { read: many('not_tag', isName), like: '-tag:nightly' }],
  ['-status', { read: notStatusOf, like: `-status:${STATUSES}` }],
])

/** Other spellings; what is said and shown has the one above. */
const SPELLED_SO: ReadonlyMap<string, string> = new Map([['dur', 'took']])

const LEAVING_OUT = [...QUALIFIERS.keys()].filter((name) => name.startsWith('-'))
const LEAVE_OUT = `${LEAVING_OUT.slice(0, -1).join(', ')} and ${LEAVING_OUT.at(-1) ?? ''}`

export const QUALIFIER_HINT = [...[...QUALIFIERS].flatMap(([name, { like }]) => (name.startsWith('-') ? [] : [like])), `${LEAVE_OUT} leave out`]

/** A word, or a quoted text, with what stands before its colon. */
const TOKEN = /(?:(-?[a-z]+):)?("[^"]*"|\S+)/gi

/** `present` is the filter the list has: of what may be asked for several times, there is more then. */
export function readQuery(typed: string, present: JobFilter = {}): ReadQuery {
  const unread = (problem: string): ReadQuery => ({ filter: {}, rest: typed, problem })
  let draft: Draft = Object.fromEntries(MANY.map((name) => [name, present[name]]))
  const rest: string[] = []
  for (const [token, name = '', value = ''] of typed.matchAll(TOKEN)) {
    const [sign, word] = name.startsWith('-') ? ['-', name.slice(1).toLowerCase()] : ['', name.toLowerCase()]
    const spelled = SPELLED_SO.get(word) ?? word
    const qualifier = QUALIFIERS.get(sign + spelled)
    const turned = QUALIFIERS.get(spelled)
    if (qualifier) {
      const read = qualifier.read(value.replace(/^"(.*)"$/, '$1'), draft)
      if (!read) return unread(`Write “${token}” as ${qualifier.like}.`)
      // Words of an error are searched for as those without a name.
      const { q, ...narrower } = read
      if (q !== undefined) rest.push(q)
      draft = { ...draft, ...narrower }
      if (MANY.some((of) => (draft[of]?.length ?? 0) > MOST_OF_A_KIND)) return unread(`“${token}” is one too many: of each kind, ${String(MOST_OF_A_KIND)} are asked for at most.`)
    } else if (turned) return unread(`“${token}” cannot be left out; ${LEAVE_OUT} can. Write it as ${turned.like}.`)
    else rest.push(token)
  }
  const { not_status: not = [], ...filter } = draft
  if (not.length === 0) return { filter, rest: rest.join(' '), problem: null }
  const status = JOB_STATUSES.filter((each) => (filter.status ?? JOB_STATUSES).includes(each) && !not.includes(each))
  if (status.length === 0) return unread(`No status is left without ${not.join(', ')}.`)
  return { filter: { ...filter, status }, rest: rest.join(' '), problem: null }
}

function statusesIn(value: string, before: readonly JobStatus[]): JobStatus[] | null {
  const asked = value.toLowerCase().split(',')
  const known = asked.flatMap((word): JobStatus[] => JOB_STATUSES.filter((each) => each === word))
  return known.length === asked.length ? [...new Set([...before, ...known])] : null
}

function statusOf(value: string, { status: before = [] }: Draft): Draft | null {
  const status = statusesIn(value, before)
  return status && { status }
}

function notStatusOf(value: string, { not_status: before = [] }: Draft): Draft | null {
  const status = statusesIn(value, before)
  return status && { not_status: status }
}

/** As in a span, both ends at once; but they are whole numbers, and included. */
function attemptsOf(value: string, { min_attempts: from = 0, max_attempts: to = Infinity }: Draft): Draft | null {
  const [, sign, digits] = /^([<>]?)(\d{1,6})$/.exec(value) ?? []
  if (digits === undefined) return null
  const number = Number(digits)
  const least = sign === '<' ? from : Math.max(from, sign === '>' ? number + 1 : number)
  const most = sign === '>' ? to : Math.min(to, sign === '<' ? number - 1 : number)
  return least > most ? null : { min_attempts: least === 0 ? undefined : least, max_attempts: most === Infinity ? undefined : most }
}
