import { defineConfig } from '@playwright/test'

// Against a running system: BASE_URL says where (make run), CHROMIUM which browser.
export default defineConfig({
  testDir: 'e2e',
  timeout: 120_000,
  expect: { timeout: 30_000 },
  // A journey keeps more than one core busy, browser and system together: two at once on two cores take as long, and 20 % more of them.
  fullyParallel: false,
  workers: 1,
  reporter: [['list']],
  projects: [
    { name: 'sample', testMatch: 'sample.setup.ts' },
    { name: 'journeys', testMatch: '*.spec.ts', testIgnore: ['faults/**', 'load/**'], dependencies: ['sample'] },
    { name: 'faults', testMatch: 'faults/*.spec.ts' },
    { name: 'load', testMatch: 'load/*.spec.ts' },
  ],
  use: {
    baseURL: process.env.BASE_URL ?? 'http://localhost:8080',
    viewport: { width: 1440, height: 1000 },
    // A trace costs more than the journey it is of: TRACE=1 for one that failed.
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] },
  },
})
