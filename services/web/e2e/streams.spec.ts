// The eight streams as any web page would read them.
import { STREAMS, type StreamName } from '../src/generated/inventory'
import { aJob, aJobWithArtifacts, expect, runAgain, test } from './system'

interface Heard {
  opened: string[]
  types: Record<string, string[]>
}

const names = Object.keys(STREAMS) as StreamName[]

// An EventSource cannot send a key: with auth on, these streams are read by the app's own client (the other tests).
test.describe('native EventSource', () => {
  test.skip(process.env.API_KEY !== undefined, 'auth is on: an EventSource cannot send a key')
  test.setTimeout(150_000)

  test('reads all eight streams, and the data types arrive', async ({ page, request }) => {
    const withArtifacts = await aJobWithArtifacts(request)
    const seen = await aJob(request)
    const since = encodeURIComponent(new Date(Date.now() - 3_600_000).toISOString())
    const urls = Object.fromEntries(
      names.map((name) => {
        const path = STREAMS[name].endpoint.replace('{name}', 'shop').replace('{job_id}', withArtifacts.jobId)
        // What a finished job stored is in the past of its stream.
        return [name, name === 'artifacts' ? `${path}?since=${since}` : path]
      }),
    )
    await page.goto('/workers')
    // A browser allows six HTTP/1.1 connections to an origin: four at a time.
    for (const part of [names.slice(0, 4), names.slice(4)]) {
      await page.evaluate(
        (sources) => {
          const heard: Heard = { opened: [], types: {} }
          const open = sources.map(([name, url]) => {
            const source = new EventSource(url)
            source.addEventListener('stream.open', () => heard.opened.push(name))
            source.onmessage = (message: MessageEvent<string>) => {
              const { type } = JSON.parse(message.data) as { type: string }
              const types = (heard.types[name] ??= [])
              if (!types.includes(type)) types.push(type)
            }
            return source
          })
          Object.assign(window, { heard, stop: () => { open.forEach((source) => { source.close() }) } })
        },
        part.map((name) => [name, urls[name] ?? ''] as const),
      )
      await runAgain(request, seen)
      const heard = (): Promise<Heard> => page.evaluate(() => (window as unknown as { heard: Heard }).heard)
      await expect.poll(async () => (await heard()).opened.sort(), { message: 'stream.open' }).toEqual([...part].sort())
      for (const name of part) {
        const known: readonly string[] = STREAMS[name].types
        await expect.poll(async () => (await heard()).types[name]?.length ?? 0, { message: `data on ${name}`, timeout: 45_000 }).toBeGreaterThan(0)
        expect((await heard()).types[name]?.filter((type) => !known.includes(type))).toEqual([])
      }
      if (part.includes('events'))
        await expect
          .poll(async () => (await heard()).types.events, { timeout: 45_000 })
          .toEqual(expect.arrayContaining(['job.queued', 'job.started', 'job.completed']))
      await page.evaluate(() => { (window as unknown as { stop: () => void }).stop() })
    }
  })
})
