// One ticking clock for every relative time on the page: numbers change together, once a second.
import { useSyncExternalStore } from 'react'

let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

function tick(): void {
  now = Date.now()
  listeners.forEach((listener) => listener())
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

const get = (): number => now

export const useNow = (): number => useSyncExternalStore(subscribe, get, get)

const midnight = (): number => new Date(now).setHours(0, 0, 0, 0)

/** When the reader's day began: another once a day. */
export const useToday = (): number => useSyncExternalStore(subscribe, midnight, midnight)
