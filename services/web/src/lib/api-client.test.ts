import { afterEach, expect, test, vi } from 'vitest'
import { fieldProblem, getJson, postJson } from '@/lib/api-client'

afterEach(() => {
  vi.unstubAllGlobals()
})

const refusal = async (status: number, document: object): Promise<Error> => {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json(document, { status })))
  return getJson('/jobs').then(
    () => new Error('it was answered'),
    (error: unknown) => error as Error,
  )
}

test('a 422 says what is wrong with which field', async () => {
  const error = await refusal(422, { code: 'invalid', detail: 'q: no NUL', errors: [{ field: 'q', message: 'no NUL' }, 'nonsense'] })
  expect(fieldProblem(error, 'q')).toBe('no NUL')
  expect(fieldProblem(error, 'after')).toBeNull()
})

test('what is no problem document has nothing against a field', async () => {
  expect(fieldProblem(await refusal(502, {}), 'q')).toBeNull()
  expect(fieldProblem(null, 'q')).toBeNull()
})

test('a server that is away is named by what was asked of it', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  await expect(getJson('/jobs', { query: { limit: 1 } })).rejects.toThrow('The server did not answer at /api/v1/jobs?limit=1.')
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>', { status: 502 })))
  await expect(getJson('/jobs')).rejects.toThrow('The server answered 502 at /api/v1/jobs.')
})

test('the names in a path are filled in, as an address spells them', async () => {
  const asked: string[] = []
  vi.stubGlobal('fetch', (address: string) => {
    asked.push(address)
    return Promise.resolve(Response.json({}))
  })
  await getJson('/functions/{key}', { path: { key: 'a/b' } })
  await postJson('/functions/{key}/pause', { path: { key: 'resize image' } })
  expect(asked).toEqual(['/api/v1/functions/a%2Fb', '/api/v1/functions/resize%20image/pause'])
})
