// A job as somebody else would ask for it: the same function with the same arguments.
import type { Job } from '@/features/jobs/api'

type Spelled = Pick<Job, 'function' | 'kwargs' | 'priority' | 'tags'>

const bodyOf = ({ function: key, kwargs, priority, tags }: Spelled): Record<string, unknown> => ({
  function: key,
  kwargs: kwargs ?? {},
  ...(priority === null ? {} : { priority }),
  ...(tags?.length ? { tags } : {}),
})

/** For a POSIX shell: nothing inside single quotes means anything, a quote itself excepted. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const PYTHON_WORDS: Readonly<Record<string, string>> = { null: 'None', true: 'True', false: 'False' }
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

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

export function asCommand({ function: key, kwargs, priority, tags }: Spelled, origin: string): string {
  const options = [
    ...(isRecord(kwargs) && Object.keys(kwargs).length > 0 ? [`--json ${quoted(JSON.stringify(kwargs))}`] : []),
    ...(priority === null ? [] : [`--priority ${String(priority)}`]),
    ...(tags ?? []).map((tag) => `--tag ${tag}`),
  ]
  return [`MILLSTREAM_URL=${origin} millstream enqueue ${key}`, ...options].join(' ')
}
