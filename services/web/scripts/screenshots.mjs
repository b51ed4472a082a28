// Every page, light and dark, desktop and phone, from a running system: node scripts/screenshots.mjs OUT [page…]
// BASE_URL says where it runs (make run), CHROMIUM which browser, API_KEY what to sign in with.
import { mkdirSync } from 'node:fs'
import { chromium } from '@playwright/test'

const base = process.env.BASE_URL ?? 'http://localhost:8080'
const [out = 'screenshots', ...wanted] = process.argv.slice(2)
const SETTLED_MS = 4000
const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }

async function pagesOf(request) {
  const read = async (path) => (await request.get(`${base}/api/v1${path}`)).json()
  const [{ functions }, { apis }, { jobs }] = await Promise.all([read('/functions'), read('/apis'), read('/jobs?limit=100&status=complete')])
  const artifacts = await Promise.all(jobs.slice(0, 60).map(async ({ id }) => ({ id, total: (await read(`/jobs/${id}/artifacts`)).total })))
  const job = artifacts.sort((a, b) => b.total - a.total)[0]?.id
  const busiest = [...functions].sort((a, b) => b.runs_24h - a.runs_24h)[0]?.key
  return {
    dashboard: '/dashboard',
    hour: '/dashboard?range=1h',
    jobs: '/jobs',
    job: job && `/jobs/${job}`,
    functions: '/functions',
    function: busiest && `/functions/${busiest}`,
    apis: '/apis',
    api: apis[0] && `/apis/${apis[0].name}`,
    workers: '/workers',
  }
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
mkdirSync(out, { recursive: true })
for (const colorScheme of ['light', 'dark'])
  for (const [size, viewport] of Object.entries(sizes)) {
    const context = await browser.newContext({ viewport, colorScheme, extraHTTPHeaders: process.env.API_KEY ? { Authorization: `Bearer ${process.env.API_KEY}` } : {} })
    const page = await context.newPage()
    if (process.env.API_KEY) await page.addInitScript((key) => { sessionStorage.setItem('millstream.key', key) }, process.env.API_KEY)
    for (const [name, path] of Object.entries(await pagesOf(context.request))) {
      const file = `${name}-${colorScheme}-${size}`
      if (!path || (wanted.length > 0 && !wanted.some((one) => file.startsWith(one)))) continue
      await page.goto(base + path)
      await page.waitForTimeout(SETTLED_MS)
      await page.screenshot({ path: `${out}/${file}.png` })
      console.log(file)
    }
    await context.close()
  }
await browser.close()
