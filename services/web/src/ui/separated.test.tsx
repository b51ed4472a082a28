import { expect, test } from 'vitest'
import { Separated } from '@/ui/separated'
import { drawnAt } from '@/ui/testing'

const textIn = (text: string): string => text.replaceAll(/<!-- -->|<[^>]*>/g, '')

test('there is a dot between any two parts, and none for a part that is not there', () => {
  const isKnown = false
  expect(
    textIn(
      drawnAt(
        '/',
        <Separated>
          API
          {isKnown && 'silent'}
          <>version {2}</>
          {null}
        </Separated>,
      ),
    ),
  ).toBe('API · version 2')
})
