import { expect, test } from 'vitest'
import { isDrawn, PAST_CHARTS, pastPoints, withoutLimit } from '@/features/workers/past'
import type { WorkerPoint } from '@/generated/rest'
import { overall, valueText } from '@/ui/time-series'

const SILENT: WorkerPoint = {
  at: '2026-03-01T12:00:00Z', avg_active_jobs: null, max_active_jobs: null, concurrency: null, jobs_processed: null, jobs_failed: null, avg_cpu_cores: null, max_cpu_cores: null,
  cpu_limit_cores: null, avg_memory_bytes: null, max_memory_bytes: null, memory_limit_bytes: null, max_loop_lag_ms: null,
}
const HEARD: WorkerPoint = { ...SILENT, max_active_jobs: 3, avg_active_jobs: 1.5, concurrency: 4, jobs_processed: 7, jobs_failed: 2, max_memory_bytes: 300 * 2 ** 20, avg_memory_bytes: 200 * 2 ** 20, memory_limit_bytes: 2 ** 29 }

const shown = (title: string, points: WorkerPoint[]) => {
  const chart = PAST_CHARTS.find((one) => one.title === title)
  if (!chart) throw new Error(title)
  const drawn = pastPoints(points, chart)
  return { isDrawn: isDrawn(chart, drawn), newest: chart.series.map((one, index) => `${one.label} ${valueText(one, overall(chart.series, drawn)[index])}`) }
}

test('a worker’s past says each figure in its unit, jobs that ended well apart from those that did not', () => {
  expect(shown('Slots taken', [HEARD]).newest).toEqual(['Highest 3', 'Mean 1.5', 'Slots 4'])
  expect(shown('Jobs ended', [HEARD, SILENT]).newest).toEqual(['Done 5', 'Failed attempts 2'])
  expect(shown('Memory', [HEARD, SILENT]).newest).toEqual(['Highest 300 MB', 'Mean 200 MB', 'Limit 512 MB'])
})

test('where nothing bounds a worker no limit is drawn', () => {
  for (const chart of PAST_CHARTS.map(withoutLimit)) {
    expect(chart.series.map(({ key }) => key)).not.toContain('limit')
    expect(chart.values(HEARD)).toHaveLength(chart.series.length)
  }
})

test('what a worker never measured is no empty chart; that it was not heard is seen', () => {
  expect(shown('CPU, cores', [HEARD]).isDrawn).toBe(false)
  expect(shown('Memory', [SILENT, HEARD]).isDrawn).toBe(true)
  expect(shown('Slots taken', [SILENT]).isDrawn).toBe(true)
})
