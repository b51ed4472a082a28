import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ApiProblem, BackendAway } from '@/lib/api-client'
import { Failure } from '@/ui/query-view'

const drawn = (error: Error): string => renderToStaticMarkup(<Failure error={error} onRetry={() => undefined} />)
const problem = (status: number, detail: string, field?: string): ApiProblem => new ApiProblem(status, 'a_code', 'Title', detail, field === undefined ? [] : [{ field, message: detail }])

test.each([
  ['no answer', new BackendAway('The server did not answer.'), 'away'],
  ['a surprise of the server', problem(500, 'Its log says more.'), 'away'],
  ['a missing scope', problem(403, 'This needs the scope jobs:read.'), 'forbidden'],
  ['an unknown name', problem(404, 'There is no job.'), 'missing'],
  ['what is not there yet', problem(501, 'Not in this version.'), 'later'],
  ['a range of which nothing is kept', problem(422, 'steps of 1h are kept for 35 days', 'after'), 'outside'],
  ['a bad question', problem(422, 'q: no NUL', 'q'), 'refused'],
  ['a mistake of the page', new TypeError('undefined has no name'), 'refused'],
])('%s is told apart', (_, error, kind) => {
  const text = drawn(error)
  expect(text).toContain(`data-nothing="${kind}"`)
  expect(text).toContain(error.message)
})

test('only what is out of reach is asked again', () => {
  expect(drawn(new BackendAway('The server did not answer.'))).toContain('Try now')
  expect(drawn(problem(422, 'q: no NUL', 'q'))).not.toContain('Try now')
})
