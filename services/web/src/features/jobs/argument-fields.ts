// A function's arguments as fields of a form, from the JSON Schema its worker declares (pydantic's, of draft 2020-12).
import { isRecord } from '@/lib/record'

type Schema = Readonly<Record<string, unknown>>
type Kind = 'text' | 'number' | 'integer' | 'choice' | 'json'

export interface ArgumentField {
  readonly name: string
  readonly kind: Kind
  readonly isRequired: boolean
  /** Of a choice, as JSON. */
  readonly choices: readonly string[]
  /** What may be written, in words. */
  readonly hint: string
  readonly description: string | null
  /** What it is when left out, as JSON; null where that is not told. */
  readonly usual: string | null
  readonly schema: Schema
}

export type Texts = Readonly<Record<string, string>>

export function fieldsOf(parameters: Schema): ArgumentField[] {
  const properties = isRecord(parameters.properties) ? parameters.properties : {}
  const required: unknown[] = Array.isArray(parameters.required) ? parameters.required : []
  return Object.entries(properties).map(([name, told]) => {
    const own = isRecord(told) ? told : {}
    const schema = meant(own, parameters)
    const kind = kindOf(schema)
    const description = own.description ?? schema.description
    return {
      name,
      kind,
      isRequired: required.includes(name),
      choices: choicesOf(schema),
      hint: hintOf(kind, schema),
      description: typeof description === 'string' ? description : null,
      usual: 'default' in own ? JSON.stringify(own.default) : null,
      schema,
    }
  })
}

/** Behind a reference, and without the null that may stand in its place. */
function meant(schema: Schema, root: Schema): Schema {
  const target = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined
  const shared = target !== undefined && isRecord(root.$defs) ? root.$defs[target] : undefined
  if (isRecord(shared)) return meant(shared, root)
  const others = choices(schema.anyOf).filter((one) => one.type !== 'null')
  const [only] = others
  return others.length === 1 && only ? meant(only, root) : schema
}

const choices = (told: unknown): Schema[] => (Array.isArray(told) ? told.filter(isRecord) : [])

function kindOf(schema: Schema): Kind {
  if (choicesOf(schema).length > 0) return 'choice'
  if (schema.type === 'string') return 'text'
  return schema.type === 'integer' || schema.type === 'number' ? schema.type : 'json'
}

function choicesOf(schema: Schema): string[] {
  if (schema.type === 'boolean') return ['true', 'false']
  if (Array.isArray(schema.enum)) return schema.enum.map((one) => JSON.stringify(one))
  return 'const' in schema ? [JSON.stringify(schema.const)] : []
}

const NOUNS: Readonly<Record<Kind, string>> = { text: 'text', number: 'number', integer: 'whole number', choice: 'one of these', json: 'JSON' }
const FORMATS: Readonly<Record<string, string>> = { 'date-time': 'a time, as 2026-01-31T10:00:00Z', date: 'a day, as 2026-01-31', uuid: 'a UUID', email: 'an address', duration: 'a duration, as PT90S', uri: 'a URL' }
const JSON_NOUNS: Readonly<Record<string, string>> = { array: 'a list, as JSON', object: 'an object, as JSON' }

function hintOf(kind: Kind, schema: Schema): string {
  const noun = FORMATS[String(schema.format)] ?? (kind === 'json' ? JSON_NOUNS[String(schema.type)] : undefined) ?? NOUNS[kind]
  const limits = LIMITS.flatMap(({ key, words }) => (schema[key] === undefined ? [] : [words(String(schema[key]))])).join(' ')
  return limits === '' ? noun : `${noun}, ${limits}`
}

interface Limit {
  readonly key: string
  readonly words: (limit: string) => string
  readonly holds: (value: string | number, limit: unknown) => boolean
}

const size = (value: string | number): number => (typeof value === 'string' ? [...value].length : value)
const LIMITS: readonly Limit[] = [
  { key: 'minimum', words: (n) => `from ${n}`, holds: (value, n) => size(value) >= Number(n) },
  { key: 'exclusiveMinimum', words: (n) => `above ${n}`, holds: (value, n) => size(value) > Number(n) },
  { key: 'maximum', words: (n) => `to ${n}`, holds: (value, n) => size(value) <= Number(n) },
  { key: 'exclusiveMaximum', words: (n) => `below ${n}`, holds: (value, n) => size(value) < Number(n) },
  { key: 'minLength', words: (n) => `at least ${n} characters`, holds: (value, n) => size(value) >= Number(n) },
  { key: 'maxLength', words: (n) => `at most ${n} characters`, holds: (value, n) => size(value) <= Number(n) },
  { key: 'pattern', words: (pattern) => `as ${pattern}`, holds: (value, pattern) => matches(String(value), String(pattern)) },
]

/** A pattern of Python's that is none here keeps nobody from running the function. */
function matches(text: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return true
  }
}

/** What the fields show of arguments that are there. */
export const textsOf = (fields: readonly ArgumentField[], value: Readonly<Record<string, unknown>>): Texts =>
  Object.fromEntries(fields.map((field) => [field.name, textOf(field, value[field.name])]))

function textOf({ kind }: ArgumentField, value: unknown): string {
  if (value === undefined) return ''
  return kind === 'text' && typeof value === 'string' ? value : JSON.stringify(value, null, kind === 'json' ? 2 : undefined)
}

/** The first argument no field is for; null where there is none. */
export const strangerIn = (fields: readonly ArgumentField[], value: Readonly<Record<string, unknown>>): string | null =>
  Object.keys(value).find((name) => !fields.some((field) => field.name === name)) ?? null

export interface ReadTexts {
  /** What is written rightly. */
  readonly value: Record<string, unknown>
  readonly problems: Texts
  /** What must be given and is not. */
  readonly missing: readonly string[]
}

/** What was written in the fields. An empty one is left out: the function has its own mind then. */
export function readTexts(fields: readonly ArgumentField[], texts: Texts): ReadTexts {
  const value: Record<string, unknown> = {}
  const problems: Record<string, string> = {}
  const missing: string[] = []
  for (const field of fields) {
    const text = texts[field.name] ?? ''
    if (text.trim() === '') {
      if (field.isRequired) missing.push(field.name)
      continue
    }
    const read = readText(field, text)
    if (read === null) problems[field.name] = `This is to be: ${field.hint}.`
    else value[field.name] = read.value
  }
  return { value, problems, missing }
}

function readText({ kind, schema }: ArgumentField, text: string): { readonly value: unknown } | null {
  const value = kind === 'text' ? text : fromJson(text)
  if (value === undefined) return null
  if (kind === 'number' && value !== null && typeof value !== 'number') return null
  if (kind === 'integer' && value !== null && !Number.isInteger(value)) return null
  if (kind !== 'json' && (typeof value === 'string' || typeof value === 'number') && !LIMITS.every(({ key, holds }) => schema[key] === undefined || holds(value, schema[key]))) return null
  return { value }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
