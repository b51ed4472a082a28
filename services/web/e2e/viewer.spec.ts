import { aJob, expect, test } from './system'

// Chromium without windows has no viewer.
const { VIEWER } = process.env
test.use(VIEWER ? { launchOptions: { executablePath: VIEWER, args: ['--no-sandbox'] } } : {})

test('a PDF opens in the browser’s own viewer, and a page that says it is one is no page', async ({ page, request }) => {
  await page.goto('/')
  test.skip(!(await page.evaluate(() => navigator.pdfViewerEnabled)), 'this browser shows no PDF by itself')
  const { id } = await aJob(request)
  const pdf = '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>'
  const stored = await request.post(`/api/v1/jobs/${id}/artifacts`, { data: { name: 'invoice.pdf', type: 'file/pdf', data: Buffer.from(pdf).toString('base64') } })
  expect(stored.status()).toBe(201)
  await page.goto(`/jobs/${id}?tab=artifacts`)
  await page.getByRole('button', { name: 'Open invoice.pdf' }).first().click()
  await expect(page.getByRole('dialog').getByTitle('invoice.pdf')).toHaveAttribute('src', /^blob:/)
  await expect.poll(() => page.frames().some((frame) => frame.url().startsWith('chrome-extension://'))).toBe(true)
  await page.keyboard.press('Escape')

  const disguised = '<script>parent.document.title = "taken"</script>%PDF-1.4'
  await request.post(`/api/v1/jobs/${id}/artifacts`, { data: { name: 'page.pdf', type: 'file/pdf', data: Buffer.from(disguised).toString('base64') } })
  await page.getByRole('button', { name: 'Open page.pdf' }).first().click()
  const frame = page.getByRole('dialog').getByTitle('page.pdf')
  await expect.poll(() => frame.evaluate((one: HTMLIFrameElement) => one.contentDocument?.contentType)).toBe('application/pdf')
  await expect.poll(() => page.frames().some((one) => one.url().startsWith('chrome-extension://'))).toBe(true)
  await expect(page).not.toHaveTitle('taken')
})
