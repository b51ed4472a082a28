// The request log as a table for other programs: RFC 4180, with the names the API has for its fields.
import type { ApiRequestEvent } from '@/features/apis/api'

const FIELDS = [
  'at',
  'api_name',
  'method',
  'path',
  'status',
  'latency_ms',
  'request_bytes',
  'response_bytes',
  'consumer',
  'instance_id',
  'trace_id',
  'id',
  'sampled',
] as const satisfies readonly (keyof ApiRequestEvent)[]

export const csvHead = (): string => `${FIELDS.join(',')}\r\n`

export const csvOf = (requests: readonly ApiRequestEvent[]): string => requests.map((request) => `${FIELDS.map((field) => cell(request[field])).join(',')}\r\n`).join('')

function cell(value: string | number | boolean | null | undefined): string {
  const text = String(value ?? '')
  // A program that opens it as a sheet would take a text that begins like this for a formula.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
