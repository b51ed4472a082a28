import { expect, test } from 'vitest'
import { rootStreamsFor } from '@/lib/stream/root-streams'

test.each([
  ['/dashboard', ['events', 'apis.events', 'workers']],
  ['/functions', ['events']],
  ['/functions/resize', ['events']],
  ['/jobs', ['events']],
  ['/jobs/job_01HXY0000000000000000000AB', ['events']],
  ['/apis', ['apis', 'apis.events']],
  ['/apis/shop/', ['apis', 'apis.events']],
  ['/workers', ['workers']],
  ['/', []],
  ['/jobsworth', []],
])('%s opens %j', (pathname, streams) => {
  expect(rootStreamsFor(pathname)).toEqual(streams)
})
