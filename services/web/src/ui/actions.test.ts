import { expect, test } from 'vitest'
import { Actions, type Action } from '@/ui/actions'

const offer = (id: string, keys?: string): Action => ({ id, label: id, group: 'Any', ...(keys === undefined ? {} : { keys }), run: () => undefined })
const ids = (actions: Actions): string[] => actions.get().map(({ id }) => id)

test('a key that page and frame want is the page’s, whichever was there first', () => {
  const actions = new Actions()
  actions.add([offer('close the panel', 'Escape')])
  const leave = actions.add([offer('go to a page'), offer('leave the zoom', 'Escape')], true)
  expect(ids(actions)).toEqual(['go to a page', 'close the panel'])
  // As when what the frame offers changes.
  leave()
  actions.add([offer('go to a page'), offer('leave the zoom', 'Escape')], true)
  expect(ids(actions)).toEqual(['go to a page', 'close the panel'])
})

test('what the panel on top offers is gone with it', () => {
  const actions = new Actions()
  actions.add([offer('the next of the page', 'j')])
  const close = actions.add([offer('the next of the panel', 'j')])
  expect(ids(actions)).toEqual(['the next of the panel'])
  close()
  expect(ids(actions)).toEqual(['the next of the page'])
})
