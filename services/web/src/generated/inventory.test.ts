import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generate } from '../../scripts/generate.mjs'

test('the committed inventory is what `npm run generate` writes', () => {
  const committed = readFileSync(new URL('./inventory.ts', import.meta.url), 'utf8')
  expect(committed).toBe(generate())
})
