// REST: JSON in, JSON out, each typed by its path, and a problem document as one kind of error.
import { API_BASE } from '@/generated/inventory'
import type { Rest } from '@/generated/rest'
import { authorization, credential } from '@/lib/credential'
import { isRecord } from '@/lib/record'

interface FieldError {
  readonly field: string
  readonly message: string
}

export class ApiProblem extends Error {
  override name = 'ApiProblem'
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string | null,
    /** Of a 422, what is wrong with which field. */
    readonly errors: readonly FieldError[] = [],
  ) {
    super(detail ?? title)
  }

  get isNotAvailableYet(): boolean {
    return this.status === 501
  }
}

/** What the server says about one field of a question; null when it has nothing against it. */
export const fieldProblem = (error: Error | null, field: string): string | null =>
  error instanceof ApiProblem ? (error.errors.find((one) => one.field === field)?.message ?? null) : null

/** Nothing answered, or what answered is not the API: the backend is down or out of reach. */
export class BackendAway extends Error {
  override name = 'BackendAway'
}

export type Query = Record<string, string | number | boolean | null | undefined | readonly string[]>

export function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue
    if (Array.isArray(value)) value.forEach((one: string) => search.append(name, one))
    else search.set(name, String(value))
  }
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

/** `/jobs/{job_id}` with its names filled in. */
export const withPath = (template: string, path: Readonly<Record<string, string>> = {}): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))

type Named<Op> = Op extends { path: infer Path } ? { readonly path: Path } : { readonly path?: never }
type Asking<Op> = Op extends { query: infer Asked } ? { readonly query?: { readonly [Name in keyof Asked]?: Readonly<Asked[Name]> | null | undefined } } : { readonly query?: never }
type Question<Op> = Named<Op> & Asking<Op> & { readonly signal?: AbortSignal }
type Order<Op> = Named<Op> & (Op extends { body?: infer Body } ? { readonly body?: Body } : { readonly body?: never })
/** What need not be said need not be given. */
type Optional<Told> = Record<never, never> extends Told ? [told?: Told] : [told: Told]
type Answer<Op> = Op extends { answer: infer Told } ? Told : never

type BlobPath = { [Path in keyof Rest['get']]: Answer<Rest['get'][Path]> extends Blob ? Path : never }[keyof Rest['get']]
type JsonPath = Exclude<keyof Rest['get'], BlobPath>
type PostPath = keyof Rest['post']
type PatchPath = keyof Rest['patch']
type DeletePath = keyof Rest['delete']

export function getJson<Path extends JsonPath>(template: Path, ...[asked]: Optional<Question<Rest['get'][Path]>>): Promise<Answer<Rest['get'][Path]>> {
  return request(withQuery(withPath(template, asked?.path), asked?.query), { signal: asked?.signal ?? null })
}

export function postJson<Path extends PostPath>(template: Path, ...[told]: Optional<Order<Rest['post'][Path]>>): Promise<Answer<Rest['post'][Path]>> {
  return request(withPath(template, told?.path), posted(told?.body ?? {}))
}

/** Only what is said changes. */
export function patchJson<Path extends PatchPath>(template: Path, told: Order<Rest['patch'][Path]>): Promise<Answer<Rest['patch'][Path]>> {
  return request(withPath(template, told.path), { ...posted(told.body ?? {}), method: 'PATCH' })
}

export async function deleteAt<Path extends DeletePath>(template: Path, { path }: Order<Rest['delete'][Path]>): Promise<void> {
  await send(withPath(template, path), { method: 'DELETE' })
}

const posted = (body: unknown): RequestInit & { headers: Record<string, string> } => ({ method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })

/** As `postJson`, where 201 says that something was made, and 200 that it was there. */
export async function createJson<Path extends PostPath>(template: Path, body: NonNullable<Order<Rest['post'][Path]>['body']>): Promise<{ made: Answer<Rest['post'][Path]>; isNew: boolean }> {
  const response = await send(template, posted(body))
  return { made: await answerOf(response), isNew: response.status === 201 }
}

export async function getBlob<Path extends BlobPath>(template: Path, asked: Question<Rest['get'][Path]>): Promise<Blob> {
  const response = await send(withPath(template, asked.path), { signal: asked.signal ?? null })
  return response.blob()
}

const request = async <T>(path: string, init: RequestInit): Promise<T> => answerOf(await send(path, init))

async function answerOf<T>(response: Response): Promise<T> {
  try {
    // Taken on trust: the services check what they answer against the shapes these types are made from.
    const answer: T = await response.json()
    return answer
  } catch (cause) {
    throw new BackendAway('The answer was not JSON.', { cause })
  }
}

async function send(path: string, init: RequestInit): Promise<Response> {
  const { key } = credential.get()
  const headers = { Accept: 'application/json', ...init.headers, ...authorization(key) }
  let response: Response
  try {
    response = await fetch(`${API_BASE}${path}`, { ...init, headers })
  } catch (cause) {
    if (init.signal?.aborted) throw cause
    throw new BackendAway(`The server did not answer at ${API_BASE}${path}.`, { cause })
  }
  if (response.ok) return response
  if (response.status === 401) credential.refuse(key)
  throw await problemOf(response, path)
}

async function problemOf(response: Response, path: string): Promise<Error> {
  const body: unknown = await response.json().catch(() => null)
  const problem = isRecord(body) ? body : {}
  if (!('code' in problem) && response.status >= 500 && response.status !== 501)
    return new BackendAway(`The server answered ${String(response.status)} at ${API_BASE}${path}.`)
  const detail = text(problem.detail)
  return new ApiProblem(
    response.status,
    text(problem.code) ?? `http_${String(response.status)}`,
    text(problem.title) ?? (response.statusText || `HTTP ${String(response.status)}`),
    detail,
    Array.isArray(problem.errors) ? problem.errors.filter(isFieldError) : [],
  )
}

const isFieldError = (value: unknown): value is FieldError => isRecord(value) && typeof value.field === 'string' && typeof value.message === 'string'
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** A refusal will not change by asking again; an absence may. */
export const isWorthRetrying = (failures: number, error: Error): boolean => error instanceof BackendAway && failures < 2
