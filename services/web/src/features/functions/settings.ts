// How a function's jobs are run, as it is said on its page.
import type { FunctionDetail } from '@/features/functions/api'
import { count, DASH, duration } from '@/lib/format'

export type Settings = Pick<FunctionDetail, 'timeout' | 'max_retries' | 'retry_delay' | 'max_concurrency'>

interface Setting {
  readonly label: string
  readonly text: (settings: Settings) => string
}

export const SETTINGS: readonly Setting[] = [
  { label: 'Retries', text: ({ max_retries: retries }) => count(retries) },
  { label: 'Retry delay', text: ({ retry_delay: s }) => (s === null ? DASH : duration(s * 1000)) },
  { label: 'Timeout', text: ({ timeout: s }) => (s === null ? 'none' : duration(s * 1000)) },
  { label: 'At once', text: ({ max_concurrency: most }) => (most === null ? 'no limit' : count(most)) },
]

/** Those that are not the same in all of them. */
export const differing = (declared: readonly Settings[]): readonly Setting[] => SETTINGS.filter(({ text }) => new Set(declared.map(text)).size > 1)
