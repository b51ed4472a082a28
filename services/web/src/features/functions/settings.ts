// How a function's jobs are run, as it is said on its page.
import type { FunctionDetail } from '@/features/functions/api'
import { count, DASH, duration } from '@/lib/format'

export type Settings = Pick<
  FunctionDetail,
  'timeout' | 'max_retries' | 'retry_delay' | 'max_concurrency' | 'rate_limit' | 'schedule' | 'schedule_timezone' | 'pattern'
>

interface Declared {
  readonly label: string
  readonly text: (settings: Settings) => string
}

interface Setting extends Declared {
  /** What comes of it. */
  readonly means: string
}

/** What makes jobs of it; the page has more to say of it than a line. */
const TRIGGER: Declared = {
  label: 'Trigger',
  text: ({ schedule, schedule_timezone: zone, pattern }) => (schedule !== null ? `${schedule} ${zone ?? ''}`.trimEnd() : pattern !== null ? `event ${pattern}` : 'none'),
}

export const SETTINGS: readonly Setting[] = [
  { label: 'Retries', text: ({ max_retries: retries }) => count(retries), means: 'How often a job that failed is tried again.' },
  { label: 'Retry delay', text: ({ retry_delay: s }) => (s === null ? DASH : duration(s * 1000)), means: 'Before the first retry, at most; twice that before each further one, up to an hour. How long is drawn at random below it.' },
  { label: 'Timeout', text: ({ timeout: s }) => (s === null ? 'none' : duration(s * 1000)), means: 'How long an attempt may take before it is stopped; it has failed then, and may be retried.' },
  { label: 'At once', text: ({ max_concurrency: most }) => (most === null ? 'no limit' : count(most)), means: 'How many of its jobs run at the same time, on all workers together.' },
  { label: 'Rate limit', text: ({ rate_limit: limit }) => rateText(limit), means: 'How many attempts start in any such time, on all workers together. Retries count; what may not start yet stays queued.' },
]

const UNITS: Readonly<Record<string, string>> = { s: 'a second', m: 'a minute', h: 'an hour', d: 'a day' }

/** `5000/h` in words. */
export function rateText(limit: string | null | undefined): string {
  if (!limit) return 'no limit'
  const [starts, unit = ''] = limit.split('/')
  return `${count(Number(starts))} ${UNITS[unit] ?? `in ${unit}`}`
}

/** Those that are not the same in all of them. */
export const differing = (declared: readonly Settings[]): readonly Declared[] => [...SETTINGS, TRIGGER].filter(({ text }) => new Set(declared.map(text)).size > 1)

export const isDrifting = (declared: readonly Settings[] | null | undefined): boolean => (declared?.length ?? 0) > 1

/** Who declares it, in a line; null while nobody live is known to. */
export function declaredText(declared: FunctionDetail['settings']): string | null {
  const workers = declared?.flatMap((one) => one.workers).length ?? 0
  if (!declared || workers === 0) return null
  const versions = [...new Set(declared.flatMap((one) => one.versions))]
  const who = workers === 1 ? '1 live worker declares it' : `${count(workers)} live workers declare ${declared.length === 1 ? 'the same' : 'different settings'}`
  return versions.length === 0 ? who : `${who} · ${versions.length === 1 ? 'version' : 'versions'} ${versions.join(', ')}`
}

/** The file of a module, from where the code stands. */
export const moduleFile = (importPath: string): string => `${(importPath.split(':')[0] ?? '').replaceAll('.', '/')}.py`
