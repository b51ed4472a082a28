import { expect, test } from 'vitest'
import { heal, isLoaded, waitMs, type Means } from '@/lib/page-code'

function means(told: { answers: boolean; load?: boolean; storage?: Means['storage'] }) {
  const kept = new Map<string, string>()
  const clock = { at: 1_000_000, reloads: 0 }
  const storage = told.storage ?? { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => void kept.set(name, value) }
  const all: Means = { answers: async () => told.answers, load: async () => told.load ?? false, reload: () => { clock.reloads++ }, now: () => clock.at, storage }
  return { all, clock }
}

test('while the server is away nothing is reloaded', async () => {
  const { all, clock } = means({ answers: false })
  expect([await heal(all), await heal(all), clock.reloads]).toEqual(['away', 'away', 0])
})

test('what can be loaded again is', async () => {
  const { all, clock } = means({ answers: true, load: true })
  expect([await heal(all), clock.reloads]).toEqual(['loaded', 0])
})

test('code that is gone reloads the page once, and not again for five minutes', async () => {
  const { all, clock } = means({ answers: true })
  expect([await heal(all), await heal(all)]).toEqual(['reloading', 'gone'])
  clock.at += 299_999
  expect(await heal(all)).toBe('gone')
  clock.at += 1
  expect([await heal(all), clock.reloads]).toEqual(['reloading', 2])
})

test('where it cannot be kept that the page was reloaded, it never is', async () => {
  const refuse = (): never => {
    throw new Error('forbidden')
  }
  const forbidden = means({ answers: true, storage: { getItem: refuse, setItem: refuse } })
  const forgetful = means({ answers: true, storage: { getItem: () => null, setItem: () => undefined } })
  expect([await heal(forbidden.all), await heal(forgetful.all), forbidden.clock.reloads + forgetful.clock.reloads]).toEqual(['gone', 'gone', 0])
})

test('it is waited longer after each attempt, up to half a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 60].map(waitMs)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
})

test('code is loaded once it cannot be loaded any more', () => {
  const page = (): null => null
  expect([isLoaded(page), isLoaded(undefined), isLoaded(Object.assign(() => null, { preload: async () => undefined })), isLoaded(Object.assign(() => null, { preload: undefined }))]).toEqual([true, true, false, true])
})
