// What may be typed into the search of the list beside free text: `fn:charge_card -status:complete took:>5s`. Each is a filter of the
// address, which the chips show, too; what is none of them is searched for.
import { JOB_STATUSES, type JobStatus } from '@/features/jobs/api'
import { isArgumentPath } from '@/features/jobs/argument-path'
import { MANY, type ManyOf } from '@/features/jobs/filter-words'
import { MOST_OF_A_KIND, type JobFilter } from '@/features/jobs/job-filter'
import { tokensOf, type Token } from '@/features/jobs/query-tokens'
import { durationOf } from '@/lib/duration-text'
import { isJobId, isName } from '@/lib/names'

export interface ReadQuery {
  readonly filter: JobFilter
  /** What is left to search for. */
  readonly rest: string
  /** Why a qualifier cannot be read, and which; nothing is to be asked then. */
  readonly problem: string | null
  readonly fault: Token | null
}

/** What was read so far: statuses that are left out are taken from the others once all is read, in whatever order it is typed. */
interface Draft extends JobFilter {
  readonly not_status?: readonly JobStatus[]
}
type Read = (value: string, before: Draft) => Draft | null
type IsOne = (value: string) => boolean

const isGiven: IsOne = (value) => value !== '' && value.length <= 255
const isWorker: IsOne = (value) => value !== '' && value.length <= 128
const isTrace: IsOne = (value) => /^[0-9a-f]{32}$/.test(value)
const isKind: IsOne = (value) => /^[0-9a-f]{16}$/.test(value)
/** As the server takes it: a path, a colon, and what is no address. */
const isArgument: IsOne = (value) => value.length <= 255 && isArgumentPath(value.slice(0, value.indexOf(':'))) && /^[^:]*:(?!\/\/)\S/.test(value)

const one =
  (name: 'function' | 'worker_id' | 'pod' | 'version' | 'root_id' | 'parent_id' | 'trace_id' | 'fingerprint' | 'idempotency_key', isOne: IsOne): Read =>
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

export interface Qualifier {
  readonly read: Read
  /** The same left out; null where the other way round says it. */
  readonly readNot: Read | null
  readonly like: string
  /** What it leaves, in a word. */
  readonly word: string
}

const qualifier = (read: Read, readNot: Read | null, like: string, word: string): Qualifier => ({ read, readNot, like, word })

/** An argument is asked for by its path, which is a part of the name. */
export const ARGUMENT = 'arg.'
const OF_ARGUMENT = qualifier(many('argument', isArgument), many('not_argument', isArgument), 'arg.order.id:42', 'given a value')

export const QUALIFIERS: ReadonlyMap<string, Qualifier> = new Map([
  ['fn', qualifier(one('function', isName), many('not_function', isName), 'fn:charge_card', 'of a function')],
  ['status', qualifier(statusOf, notStatusOf, `status:${STATUSES}`, 'of a status, or several')],
  ['worker', qualifier(one('worker_id', isWorker), many('not_worker_id', isWorker), 'worker:shop-1', 'run by a worker')],
  ['pod', qualifier(one('pod', isGiven), many('not_pod', isGiven), 'pod:shop-7d9f-x2x', 'run in a pod')],
  ['deploy', qualifier(one('version', isGiven), many('not_version', isGiven), 'deploy:1.4.2', 'run by a version')],
  ['err', qualifier((value) => (value === '' ? null : { q: value }), many('not_error', isGiven), 'err:"no answer"', 'whose error says it')],
  ['key', qualifier(one('idempotency_key', isGiven), many('not_idempotency_key', isGiven), 'key:order-42', 'enqueued with a key')],
  ['tag', qualifier(many('tag', isName), many('not_tag', isName), 'tag:nightly', 'with a tag')],
  ['parent', qualifier(one('parent_id', isJobId), many('not_parent_id', isJobId), 'parent:job_… with a whole id', 'enqueued by a job')],
  ['has', qualifier(childrenOf(true), childrenOf(false), 'has:children', 'that enqueued others')],
  ['tree', qualifier(one('root_id', isJobId), many('not_root_id', isJobId), 'tree:job_… with a whole id', 'of one tree')],
  ['trace', qualifier(one('trace_id', isTrace), many('not_trace_id', isTrace), 'trace:4bf9… with 32 digits', 'of one trace')],
  ['kind', qualifier(one('fingerprint', isKind), many('not_fingerprint', isKind), 'kind:0f3a… with 16 digits', 'failed alike')],
  ['attempt', qualifier(attemptsOf, null, 'attempt:>1, attempt:<3 or attempt:2', 'tried so often')],
  ['wait', qualifier(span('min_wait_ms', 'below_wait_ms'), null, 'wait:>30s or wait:<5s', 'waited for so long')],
  ['took', qualifier(span('min_duration_ms', 'below_duration_ms'), null, 'took:>5s or took:<1m', 'ran so long')],
])

/** Other spellings; what is said and shown has the one above. */
const SPELLED_SO: ReadonlyMap<string, string> = new Map([['dur', 'took']])

const TURNED_ROUND = [...QUALIFIERS].flatMap(([name, { readNot }]) => (readNot ? [] : [name]))
const ROUND = `${TURNED_ROUND.slice(0, -1).join(', ')} and ${TURNED_ROUND.at(-1) ?? ''}`

export const QUALIFIER_HINT = [...[...QUALIFIERS.values(), OF_ARGUMENT].map(({ like }) => like), `a - before any but ${ROUND} leaves out`]

interface Asked {
  readonly qualifier: Qualifier
  readonly isLeftOut: boolean
  readonly value: string
}

/** What a word asks for; null of free text. */
function askedBy({ name, value }: Token): Asked | null {
  if (name === null) return null
  const isLeftOut = name.startsWith('-')
  const said = isLeftOut ? name.slice(1) : name
  if (said.toLowerCase().startsWith(ARGUMENT)) return { qualifier: OF_ARGUMENT, isLeftOut, value: `${said.slice(ARGUMENT.length)}:${value}` }
  const spelled = SPELLED_SO.get(said.toLowerCase()) ?? said.toLowerCase()
  const found = QUALIFIERS.get(spelled)
  return found ? { qualifier: found, isLeftOut, value } : null
}

/** `present` is the filter the list has: of what may be asked for several times, there is more then. */
export function readQuery(typed: string, present: JobFilter = {}): ReadQuery {
  const unread = (fault: Token, problem: string): ReadQuery => ({ filter: {}, rest: typed, problem, fault })
  let draft: Draft = Object.fromEntries(MANY.map((name) => [name, present[name]]))
  const rest: string[] = []
  let lastLeftOut: Token | null = null
  for (const token of tokensOf(typed)) {
    const asked = askedBy(token)
    if (!asked) {
      rest.push(token.text)
      continue
    }
    const { qualifier: { read, readNot, like }, isLeftOut, value } = asked
    if (isLeftOut && !readNot) return unread(token, `“${token.text}” cannot be left out: say it the other way round, as ${like}.`)
    const part = (isLeftOut && readNot ? readNot : read)(value, draft)
    if (!part) return unread(token, `Write “${token.text}” as ${isLeftOut ? '-' : ''}${like}.`)
    // Words of an error are searched for as those without a name.
    const { q, ...narrower } = part
    if (q !== undefined) rest.push(q)
    draft = { ...draft, ...narrower }
    if (part.not_status) lastLeftOut = token
    if (MANY.some((of) => (draft[of]?.length ?? 0) > MOST_OF_A_KIND)) return unread(token, `“${token.text}” is one too many: of each kind, ${String(MOST_OF_A_KIND)} are asked for at most.`)
  }
  const { not_status: not = [], ...filter } = draft
  if (lastLeftOut === null) return { filter, rest: rest.join(' '), problem: null, fault: null }
  const status = JOB_STATUSES.filter((each) => (filter.status ?? JOB_STATUSES).includes(each) && !not.includes(each))
  if (status.length === 0) return unread(lastLeftOut, `No status is left without ${not.join(', ')}.`)
  return { filter: { ...filter, status }, rest: rest.join(' '), problem: null, fault: null }
}

/** Of the jobs there are two kinds: the one is asked for, or the other. */
function childrenOf(has_children: boolean): Read {
  return (value) => (value.toLowerCase() === 'children' ? { has_children } : null)
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
