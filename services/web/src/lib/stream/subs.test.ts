import { expect, test } from 'vitest'
import { streamUrl, subFor, uniqueSubs } from '@/lib/stream/subs'

test('a stream without parameters goes by its own name', () => {
  expect(subFor('workers')).toMatchObject({ name: 'workers', path: '/workers/stream' })
})

test('path and query parameters are filled in, and the name tells them apart', () => {
  const resize = subFor('jobs.trends', { query: { hours: 24, function: 'resize' } })
  const all = subFor('jobs.trends', { query: { hours: 24 } })
  expect(resize.path).toBe('/jobs/trends/stream?hours=24&function=resize')
  expect(resize.name).toMatch(/^jobs\.trends\.[a-z0-9]+$/)
  expect(resize.name).not.toBe(all.name)
  expect(subFor('api', { path: { name: 'shop' } }).path).toBe('/apis/shop/stream')
})

test('the url carries each once, encoded, in a stable order', () => {
  const subs = uniqueSubs([subFor('workers'), subFor('events'), subFor('workers')])
  expect(streamUrl(subs)).toBe('/api/v1/stream?sub=events%3A%2Fevents%2Fstream&sub=workers%3A%2Fworkers%2Fstream')
})
