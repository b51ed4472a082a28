// A job as somebody else would ask for it: the same function with the same arguments.
import type { Job } from '@/features/jobs/api'
import type { EnqueueIn } from '@/generated/rest'
import { isRecord } from '@/lib/record'

/** How it is enqueued, beside what with; a job that is there already has not kept it. */
type How = Pick<EnqueueIn, 'scheduled_at' | 'delay_s' | 'idempotency_key'>
export type Spelled = Pick<Job, 'function' | 'kwargs'> & { readonly priority?: number | null; readonly tags?: readonly string[] | null } & Readonly<How>

const bodyOf = ({ function: key, kwargs, priority, tags, scheduled_at, delay_s, idempotency_key }: Spelled): Record<string, unknown> => ({
  function: key,
  kwargs: kwargs ?? {},
  ...(isSaid(scheduled_at) ? { scheduled_at } : {}),
  ...(isSaid(delay_s) ? { delay_s } : {}),
  ...(isSaid(priority) ? { priority } : {}),
  ...(isSaid(idempotency_key) ? { idempotency_key } : {}),
  ...(tags?.length ? { tags } : {}),
})

const isSaid = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined

/** For a POSIX shell: nothing inside single quotes means anything, a quote itself excepted. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const PYTHON_WORDS: Readonly<Record<string, string>> = { null: 'None', true: 'True', false: 'False' }

export function asPythonValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asPythonValue).join(', ')}]`
  if (isRecord(value)) return `{${Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${asPythonValue(one)}`).join(', ')}}`
  const text = JSON.stringify(value ?? null)
  return PYTHON_WORDS[text] ?? text
}

export function asPython(job: Spelled, origin: string): string {
  return [
    'import os',
    '',
    'import httpx',
    '',
    'answer = httpx.post(',
    `    ${JSON.stringify(`${origin}/api/v1/jobs`)},`,
    `    json=${asPythonValue(bodyOf(job))},`,
    '    headers={"Authorization": f"Bearer {os.environ[\'MILLSTREAM_API_KEY\']}"},',
    ')',
    'print(answer.json()["id"])',
  ].join('\n')
}

export function asCurl(job: Spelled, origin: string): string {
  return [
    `curl -X POST ${quoted(`${origin}/api/v1/jobs`)} \\`,
    "  -H 'Content-Type: application/json' \\",
    '  -H "Authorization: Bearer $MILLSTREAM_API_KEY" \\',
    `  -d ${quoted(JSON.stringify(bodyOf(job)))}`,
  ].join('\n')
}

export function asCommand({ function: key, kwargs, priority, tags, scheduled_at, delay_s, idempotency_key }: Spelled, origin: string): string {
  const options = [
    ...(isRecord(kwargs) && Object.keys(kwargs).length > 0 ? [`--json ${quoted(JSON.stringify(kwargs))}`] : []),
    ...(isSaid(scheduled_at) ? [`--scheduled-at ${scheduled_at}`] : []),
    ...(isSaid(delay_s) ? [`--delay-s ${String(delay_s)}`] : []),
    ...(isSaid(priority) ? [`--priority ${String(priority)}`] : []),
    ...(isSaid(idempotency_key) ? [`--idempotency-key ${quoted(idempotency_key)}`] : []),
    ...(tags ?? []).map((tag) => `--tag ${tag}`),
  ]
  return [`MILLSTREAM_URL=${origin} millstream enqueue ${key}`, ...options].join(' ')
}
