import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { WorkerInstance } from '@/features/workers/api'
import { coresText, cpuOf, isHeldUp, isNear, memoryOf, memoryText } from '@/features/workers/usage'
import { DASH, duration } from '@/lib/format'

interface Shown {
  readonly instance: WorkerInstance
}

export function Cpu({ instance }: Shown) {
  const cpu = cpuOf(instance)
  if (!cpu) return DASH
  return <Figure warning={isNear(cpu) ? 'At its limit: what it runs has to wait for the processor.' : null}>{coresText(cpu)}</Figure>
}

export function Memory({ instance }: Shown) {
  const memory = memoryOf(instance)
  if (!memory) return DASH
  return <Figure warning={isNear(memory) ? 'Near its limit, above which it is killed.' : null}>{memoryText(memory)}</Figure>
}

export function LoopLag({ instance: { usage } }: Shown) {
  const lag = usage?.loop_lag_ms ?? null
  if (lag === null) return DASH
  return <Figure warning={isHeldUp(lag) ? 'Something holds the loop of its async functions up, as time.sleep() or a long computation does.' : null}>{duration(Math.round(lag))}</Figure>
}

function Figure({ warning, children }: { warning: string | null; children: ReactNode }) {
  if (warning === null) return children
  return (
    <span className="warned" title={warning}>
      <TriangleAlert size={12} aria-hidden />
      {children}
      <span className="visually-hidden">{warning}</span>
    </span>
  )
}
