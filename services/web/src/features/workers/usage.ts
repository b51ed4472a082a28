// What a worker uses of what it may use. Its own word on its limits counts; in a pod that says none, its pod's does.
import type { WorkerInstance } from '@/features/workers/api'
import { bytes, decimal } from '@/lib/format'

export interface Measured {
  readonly used: number
  /** Null where nothing bounds it, or nobody knows. */
  readonly limit: number | null
}

type Measuring = Pick<WorkerInstance, 'usage' | 'pod'>

const measured = (used: number | null | undefined, ...limits: readonly (number | null | undefined)[]): Measured | null =>
  used === null || used === undefined ? null : { used, limit: limits.find((limit) => limit !== null && limit !== undefined) ?? null }

export const cpuOf = ({ usage, pod }: Measuring): Measured | null => measured(usage?.cpu_cores, usage?.cpu_limit_cores, pod?.cpu_limit_cores)
export const memoryOf = ({ usage, pod }: Measuring): Measured | null => measured(usage?.memory_bytes, usage?.memory_limit_bytes, pod?.memory_limit_bytes)

const shareOf = ({ used, limit }: Measured): number | null => (limit ? used / limit : null)

/** Above this a little more is a kill (memory) or a wait (CPU). */
const NEAR = 0.9

export const isNear = (figure: Measured): boolean => (shareOf(figure) ?? 0) >= NEAR

export const coresText = ({ used, limit }: Measured): string => (limit === null ? decimal(used) : `${decimal(used)} of ${decimal(limit)}`)

/** In one unit where both are: “300 of 512 MB”. */
export function memoryText({ used, limit }: Measured): string {
  if (limit === null) return bytes(used)
  const [most, unit] = bytes(limit).split(' ')
  const [now, unitNow] = bytes(used).split(' ')
  return unit === unitNow ? `${String(now)} of ${String(most)} ${String(unit)}` : `${bytes(used)} of ${bytes(limit)}`
}

/** From this on a callback is slow in asyncio's own words (`loop.slow_callback_duration` in Python's documentation). */
const SLOW_LOOP_MS = 100

export const isHeldUp = (lagMs: number | null): boolean => (lagMs ?? 0) >= SLOW_LOOP_MS
