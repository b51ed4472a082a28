// What an API's requests fail with: exceptions that left it, and fields of input it refused.
import type { Endpoint } from '@/features/apis/request-filter'
import { getJson } from '@/lib/api-client'
import { windowQuery } from '@/lib/range'
import { timedQuery, type TimedOptions } from '@/lib/timed-query'
import type { ErrorList, ExceptionOut, FieldOut } from '@/generated/rest'

export type FailingException = ExceptionOut
export type FailingField = FieldOut

export const failingQuery = (name: string, { shown, liveMs }: TimedOptions) =>
  timedQuery({
    target: 'apis.api',
    name: 'failing',
    scope: { name },
    shown,
    liveMs,
    read: ({ after, before }, signal) => getJson('/apis/{name}/errors', { path: { name }, query: windowQuery({ after, before }), signal }),
  })

/** The one kind of exception, with its traceback. */
export const tracebackQuery = (name: string, fingerprint: string, { shown, liveMs }: TimedOptions) =>
  timedQuery({
    target: 'apis.api',
    name: 'traceback',
    scope: { name, fingerprint },
    shown,
    liveMs,
    read: async ({ after, before }, signal) => {
      const found = await getJson('/apis/{name}/errors', { path: { name }, query: { ...windowQuery({ after, before }), fingerprint, limit: 1 }, signal })
      return found.exceptions.find((one) => one.fingerprint === fingerprint) ?? null
    },
  })

/** Whether there is anything to show. */
export const isFailing = ({ exceptions, fields }: Pick<ErrorList, 'exceptions' | 'fields'>): boolean => exceptions.length + fields.length > 0

/** Of which endpoint something is; null where it is of all others, which have no names. */
export const failingEndpoint = ({ method, path }: { method: string; path: string | null }): Endpoint | null => (path === null ? null : { method, path })

/** Which exception of an endpoint is open, as the address says it; null for what has no traceback to open. */
export const openedBy = ({ method, path, fingerprint, has_traceback: has }: FailingException): string | null =>
  has && fingerprint !== null ? `${fingerprint} ${method} ${path ?? ''}` : null
