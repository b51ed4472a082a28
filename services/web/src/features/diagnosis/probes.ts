// Each service asked one cheap question, and what its answer says of it.
import { API_BASE } from '@/generated/inventory'
import { ApiProblem, BackendAway, getJson } from '@/lib/api-client'
import { duration } from '@/lib/format'
import { isRecord } from '@/lib/record'
import type { ConnectionStatus } from '@/lib/stream/connection'

export interface Probe {
  readonly service: string
  /** What it is for, to a reader. */
  readonly brings: string
  /** What is asked: its database must answer for it, where it has one. */
  readonly asked: string
  readonly ask: (signal: AbortSignal) => Promise<unknown>
}

const at = (path: string): string => `GET ${API_BASE}${path}`

export const PROBES: readonly Probe[] = [
  { service: 'jobs', brings: 'jobs, functions and the figures', asked: at('/jobs?limit=1'), ask: (signal) => getJson('/jobs', { query: { limit: 1 }, signal }) },
  { service: 'apis', brings: 'APIs and their requests', asked: at('/apis/events?limit=1'), ask: (signal) => getJson('/apis/events', { query: { limit: 1 }, signal }) },
  { service: 'workers', brings: 'instances, pods and deploys', asked: at('/workers/deploys'), ask: (signal) => getJson('/workers/deploys', { signal }) },
  { service: 'stream-edge', brings: 'what is told as it happens', asked: at('/streams'), ask: (signal) => getJson('/streams', { signal }) },
]

/** answers · away: nothing answers · database: it answers, what it keeps does not · key: 401 · scope: 403 · busy · broken: a surprise. */
export type Condition = 'answers' | 'away' | 'database' | 'keys' | 'key' | 'scope' | 'busy' | 'broken'

export interface Finding {
  readonly service: string
  readonly condition: Condition
  /** In the server's words, where it has any. */
  readonly detail: string | null
  /** What the edge tells of its streams, each with how far it is behind. */
  readonly streams?: readonly { readonly name: string; readonly lagMs: number | null }[]
}

const CODES: Readonly<Record<string, Condition>> = { unavailable: 'database', keys_unavailable: 'keys', busy: 'busy' }

export function conditionOf(error: unknown): Condition {
  if (error === null || error === undefined) return 'answers'
  if (error instanceof BackendAway) return 'away'
  if (!(error instanceof ApiProblem)) return 'broken'
  if (error.status === 401) return 'key'
  if (error.status === 403) return 'scope'
  return CODES[error.code] ?? (error.status === 429 || error.status === 503 ? 'busy' : error.status >= 500 ? 'broken' : 'answers')
}

export async function probed({ service, ask }: Probe, signal: AbortSignal): Promise<Finding> {
  try {
    const streams = streamsOf(await ask(signal))
    return { service, condition: 'answers', detail: null, ...(streams.length > 0 && { streams }) }
  } catch (error) {
    return { service, condition: conditionOf(error), detail: error instanceof Error ? error.message : null }
  }
}

function streamsOf(answer: unknown): { name: string; lagMs: number | null }[] {
  if (!isRecord(answer) || !Array.isArray(answer.streams)) return []
  return answer.streams.flatMap((one: unknown) => (isRecord(one) && typeof one.name === 'string' ? [{ name: one.name, lagMs: typeof one.lag_ms === 'number' ? one.lag_ms : null }] : []))
}

/** “events 12 ms behind”: each of the streams, as far as the edge tells. */
export const streamTexts = (findings: readonly Finding[], refused: readonly string[]): string[] =>
  findings
    .flatMap(({ streams = [] }) => streams)
    .map(({ name, lagMs }) => `${name} ${refused.includes(name) ? 'not for this key' : lagMs === null ? 'quiet' : `${duration(lagMs)} behind`}`)

export const CONDITIONS: Readonly<Record<Condition, string>> = {
  answers: 'answers',
  away: 'does not answer',
  database: 'its database is away',
  keys: 'cannot check keys',
  key: 'does not accept the key',
  scope: 'not for this key',
  busy: 'has too much to do',
  broken: 'met an error',
}

type Streams = Pick<ConnectionStatus, 'phase' | 'lostAt' | 'sourceAway' | 'refusedStreams'>

export interface Seen {
  readonly findings: readonly Finding[]
  readonly streams: Streams
  readonly isOnline: boolean
  /** This page's server. */
  readonly origin: string
}

const named = (findings: readonly Finding[], condition: Condition): string[] => findings.filter((one) => one.condition === condition).map(({ service }) => service)
const listed = (names: readonly string[]): string => (names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`)
const verb = (names: readonly string[], one: string, many: string): string => (names.length === 1 ? one : many)

/** The likely causes, the one that explains most first; none when all is well. */
export function causesOf({ findings, streams, isOnline, origin }: Seen): string[] {
  if (!isOnline) return ['This computer says that it is offline. What is shown is what was read before.']
  const causes: string[] = []
  const away = named(findings, 'away')
  if (away.length > 0 && away.length === findings.length) return [`Nothing answers at ${origin}: the server is down or being replaced, or the network between you and it is cut.`]
  if (away.length > 0) causes.push(`${listed(away)} ${verb(away, 'does', 'do')} not answer while others do: ${verb(away, 'it has', 'they have')} no process that is ready, or the gateway does not reach ${verb(away, 'it', 'them')}.`)
  const database = named(findings, 'database')
  if (database.length > 0) causes.push(`${listed(database)} ${verb(database, 'answers', 'answer')}, but the database behind ${verb(database, 'it', 'them')} does not. Nothing can be read or taken in there until it is back.`)
  if (named(findings, 'key').length > 0) causes.push('Your key is not accepted any more: it has expired or was taken back. Sign in with another one.')
  const keys = named(findings, 'keys')
  if (keys.length > 0) causes.push(`${listed(keys)} cannot read the key set that tokens are checked with; the identity provider is away.`)
  const scope = findings.filter(({ condition }) => condition === 'scope')
  if (scope.length > 0) causes.push(`Nothing is down there: your key may not read ${listed(scope.map(({ service }) => service))}. ${scope[0]?.detail ?? ''}`.trim())
  const busy = named(findings, 'busy')
  if (busy.length > 0) causes.push(`${listed(busy)} ${verb(busy, 'refuses', 'refuse')} work for a moment: too much is asked at once.`)
  const broken = findings.filter(({ condition }) => condition === 'broken')
  if (broken.length > 0) causes.push(`${listed(broken.map(({ service }) => service))} met an error nobody expected; its log says more. ${broken[0]?.detail ?? ''}`.trim())
  if (streams.sourceAway) causes.push('The log (Kafka) is away: pages can be read, and nothing new is told until it is back. What happens meanwhile is kept and told then.')
  if (streams.lostAt !== null && !away.includes('stream-edge')) causes.push('The connection for live updates is cut, though its service answers: a proxy on the way may end long answers. Pages are read again every few seconds meanwhile.')
  if (streams.phase === 'refused' || streams.refusedStreams.length > 0) causes.push(`Your key may not read ${streams.refusedStreams.length > 0 ? `the live ${listed(streams.refusedStreams)} ${verb(streams.refusedStreams, 'stream', 'streams')}` : 'live streams'}; those parts do not move by themselves.`)
  return causes
}

/** Of the one connection of this page. */
export function streamsText({ phase, lostAt, sourceAway }: Streams): string {
  if (sourceAway) return 'open, its source (Kafka) is away'
  if (lostAt !== null) return 'cut, being opened again'
  switch (phase) {
    case 'live':
      return 'live'
    case 'paused':
      return 'paused by you'
    case 'refused':
      return 'not for this key'
    case 'signed-out':
      return 'closed: signed out'
    default:
      return 'being opened'
  }
}
