// A job as a test that runs its function in the test's own process: it fails as the job failed, and passes when that is mended.
import type { JobDetail } from '@/features/jobs/api'
import { asPythonValue } from '@/features/jobs/copies'
import { isRecord } from '@/lib/record'

type Tested = Pick<JobDetail, 'id' | 'function' | 'kwargs' | 'status' | 'result' | 'error' | 'error_type'>

/** Either the text, or why there is none. */
export type PytestCopy = { readonly text: string; readonly why: null } | { readonly text: null; readonly why: string }

/** Longer ones would hide the test. */
const LONGEST_RESULT = 2000
const LONGEST_REMARK = 200

/** `importPath` is where a worker says the function is; undefined while it is not known. */
export function asPytest(job: Tested, importPath: string | null | undefined): PytestCopy {
  if (!isRecord(job.kwargs)) return { text: null, why: 'Needs the scope payloads:read.' }
  if (importPath === undefined) return { text: null, why: 'Looking for the function …' }
  if (importPath === null) return { text: null, why: 'No worker says where the function is.' }
  const [module = '', name = ''] = importPath.split(':')
  const [outer = ''] = name.split('.')
  const call = [`run_job(`, `        ${name},`, `        ${argumentsText(job.kwargs)},`, '    )'].join('\n')
  const lines = [`# ${remarkOn(job)}`, 'from millstream.testing import run_job', '', `from ${module} import ${outer}`, '', '', `def test_${name.split('.').at(-1) ?? ''}_${job.id.toLowerCase()}():`, ...bodyOf(job, call)]
  return { text: `${lines.join('\n')}\n`, why: null }
}

function bodyOf({ status, result }: Tested, call: string): string[] {
  const spelled = asPythonValue(result)
  if (status !== 'complete' || spelled.length > LONGEST_RESULT) return [`    ${call}`]
  return [`    result = ${call}`, spelled === 'None' ? '    assert result is None' : `    assert result == ${spelled}`]
}

function argumentsText(kwargs: Readonly<Record<string, unknown>>): string {
  const each = Object.entries(kwargs).map(([name, value]) => `            ${JSON.stringify(name)}: ${asPythonValue(value)},\n`)
  return each.length === 0 ? '{}' : `{\n${each.join('')}        }`
}

/** One line, whatever an error's text holds: what follows a comment's line would be code. */
function remarkOn({ id, function: key, status, error, error_type: kind }: Tested): string {
  const how = error === null ? `is ${status}` : `${status === 'failed' ? 'failed' : 'last failed'} with ${[kind, error].filter(Boolean).join(': ')}`
  const remark = `${key}, ${id}, ${how}`.replace(/\p{Cc}+/gu, ' ')
  return remark.length > LONGEST_REMARK ? `${remark.slice(0, LONGEST_REMARK)}…` : remark
}
