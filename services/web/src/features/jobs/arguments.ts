// The arguments of a job: as a person writes them, and in one line.
import { firstFault } from '@/lib/json-fault'
import { isRecord } from '@/lib/record'

export type ReadArguments = { readonly value: Record<string, unknown>; readonly problem: null } | { readonly value: null; readonly problem: string }

const refused = (problem: string): ReadArguments => ({ value: null, problem })

/** A job's arguments have names: they are a JSON object, or what is wrong with them is said, and where. */
export function readArguments(text: string): ReadArguments {
  if (text.trim() === '') return refused('Nothing is written here. No arguments are written {}.')
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? { value, problem: null } : refused(`This is ${kindOf(value)}; arguments have names: {"name": …}.`)
  } catch {
    return refused(faultOf(text))
  }
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value === 'string' ? 'a text' : `a ${typeof value}`)

function faultOf(text: string): string {
  const at = firstFault(text)
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const column = at - before.lastIndexOf('\n')
  return `Line ${String(line)}, column ${String(column)}: ${whatIsWrong(before.trimEnd(), text.slice(at))}`
}

const PYTHON_WORDS: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' }

function whatIsWrong(before: string, rest: string): string {
  const word = /^\w+/.exec(rest)?.[0] ?? ''
  const meant = PYTHON_WORDS[word]
  if (meant !== undefined) return `JSON writes ${word} as ${meant}.`
  if (rest === '') return 'it ends too early.'
  if (rest.startsWith("'")) return 'texts and names stand in double quotes.'
  if (before.endsWith(',')) return /^[}\]]/.test(rest) ? 'there is a comma too many before it.' : 'a name in double quotes or a value is expected.'
  if (before.endsWith('{')) return 'names stand in double quotes.'
  if (/["\d\]}el]$/.test(before) && /^["\w[{-]/.test(rest)) return 'a comma or a colon is missing before it.'
  if (rest.startsWith('"')) return 'this text does not end, or has a line break or a lone backslash in it.'
  return `${rest[0] ?? ''} is not expected here.`
}

const MOST_SHOWN = 4
const MOST_CHARS = 32

/** The first arguments that are no lists or objects, in one line, or those of the only one; null where there are none to show. */
export function argumentsPreview(kwargs: Readonly<Record<string, unknown>> | null): string | null {
  const [only, ...others] = Object.values(kwargs ?? {})
  const shown = others.length === 0 && isRecord(only) ? only : (kwargs ?? {})
  const scalars = Object.entries(shown).filter(([, value]) => typeof value !== 'object' || value === null)
  if (scalars.length === 0) return null
  return scalars
    .slice(0, MOST_SHOWN)
    .map(([name, value]) => `${name}: ${shownScalar(value)}`)
    .join(', ')
}

function shownScalar(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS - 1)}…` : text
}

const MOST_PRESETS = 5

/** What the newest jobs were given, each once. */
export function presetsOf(jobs: readonly { readonly kwargs: Record<string, unknown> | null }[]): Record<string, unknown>[] {
  const different = new Map<string, Record<string, unknown>>()
  for (const { kwargs } of jobs) {
    const spelled = JSON.stringify(kwargs)
    if (kwargs !== null && spelled !== '{}' && !different.has(spelled)) different.set(spelled, kwargs)
  }
  return [...different.values()].slice(0, MOST_PRESETS)
}
