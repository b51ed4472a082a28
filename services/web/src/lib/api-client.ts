// REST: JSON in, JSON out, and a problem document as one kind of error.
import { API_BASE } from '@/generated/inventory'
import { authorization, credential } from '@/lib/credential'

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

export const getJson = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  request<T>(withQuery(path, query), { signal: signal ?? null })

export const postJson = <T>(path: string, body: unknown = {}): Promise<T> =>
  request<T>(path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })

export async function getBlob(path: string, signal?: AbortSignal): Promise<Blob> {
  const response = await send(path, { signal: signal ?? null })
  return response.blob()
}

async function request<T>(path: string, init: RequestInit): Promise<T> {
  const response = await send(path, init)
  if (response.status === 204) return undefined as T
  try {
    return (await response.json()) as T
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

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isFieldError = (value: unknown): value is FieldError => isRecord(value) && typeof value.field === 'string' && typeof value.message === 'string'
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** A refusal will not change by asking again; an absence may. */
export const isWorthRetrying = (failures: number, error: Error): boolean => error instanceof BackendAway && failures < 2
