import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generateInventory, generatePayloads } from '../../scripts/generate.mjs'

const committed = (name: string): string => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')

test('the committed inventory is what `npm run generate` writes', () => {
  expect(committed('inventory.ts')).toBe(generateInventory())
})

test('the committed payloads are what `npm run generate` writes', async () => {
  expect(committed('payloads.ts')).toBe(await generatePayloads())
}, 20_000)
