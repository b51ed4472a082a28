import { expect, test } from 'vitest'
import { asCurl } from '@/features/apis/request-copies'

const line = (method: string, path: string): string | undefined => asCurl({ method, path, api_name: 'shop' }, null)?.split('\n')[1]

test('what the log does not know is asked for by name', () => {
  expect(asCurl({ method: 'POST', path: '/orders/{order_id}/items', api_name: 'shop' }, '10.0.0.1:8090')).toBe(
    '# BASE_URL is where shop answers (its instance listens at 10.0.0.1:8090). The log keeps no query, headers or body.\n' +
      'curl -g -X POST "${BASE_URL:?}/orders/${order_id:?}/items"',
  )
})

test.each([
  ['GET', '/files/{name:path}', 'curl -g "${BASE_URL:?}/files/${name:?}"'],
  ['DELETE', '/things/<int:pk>/<slug>', 'curl -g -X DELETE "${BASE_URL:?}/things/${pk:?}/${slug:?}"'],
  ['HEAD', '/', 'curl -g -I "${BASE_URL:?}/"'],
  ['GET', '/a$(rm -r ~)`x`"\\', 'curl -g "${BASE_URL:?}/a\\$(rm -r ~)\\`x\\`\\"\\\\"'],
])('%s %s', (method, path, expected) => {
  expect(line(method, path)).toBe(expected)
})

test('what matched no route cannot be asked for', () => {
  expect(line('GET', '(unmatched)')).toBeUndefined()
})
